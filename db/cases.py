"""The cases: what businesses raised, where each stands, and its whole history."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.numbers import next_of
from db.types import Moment


class Status(StrEnum):
    """Where a case stands. "Late" is none of them: it is a comparison of dates."""

    RECEIVED = "received"
    WORKING = "working"
    WAITING = "waiting"
    ANSWERED = "answered"
    FORWARDED = "forwarded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


ENDED = frozenset({Status.DECLINED, Status.WITHDRAWN, Status.CLOSED})

# The words of the partial indexes: queries repeat them literally, only so does the database use these indexes.
OPEN = text("status IN ('received', 'working', 'waiting', 'forwarded')")
UNASSIGNED = text("status IN ('received', 'working', 'waiting', 'forwarded') AND assignee_id IS NULL")
UNSEEN = text("status = 'received' AND acknowledged_at IS NULL")
SILENT = text("silent_since IS NOT NULL")
MERGED = text("merged_into IS NOT NULL")
GATHERED = text("dossier_id IS NOT NULL")

SLICE = 500
"""So many values are asked for in one statement."""


class Case(SQLModel, table=True):
    """One reflection or petition (phản ánh, kiến nghị).

    `subject`, `unit`, `neighbourhood` and `authority` are ids of the ward profile. `due_on` is the last day on which an
    answer of substance is on time; while the owner is asked for more it stands still and `days_left` working days
    remain of it. `silent_since` runs while the owner is waited for. `merged_into` is the case that it is answered with.
    `document` is the paper that it came with, or the procedure that it is about.
    """

    __tablename__ = "case"
    __table_args__ = (
        # A code that was told to somebody can never come to mean another case.
        UniqueConstraint("code", name="case_code_once"),
        UniqueConstraint("year", "number", name="case_number_once_a_year"),
        # One event logs one case, however often its turn was tried.
        UniqueConstraint("key", name="case_once_an_event"),
        CheckConstraint(
            "status IN ('received', 'working', 'waiting', 'answered', 'forwarded', 'declined', 'withdrawn', 'closed')",
            name="case_status_known",
        ),
        # Nothing counts as answered before an answer of substance is there, and nothing ends without its day.
        CheckConstraint("status <> 'answered' OR answered_at IS NOT NULL", name="case_answered_has_its_answer"),
        CheckConstraint(
            "(status IN ('declined', 'withdrawn', 'closed')) = (closed_at IS NOT NULL)", name="case_end_has_its_day"
        ),
        # Who asked to stay unnamed is named nowhere that staff can read.
        CheckConstraint("NOT anonymous OR (business = '' AND phone = '')", name="case_anonymous_has_no_name"),
        CheckConstraint("mark BETWEEN 1 AND 5", name="case_mark_of_five"),
        CheckConstraint("NOT protected OR merged_into IS NULL", name="case_protected_is_never_merged"),
        CheckConstraint("merged_into IS NULL OR merged_into <> id", name="case_not_merged_into_itself"),
        Index("case_open_of_unit", "unit", "due_on", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("case_open_of_assignee", "assignee_id", "due_on", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("case_open_due", "due_on", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("case_open_of_subject", "subject", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("case_unassigned", "unit", "due_on", "id", sqlite_where=UNASSIGNED, postgresql_where=UNASSIGNED),
        Index("case_unseen", "acknowledge_by", sqlite_where=UNSEEN, postgresql_where=UNSEEN),
        Index("case_silent", "silent_since", sqlite_where=SILENT, postgresql_where=SILENT),
        Index("case_merged", "merged_into", sqlite_where=MERGED, postgresql_where=MERGED),
        Index("case_gathered", "dossier_id", sqlite_where=GATHERED, postgresql_where=GATHERED),
        Index("case_of_reporter", "reporter_id", "id"),
        Index("case_of_logger", "logged_by", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    code: str
    year: int
    number: int
    status: Status = Field(default=Status.RECEIVED, sa_type=String)
    subject: str
    text: str
    place: str = ""
    neighbourhood: str = ""
    latitude: float | None = None
    longitude: float | None = None
    suggestion: str = ""
    document: str = ""
    business: str = ""
    phone: str = ""
    anonymous: bool = False
    protected: bool = False
    reporter_id: int | None = Field(default=None, foreign_key="person.id")
    logged_by: int | None = Field(default=None, foreign_key="staff.id")
    source: str = "bot"
    unit: str
    assignee_id: int | None = Field(default=None, foreign_key="staff.id")
    not_again_id: int | None = Field(default=None, foreign_key="staff.id")
    received_at: datetime = Field(sa_type=Moment, index=True)
    acknowledge_by: datetime = Field(sa_type=Moment)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    due_on: date
    days_left: int | None = None
    extensions: int = 0
    silent_since: datetime | None = Field(default=None, sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    answered_due_on: date | None = None
    disputes: int = 0
    mark: int | None = None
    authority: str = ""
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id")
    merged_into: int | None = Field(default=None, foreign_key="case.id")
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class CaseEvent(SQLModel, table=True):
    """One thing that happened to a case. Rows are only ever added.

    `person_id` did it, None for the clock; `staff_id` says in which role. `told` events are the owner's history too;
    `key` is the event of a channel that caused it.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        # The history of a case has one order, without gaps.
        UniqueConstraint("case_id", "number", name="case_event_number_once"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    number: int
    at: datetime = Field(sa_type=Moment)
    act: str
    before: str = ""
    after: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    note: str = ""
    told: bool = False
    data: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    key: str = Field(default="", index=True)


class CaseCount(SQLModel, table=True):
    """The last number given in a year."""

    __tablename__ = "case_count"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class CaseWord(SQLModel, table=True):
    """A word of a case, lower case and without diacritics: what staff search by."""

    __tablename__ = "case_word"

    word: str = Field(primary_key=True)
    case_id: int = Field(primary_key=True, foreign_key="case.id")


def next_number(session: Session, year: int) -> int:
    """The next number of the year, from 1."""
    return next_of(session, CaseCount, year)


def next_numbers(session: Session, year: int, count: int) -> range:
    """The next `count` numbers of the year, at least one."""
    last = next_of(session, CaseCount, year, count)
    return range(last - count + 1, last + 1)


def of_keys(session: Session, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The code and the text of the cases that were logged under these keys."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(keys), SLICE):
        rows = select(Case.key, Case.code, Case.text).where(col(Case.key).in_(keys[start : start + SLICE]))
        found |= {key: (code, text) for key, code, text in session.exec(rows)}
    return found


def ids_of(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """The ids of the cases that were logged under these keys, at most 500."""
    return dict(session.exec(select(Case.key, Case.id).where(col(Case.key).in_(keys))).all())


def locked(session: Session, case_id: int) -> Case | None:
    """A case that nobody else changes until the end of this transaction."""
    rows = sa.select(Case).where(col(Case.id) == case_id).with_for_update().execution_options(populate_existing=True)
    return session.execute(rows).scalars().one_or_none()


def by_code(session: Session, code: str) -> Case | None:
    """The case with this code."""
    return session.exec(select(Case).where(Case.code == code)).one_or_none()


def of_reporter(session: Session, person_id: int, *, after: int = 0, limit: int = 20) -> list[Case]:
    """Somebody's own cases, the newest first; `after` is the id where the page before ended."""
    rows = select(Case).where(Case.reporter_id == person_id).order_by(col(Case.id).desc()).limit(limit)
    return list(session.exec(rows.where(col(Case.id) < after) if after else rows))


def followers(session: Session, case_id: int) -> list[Case]:
    """The cases that were merged into this one."""
    return list(session.exec(select(Case).where(MERGED, Case.merged_into == case_id).order_by(col(Case.id))))


def history(session: Session, case_id: int) -> list[CaseEvent]:
    """Everything that happened to a case, in order."""
    return list(session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.number))))


def last_event(session: Session, case_id: int) -> CaseEvent | None:
    """The newest thing that happened to a case."""
    rows = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.number).desc()).limit(1)
    return session.exec(rows).first()


def index_words(session: Session, case_id: int, words: set[str]) -> None:
    """Let the case be found by these words."""
    session.flush()
    known = set(session.exec(select(CaseWord.word).where(CaseWord.case_id == case_id, col(CaseWord.word).in_(words))))
    session.add_all(CaseWord(word=word, case_id=case_id) for word in sorted(words - known))
    session.flush()
