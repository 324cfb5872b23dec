"""The lists of the staff's desk and their search: pages and counts of cases, each over an index of what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum, auto
from functools import cache

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Date, Integer, Select, String, TextClause, bindparam, or_, text
from sqlmodel import Session, col

from db.cases import OPEN, UNASSIGNED, Case, CaseWord
from db.letters import FAILED, PROPOSED, Letter

MANY = 100
"""Counts stop here: what is shown beyond it is "99+"."""


class Sight(Enum):
    """Which cases somebody may read at all; `rules.sees` says the same of one case."""

    EVERYTHING = auto()
    UNPROTECTED = auto()
    UNIT = auto()
    OWN = auto()


class CaseList(StrEnum):
    """The lists of the desk."""

    APPROVE = "approve"
    MINE = "mine"
    UNIT = "unit"
    ALL = "all"
    LOGGED = "logged"
    TODAY = "today"
    LATE = "late"
    FREE = "free"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Reader:
    """Whose lists they are: their role's sight, unit and id, and the ids of all whose work they do today."""

    sight: Sight
    staff_id: int
    hands: frozenset[int]
    unit: str = ""

    def values(self) -> dict[str, object]:
        """What the statements are bound to."""
        return {"staff": self.staff_id, "hands": sorted(self.hands), "unit": self.unit}


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next begins after it."""

    due_on: date = date.min
    case_id: int = 0


# Statements of the desk are made once: building one takes longer than running it.

_HANDS = bindparam("hands", type_=Integer, expanding=True)
_UNIT = bindparam("unit", type_=String)
_STAFF = bindparam("staff", type_=Integer)
_TODAY = bindparam("today", type_=Date)
_RUNNING = text("status <> 'waiting'")

_HOLDS: dict[CaseList, tuple[ColumnElement[bool] | TextClause, ...]] = {
    CaseList.APPROVE: (col(Case.id).in_(sa.select(col(Letter.case_id)).where(PROPOSED)),),
    CaseList.MINE: (OPEN, col(Case.assignee_id).in_(_HANDS)),
    CaseList.UNIT: (OPEN, col(Case.unit) == _UNIT),
    CaseList.ALL: (OPEN,),
    CaseList.LOGGED: (OPEN, col(Case.logged_by) == _STAFF),
    CaseList.TODAY: (OPEN, _RUNNING, col(Case.due_on) == _TODAY),
    CaseList.LATE: (OPEN, _RUNNING, col(Case.due_on) < _TODAY),
    CaseList.FREE: (UNASSIGNED,),
    CaseList.UNTOLD: (col(Case.id).in_(sa.select(col(Letter.case_id)).where(FAILED)),),
}

_READS: dict[Sight, tuple[ColumnElement[bool], ...]] = {
    Sight.EVERYTHING: (),
    Sight.UNPROTECTED: (~col(Case.protected),),
    Sight.UNIT: (
        ~col(Case.protected),
        or_(col(Case.unit) == _UNIT, col(Case.assignee_id).in_(_HANDS), col(Case.logged_by) == _STAFF),
    ),
    Sight.OWN: (~col(Case.protected), or_(col(Case.assignee_id).in_(_HANDS), col(Case.logged_by) == _STAFF)),
}


def _conditions(which: CaseList, sight: Sight) -> tuple[ColumnElement[bool] | TextClause, ...]:
    # What is answered with another case is that one's work; only what did not arrive is its own.
    alone = () if which is CaseList.UNTOLD else (col(Case.merged_into).is_(None),)
    narrow = (col(Case.unit) == _UNIT,) if which is CaseList.FREE and sight is Sight.UNIT else ()
    return (*_HOLDS[which], *narrow, *alone, *_READS[sight])


@cache
def _page(which: CaseList, sight: Sight) -> Select[Case]:
    after = sa.tuple_(bindparam("due_on", type_=Date), bindparam("case_id"))
    rows = sa.select(Case).where(*_conditions(which, sight))
    ordered = rows.where(sa.tuple_(col(Case.due_on), col(Case.id)) > after).order_by(col(Case.due_on), col(Case.id))
    return ordered.limit(bindparam("size"))


@cache
def _counts(lists: tuple[CaseList, ...], sight: Sight) -> Select[*tuple[int, ...]]:
    some = (sa.select(sa.literal(1)).select_from(Case).where(*_conditions(one, sight)).limit(MANY) for one in lists)
    return sa.select(*(sa.select(sa.func.count()).select_from(rows.subquery()).scalar_subquery() for rows in some))


def page(session: Session, which: CaseList, reader: Reader, today: date, *, after: Place, size: int) -> list[Case]:
    """A page of a list, the most urgent first."""
    values = reader.values() | {"today": today, "due_on": after.due_on, "case_id": after.case_id, "size": size}
    return list(session.execute(_page(which, reader.sight), values).scalars())


def counts(session: Session, lists: Sequence[CaseList], reader: Reader, today: date) -> dict[CaseList, int]:
    """How many cases each list holds, counted up to 100."""
    row = session.execute(_counts(tuple(lists), reader.sight), reader.values() | {"today": today}).one()
    return dict(zip(lists, row, strict=True))


@dataclass(frozen=True)
class Likeness:
    """So much of an open case as it is compared by."""

    id: int
    code: str
    text: str
    place: str
    protected: bool


@cache
def _open_of_subject() -> Select[int, str, str, str, bool]:
    columns = (col(Case.id), col(Case.code), col(Case.text), col(Case.place), col(Case.protected))
    rows = sa.select(*columns).where(OPEN, col(Case.subject) == bindparam("subject"), ~col(Case.protected))
    return rows.where(col(Case.merged_into).is_(None)).order_by(col(Case.id).desc()).limit(bindparam("size"))


def open_of_subject(session: Session, subject: str, limit: int) -> list[Likeness]:
    """The newest open cases of a subject that stand for themselves; protected ones are never among them."""
    rows = session.execute(_open_of_subject(), {"subject": subject, "size": limit})
    return [Likeness(*row) for row in rows]


def numbered(session: Session, number: int, years: Sequence[int]) -> list[Case]:
    """The cases with this number in these years, the newest first."""
    rows = sa.select(Case).where(col(Case.year).in_(years), col(Case.number) == number)
    return list(session.execute(rows.order_by(col(Case.year).desc())).scalars())


# Search: by the words of a case.

FREQUENT = 1000
"""A word of so many cases leads nowhere: hits are found sooner by going through the newest cases."""
ENDINGS = 60
"""So many words may stand for one that was typed only in part."""
LAST = "z" * 40
"""Behind every word that goes on, in any collation: words are plain letters and digits, 40 at most."""


def beginning_with(session: Session, start: str) -> list[str]:
    """The first 60 words that begin like this; each is one step of the index, however many cases have it."""
    found = session.execute(_beginning_with(), {"start": start, "last": start + LAST, "size": ENDINGS})
    return list(found.scalars())


@cache
def _beginning_with() -> Select[str]:
    word, last = col(CaseWord.word), bindparam("last", type_=String)
    step = sa.select(sa.func.min(word).label("word")).where(word >= bindparam("start"), word <= last)
    steps = step.cte("step", recursive=True)
    after = sa.select(sa.func.min(word)).where(word > steps.c.word, word <= last).correlate(steps).scalar_subquery()
    steps = steps.union_all(sa.select(after).where(steps.c.word.is_not(None)))
    return sa.select(steps.c.word).where(steps.c.word.is_not(None)).limit(bindparam("size"))


def search(session: Session, terms: Sequence[Sequence[str]], reader: Reader, *, before: int, size: int) -> list[Case]:
    """The newest cases with a word of each term, of those that the reader may read, with ids below `before`."""
    rows = sa.select(Case).where(*_READS[reader.sight], *map(_has, terms), col(Case.id) < before)
    spreads = [_spread(session, term) for term in terms]
    if min(spreads) < FREQUENT:
        leading = sa.select(col(CaseWord.case_id)).where(col(CaseWord.word).in_(terms[spreads.index(min(spreads))]))
        rows = rows.where(col(Case.id).in_(leading))
    newest = rows.order_by(col(Case.id).desc()).limit(size)
    return list(session.execute(newest, reader.values()).scalars())


def _has(term: Sequence[str]) -> ColumnElement[bool]:
    return sa.exists().where(col(CaseWord.word).in_(term), col(CaseWord.case_id) == col(Case.id))


def _spread(session: Session, term: Sequence[str]) -> int:
    """In how many cases the words stand, counted up to 1,000."""
    some = sa.select(col(CaseWord.case_id)).where(col(CaseWord.word).in_(term)).limit(FREQUENT)
    return int(session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one())
