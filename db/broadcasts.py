"""Announcements, when they recur, what happened to them, and who was not reached by the bot."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.types import Moment


class BroadcastState(StrEnum):
    """Where an announcement stands. `missed` was due while the bot was down and made no sense any more."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    MISSED = "missed"


# Queries repeat these words literally: only so does the database use the partial indexes.
DUE = text("state = 'scheduled'")
MOVING = text("state IN ('sending', 'paused', 'sent', 'cancelled') AND NOT settled")
WAITING = text("state = 'proposed'")
RECURRING = text("ended_at IS NULL")


class Recurrence(SQLModel, table=True):
    """An announcement that comes again and again; each time is a broadcast of its own.

    `rule` is plain named data, as `rules.Every` reads it; `at` is the local time of day, "08:00"; `until` the last day.
    """

    __tablename__ = "recurrence"
    __table_args__ = (
        Index("recurrence_running", "id", sqlite_where=RECURRING, postgresql_where=RECURRING),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    rule: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    at: str
    until: date
    working_days_only: bool = False
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Broadcast(SQLModel, table=True):
    """One announcement to many.

    `number` counts within the `year`; `proof` is the short random code by which anybody checks that it is real. `body`
    is the small HTML of replies; title and body change only by a correction, which raises `version` at `edited_at`.
    `audience` is plain named data, as `bot.broadcasts.audience.Audience` reads it; when it was submitted that
    concerned so many `people`, of whom so many were `reachable` by the bot. `late` says what happens when it
    was due while the bot was down: "send" or "drop"; from `expires_at` on nothing of it leaves any more. `cursor`
    is the last person who has
    a row in the outbox; `fanned_at` that everybody has; `edited_to` the last person whose message, if it had left in an
    older version, is edited to this one. `settled` says that the rows in the outbox have followed the
    last change of state, or of version: who changes either takes it away, and the clock gives it back.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        # One event submits one announcement, however often its turn was tried.
        UniqueConstraint("key", name="broadcast_once_an_event"),
        UniqueConstraint("year", "number", name="broadcast_number_once_a_year"),
        # A code that was printed under a notice can never prove another one.
        UniqueConstraint("proof", name="broadcast_proof_once"),
        # Two processes that tick at once plan each day of a recurrence once.
        UniqueConstraint("recurrence_id", "on_day", name="broadcast_once_a_day"),
        CheckConstraint(
            "state IN ('proposed', 'returned', 'scheduled', 'sending', 'paused', 'sent', 'cancelled', 'missed')",
            name="broadcast_state_known",
        ),
        CheckConstraint("late IN ('send', 'drop')", name="broadcast_late_known"),
        # Nobody approves what they wrote, and what needs approval does not leave without it.
        CheckConstraint("approved_by IS NULL OR approved_by <> author_id", name="broadcast_second_pair_of_eyes"),
        CheckConstraint(
            "NOT needs_approval OR approved_by IS NOT NULL OR state IN ('proposed', 'returned', 'cancelled')",
            name="broadcast_approved_before_it_leaves",
        ),
        Index("broadcast_due", "send_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("broadcast_moving", "id", sqlite_where=MOVING, postgresql_where=MOVING),
        Index("broadcast_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    year: int
    number: int
    proof: str
    kind: str = "notice"
    subject: str = ""
    title: str
    body: str
    file_sha: str = ""
    file_name: str = ""
    file_kind: str = ""
    version: int = 1
    audience: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    people: int = 0
    reachable: int = 0
    urgent: bool = False
    late: str = "send"
    unit: str
    signer: str
    author_id: int = Field(foreign_key="staff.id", index=True)
    needs_approval: bool = True
    approved_by: int | None = Field(default=None, foreign_key="staff.id")
    state: BroadcastState = Field(default=BroadcastState.PROPOSED, sa_type=String)
    settled: bool = True
    created_at: datetime = Field(sa_type=Moment)
    send_at: datetime = Field(sa_type=Moment, index=True)
    cursor: int = 0
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    edited_at: datetime | None = Field(default=None, sa_type=Moment)
    fanned_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    recurrence_id: int | None = Field(default=None, foreign_key="recurrence.id")
    on_day: date | None = None
    corrects_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    edited_to: int = 0


class BroadcastEvent(SQLModel, table=True):
    """One thing that happened to an announcement. Rows are only ever added; `staff_id` is None for the clock."""

    __tablename__ = "broadcast_event"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id", index=True)
    at: datetime = Field(sa_type=Moment)
    act: str
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    note: str = ""


class BroadcastCount(SQLModel, table=True):
    """The last number given in a year."""

    __tablename__ = "broadcast_count"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class Unreached(SQLModel, table=True):
    """Somebody whom the announcement concerns and who had no chat in which the bot could write to them."""

    __tablename__ = "unreached"

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id", sa_column_kwargs={"autoincrement": False})
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", index=True, sa_column_kwargs={"autoincrement": False}
    )


class Visit(SQLModel, table=True):
    """What a call or a visit achieved with somebody whom the bot did not reach."""

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("result IN ('told', 'absent', 'moved', 'refused')", name="visit_result_known"),)

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id", sa_column_kwargs={"autoincrement": False})
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", index=True, sa_column_kwargs={"autoincrement": False}
    )
    result: str
    note: str = ""
    staff_id: int = Field(foreign_key="staff.id")
    at: datetime = Field(sa_type=Moment)
