"""Cases beyond the ward's competence, gathered for one authority."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.cases import GATHERED, OPEN, Case, CaseEvent
from db.numbers import next_of
from db.types import Moment

UNANSWERED = text("answered_at IS NULL")


class Dossier(SQLModel, table=True):
    """One dossier sent to an authority (an id of the ward profile), numbered for each year, with its own deadline."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("year", "number", name="dossier_number_once_a_year"),
        Index("dossier_unanswered", "authority", "due_on", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    year: int
    number: int
    code: str
    authority: str
    made_by: int = Field(foreign_key="staff.id")
    created_at: datetime = Field(sa_type=Moment)
    due_on: date
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class DossierCount(SQLModel, table=True):
    """The last number given in a year."""

    __tablename__ = "dossier_count"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


def next_number(session: Session, year: int) -> int:
    """The next number of the year, from 1."""
    return next_of(session, DossierCount, year)


def locked(session: Session, dossier_id: int) -> Dossier | None:
    """A dossier that nobody else changes until the end of this transaction."""
    rows = select(Dossier).where(Dossier.id == dossier_id).with_for_update()
    return session.exec(rows, execution_options={"populate_existing": True}).one_or_none()


def gathered(session: Session, dossier_id: int) -> list[Case]:
    """The cases of a dossier, in the order of their numbers."""
    return list(session.exec(select(Case).where(GATHERED, Case.dossier_id == dossier_id).order_by(col(Case.id))))


def open_of(session: Session, staff_ids: Collection[int], limit: int = 200) -> list[Case]:
    """The open cases of these staff, the most urgent first."""
    rows = select(Case).where(OPEN, col(Case.assignee_id).in_(staff_ids))
    return list(session.exec(rows.order_by(col(Case.due_on), col(Case.id)).limit(limit)))


def last_sent(session: Session, dossier: Dossier, case_ids: list[int]) -> CaseEvent | None:
    """The newest remark that the dossier was sent off, in the history of any of these cases."""
    rows = select(CaseEvent).where(col(CaseEvent.case_id).in_(case_ids), CaseEvent.act == "note")
    noted = session.exec(rows.order_by(col(CaseEvent.at).desc(), col(CaseEvent.id).desc()))
    return next((event for event in noted if event.data.get("sent") == dossier.code), None)


def unanswered(session: Session, authority: str | None = None) -> list[Dossier]:
    """Dossiers that an authority has not answered, the most urgent first."""
    rows = select(Dossier).where(UNANSWERED)
    if authority is not None:
        rows = rows.where(Dossier.authority == authority)
    return list(session.exec(rows.order_by(col(Dossier.due_on), col(Dossier.id))))
