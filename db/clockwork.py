"""What the clock has done already: each thing once, whatever restarts and however many processes tick."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.types import Moment


class Reminder(SQLModel, table=True):
    """One rung of the ladder of reminders for one case: the key lets it be sent once."""

    __tablename__ = "reminder"

    case_id: int = Field(primary_key=True, foreign_key="case.id")
    rung: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


class Daily(SQLModel, table=True):
    """Something that is done once a day, such as a digest or the reconciliation."""

    __tablename__ = "daily"

    task: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


def first_time(session: Session, row: Reminder | Daily) -> bool:
    """Keep the row; False when it was there already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    kept = dialect.insert(type(row)).values(row.model_dump()).on_conflict_do_nothing()
    return session.execute(kept.returning(type(row).at)).first() is not None


def days_done(session: Session, task: str, since: date) -> set[date]:
    """The days from that one on of which the task is done."""
    return {row.day for row in session.exec(_days_done(), params={"task": task, "since": since})}


@cache
def _days_done() -> SelectOfScalar[Daily]:
    return select(Daily).where(col(Daily.task) == bindparam("task"), col(Daily.day) >= bindparam("since"))
