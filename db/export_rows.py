"""The cases as an export reads them: one streamed statement in the order of receipt, nothing asked again for a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, ScalarSelect, Select
from sqlmodel import Session, SQLModel, col

from db.attachments import STORED, Attachment
from db.cases import Case, Status
from db.dossiers import Dossier
from db.due import OWED
from db.figures import local_day
from db.letters import Kind, Letter, LetterState
from db.people import Person

CASES, LETTERS, FILES, PEOPLE, DOSSIERS = (
    SQLModel.metadata.tables[str(each.__tablename__)] for each in (Case, Letter, Attachment, Person, Dossier)
)

AT_ONCE = 1000
"""Rows fetched at a time."""

RESULTS = (Kind.ANSWER, Kind.CORRECTION, Kind.DECLINE)
"""The letters that bring a result."""


@dataclass(frozen=True)
class Wanted:
    """Which cases: received from `since` to before `until`, in one of `statuses` where any are named.

    `answered` takes in what is closed with an answer. `late_on` wants what owes an answer and is overdue on that day.
    """

    since: datetime | None = None
    until: datetime | None = None
    statuses: tuple[Status, ...] = ()
    answered: bool = False
    unit: str = ""
    subject: str = ""
    late_on: date | None = None
    protected: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        given = (
            None if self.since is None else col(Case.received_at) >= self.since,
            None if self.until is None else col(Case.received_at) < self.until,
            self._standing() if self.statuses or self.answered else None,
            col(Case.unit) == self.unit if self.unit else None,
            col(Case.subject) == self.subject if self.subject else None,
            None if self.late_on is None else sa.and_(col(Case.status).in_(OWED), col(Case.due_on) < self.late_on),
            None if self.protected else ~col(Case.protected),
        )
        return [condition for condition in given if condition is not None]

    def _standing(self) -> ColumnElement[bool]:
        closed = sa.and_(col(Case.status) == Status.CLOSED, col(Case.answered_at).is_not(None))
        return sa.or_(col(Case.status).in_(self.statuses), closed if self.answered else sa.false())


class Line(NamedTuple):
    """So much of a case as the table shows or masks; days are local ones.

    `result_…` is of the newest letter that brought a result. `reporter` is the name by which the owner's chat is known;
    it is there to be looked for in the texts, and stands in no column.
    """

    received_on: date
    due_on: date
    silent_on: date | None
    answered_on: date | None
    answered_due_on: date | None
    result_on: date | None
    anonymous: bool
    protected: bool
    code: str
    status: str
    subject: str
    text: str
    suggestion: str
    document: str
    place: str
    neighbourhood: str
    latitude: float | None
    longitude: float | None
    business: str
    phone: str
    source: str
    unit: str
    authority: str
    extensions: int
    disputes: int
    mark: int | None
    reporter: str | None
    dossier: str | None
    answered_with: str | None
    followers: int
    files: int
    result_kind: str | None
    result_text: str | None
    result_basis: str | None
    result_officer: str | None
    result_delivery: str | None


class _Days(dict[object, date | None]):
    """Days as the driver gives them, made dates once each: SQLAlchemy would do it for each of 100,000 rows."""

    def __missing__(self, given: object) -> date | None:
        day = given if isinstance(given, date) else date.fromisoformat(str(given)) if given is not None else None
        self[given] = day
        return day


def count(session: Session, wanted: Wanted) -> int:
    """How many cases there are of these."""
    rows = sa.select(sa.func.count()).select_from(Case).where(*wanted.conditions())
    return int(session.execute(rows).scalar_one())


def lines(session: Session, wanted: Wanted) -> Iterator[Line]:
    """The cases, streamed, in the order of receipt. The session should be a snapshot."""
    day = _Days().__getitem__
    result = session.connection().execute(statement(wanted), execution_options={"yield_per": AT_ONCE})
    for rows in result.partitions():
        for received, due, silent, answered, answered_due, sent, *rest in rows:
            days = (day(received), day(due), day(silent), day(answered), day(answered_due), day(sent))
            yield Line._make((*days, *rest))


def statement(wanted: Wanted) -> Select[Any]:
    """What is asked of the database: the columns of a line, in their order."""
    results = LETTERS.alias("result")
    joined = (
        CASES.outerjoin(PEOPLE, PEOPLE.c.id == CASES.c.reporter_id)
        .outerjoin(DOSSIERS, DOSSIERS.c.id == CASES.c.dossier_id)
        .outerjoin(results, results.c.id == _newest_result())
    )
    columns: list[Any] = [
        *(sa.type_coerce(day, sa.String) for day in _days(results)),
        *(sa.type_coerce(CASES.c[name], sa.Integer) for name in ("anonymous", "protected")),
        *(CASES.c[name] for name in Line._fields[Line._fields.index("code") : Line._fields.index("reporter")]),
        *(PEOPLE.c.name, DOSSIERS.c.code, _answered_with(), _followers(), _files()),
        *(results.c[name] for name in ("kind", "text", "basis", "officer", "delivery")),
    ]
    rows = sa.select(*columns).select_from(joined).where(*wanted.conditions())
    return rows.order_by(CASES.c.received_at, CASES.c.id)


def _days(results: Any) -> list[ColumnElement[Any]]:
    moments = (CASES.c.received_at, CASES.c.silent_since, CASES.c.answered_at, results.c.sent_at)
    received, silent, answered, sent = map(local_day, moments)
    return [received, CASES.c.due_on, silent, answered, CASES.c.answered_due_on, sent]


def _newest_result() -> ScalarSelect[Any]:
    brings = (LETTERS.c.case_id == CASES.c.id, LETTERS.c.state == LetterState.SENT, LETTERS.c.kind.in_(RESULTS))
    return sa.select(sa.func.max(LETTERS.c.id)).where(*brings).correlate(CASES).scalar_subquery()


def _answered_with() -> ScalarSelect[Any]:
    main = CASES.alias("main")
    return sa.select(main.c.code).where(main.c.id == CASES.c.merged_into).correlate(CASES).scalar_subquery()


def _followers() -> ScalarSelect[Any]:
    follower = CASES.alias("follower")
    merged = (follower.c.merged_into.is_not(None), follower.c.merged_into == CASES.c.id)
    return sa.select(sa.func.count()).select_from(follower).where(*merged).correlate(CASES).scalar_subquery()


def _files() -> ScalarSelect[Any]:
    """What came with the case; what the ward added to a letter does not count."""
    theirs = (FILES.c.case_id == CASES.c.id, FILES.c.case_id.is_not(None), FILES.c.letter_id.is_(None))
    return sa.select(sa.func.count()).select_from(FILES).where(*theirs).correlate(CASES).scalar_subquery()


THEIRS = col(Attachment.letter_id).is_(None)
"""What the ward adds to its letters is not what was raised."""


class StoredFile(NamedTuple):
    """A file of a case: its content in the store, what kind it is, the name that it came with."""

    code: str
    sha: str
    kind: str
    name: str


def count_files(session: Session, wanted: Wanted) -> int:
    """How many files that came with the cases are in the store."""
    rows = sa.select(sa.func.count()).select_from(Attachment).join(Case, col(Case.id) == col(Attachment.case_id))
    return int(session.execute(rows.where(STORED, THEIRS, *wanted.conditions())).scalar_one())


def files(session: Session, wanted: Wanted) -> Iterator[StoredFile]:
    """The files that came with the cases and are in the store, in the order of receipt; streamed."""
    columns = (col(Case.code), col(Attachment.sha), col(Attachment.kind), col(Attachment.name))
    rows = sa.select(*columns).select_from(Attachment).join(Case, col(Case.id) == col(Attachment.case_id))
    ordered = rows.where(STORED, THEIRS, *wanted.conditions()).order_by(
        col(Case.received_at), col(Case.id), col(Attachment.id)
    )
    result = session.execute(ordered, execution_options={"yield_per": AT_ONCE})
    for found in result.partitions():
        yield from map(StoredFile._make, found)
