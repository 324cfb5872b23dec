"""Who works for the ward: roles, and the invitations by which people get one."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, Select, String, UniqueConstraint, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.people import Chat
from db.types import Moment


class Role(StrEnum):
    """What somebody is at the ward; a head leads a neighbourhood group (tổ trưởng)."""

    ADMIN = "admin"
    LEADER = "leader"
    OFFICER = "officer"
    CLERK = "clerk"
    HEAD = "head"


SERVING = text("until IS NULL")


class Staff(SQLModel, table=True):
    """Somebody with a role, from `since` to `until`; rows are never deleted, because the history names them.

    `unit` and `neighbourhood` are ids of the ward profile, empty where the role has none. Absent from `absent_from` to
    `absent_until`, both included; the substitute does the work meanwhile.
    """

    __tablename__ = "staff"
    __table_args__ = (
        # Somebody has one role at a time: what a button may do never depends on which hat is worn.
        Index("staff_one_role", "person_id", unique=True, sqlite_where=SERVING, postgresql_where=SERVING),
        Index("staff_serving", "role", "unit", sqlite_where=SERVING, postgresql_where=SERVING),
        CheckConstraint("role IN ('admin', 'leader', 'officer', 'clerk', 'head')", name="staff_role_known"),
        CheckConstraint("name <> ''", name="staff_has_a_name"),
        CheckConstraint("role <> 'officer' OR unit <> ''", name="staff_officer_has_a_unit"),
        CheckConstraint("substitute_id IS NULL OR substitute_id <> id", name="staff_substitute_is_another"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=String)
    unit: str = ""
    neighbourhood: str = ""
    name: str
    since: datetime = Field(sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)
    absent_from: date | None = None
    absent_until: date | None = None
    substitute_id: int | None = Field(default=None, foreign_key="staff.id")

    def absent_on(self, day: date) -> bool:
        """Whether the substitute does the work on that day."""
        return (
            self.absent_from is not None
            and self.absent_until is not None
            and (self.absent_from <= day <= self.absent_until)
        )


class Invitation(SQLModel, table=True):
    """A role offered to whoever shows the code, once; only the code's SHA-256 is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("code_hash", name="invitation_code_once"),
        CheckConstraint("role IN ('admin', 'leader', 'officer', 'clerk', 'head')", name="invitation_role_known"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    code_hash: str
    role: Role = Field(sa_type=String)
    unit: str = ""
    neighbourhood: str = ""
    name: str = ""
    made_by: int | None = Field(default=None, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    used_by: int | None = Field(default=None, foreign_key="person.id")


def serving(session: Session, person_id: int) -> Staff | None:
    """The role that somebody has now."""
    return session.execute(_serving(), {"person_id": person_id}).scalars().first()


@cache  # asked in every turn
def _serving() -> Select[Staff]:
    return sa.select(Staff).where(col(Staff.person_id) == bindparam("person_id"), SERVING)


def with_role(session: Session, role: Role, unit: str | None = None) -> list[Staff]:
    """Those who have a role now, of one unit if it is named, the longest-serving first."""
    rows = select(Staff).where(Staff.role == role, SERVING)
    if unit is not None:
        rows = rows.where(Staff.unit == unit)
    return list(session.exec(rows.order_by(col(Staff.id))))


def all_serving(session: Session) -> list[Staff]:
    """Everybody with a role now."""
    return list(session.exec(select(Staff).where(SERVING, col(Staff.role).in_(list(Role))).order_by(col(Staff.id))))


def invitation_of(session: Session, code_hash: str) -> Invitation | None:
    """An invitation, used or not."""
    return session.exec(select(Invitation).where(Invitation.code_hash == code_hash)).one_or_none()


def chats_of_staff(session: Session, channel: str) -> list[tuple[Chat, Staff]]:
    """Where those who have a role now are reached on a channel."""
    rows = select(Chat, Staff).join(Staff, col(Staff.person_id) == col(Chat.person_id))
    return list(session.exec(rows.where(SERVING, Chat.channel == channel, Chat.private)))
