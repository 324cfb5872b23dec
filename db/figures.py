"""Counts for those who look at the whole: what came in, was answered, is open, and what was asked.

Days are those of Vietnam. Each case counts once by its own status, those answered with another one too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Date, String, bindparam, func, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlmodel import Session, col

from db.cases import OPEN, Case
from db.questions import QuestionRow
from db.types import Moment


class local_day(FunctionElement[date]):  # noqa: N801 - stands among SQL functions, which are written like this
    """The day in Vietnam of a moment; the clock there has stood seven hours before UTC since 1975."""

    type = Date()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _on_sqlite(element: local_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+7 hours')"


@compiles(local_day, "postgresql")
def _on_postgresql(element: local_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(timezone('Asia/Ho_Chi_Minh', {compiler.process(element.clauses, **options)}) AS DATE)"


@dataclass(frozen=True)
class Scope:
    """Which cases are counted: those of one unit, or with "" of the whole ward; with `protected` those that only
    leaders see as well.
    """

    unit: str = ""
    protected: bool = False


@dataclass(frozen=True)
class Answered:
    """How many first answers were given, and how many of them on or before the due date."""

    count: int = 0
    on_time: int = 0


@dataclass(frozen=True)
class OpenOfUnit:
    """Open cases of a unit in one class of age, counted from 0, the youngest; `late` of them are overdue."""

    unit: str
    age: int
    count: int
    late: int


@dataclass(frozen=True)
class Term:
    """What became of the cases received in a term: `answered` with nothing owed any more, `late` still open and
    overdue; `satisfied` are the marks of 4 and 5 among those `marked`.
    """

    received: int
    answered: int
    on_time: int
    late: int
    marked: int
    satisfied: int


_SINCE = bindparam("since", type_=Moment)
_TODAY = bindparam("today", type_=Date)
_COUNT = func.count()
_LATE = sa.and_(OPEN, text("status <> 'waiting'"), col(Case.due_on) < _TODAY)
_ASKED_SINCE = col(QuestionRow.asked_at) >= _SINCE
_ON_TIME = local_day(col(Case.answered_at)) <= col(Case.answered_due_on)


def _within(scope: Scope) -> Sequence[ColumnElement[bool]]:
    of_unit = (col(Case.unit) == bindparam("unit", type_=String),) if scope.unit else ()
    return (*of_unit, *(() if scope.protected else (~col(Case.protected),)))


def _values(scope: Scope, **values: object) -> dict[str, object]:
    return values | ({"unit": scope.unit} if scope.unit else {})


def received_by_day(session: Session, scope: Scope, since: datetime) -> dict[date, int]:
    """How many cases came in on each day since then; days without any are left out."""
    day = local_day(col(Case.received_at))
    rows = sa.select(day, _COUNT).where(col(Case.received_at) >= _SINCE, *_within(scope)).group_by(day)
    return {row[0]: row[1] for row in session.execute(rows, _values(scope, since=since))}


def answered_by_day(session: Session, scope: Scope, since: datetime) -> dict[date, Answered]:
    """The first answers given on each day since then; to be told that it is no matter for the ward is none."""
    day = local_day(col(Case.answered_at))
    columns = (day, _COUNT, _COUNT.filter(_ON_TIME))
    answered = (col(Case.answered_at) >= _SINCE, text("status NOT IN ('declined', 'withdrawn')"))
    rows = sa.select(*columns).where(*answered, *_within(scope)).group_by(day)
    return {row[0]: Answered(row[1], row[2]) for row in session.execute(rows, _values(scope, since=since))}


def open_by_unit(session: Session, scope: Scope, bounds: Sequence[datetime], today: date) -> list[OpenOfUnit]:
    """The open cases of each unit by age; each bound, falling, is the first moment of its class."""
    ages = dict(enumerate(col(Case.received_at) >= bound for bound in bounds))
    age = sa.case(*((young, age) for age, young in ages.items()), else_=len(bounds))
    aged = sa.select(col(Case.unit), age.label("age"), sa.case((_LATE, 1), else_=0).label("late"))
    found = aged.where(OPEN, *_within(scope)).subquery()
    rows = sa.select(found.c.unit, found.c.age, _COUNT, func.sum(found.c.late)).group_by(found.c.unit, found.c.age)
    counted = session.execute(rows, _values(scope, today=today))
    return [OpenOfUnit(unit, age, count, int(late)) for unit, age, count, late in counted]


def late_now(session: Session, scope: Scope, today: date) -> int:
    """How many cases owe an answer and are overdue."""
    rows = sa.select(_COUNT).select_from(Case).where(_LATE, *_within(scope))
    return int(session.execute(rows, _values(scope, today=today)).scalar_one())


def by_subject(session: Session, scope: Scope, since: datetime) -> list[tuple[str, int]]:
    """The subjects of the cases received since then, the most frequent first."""
    subject = col(Case.subject)
    rows = sa.select(subject, _COUNT).where(col(Case.received_at) >= _SINCE, *_within(scope)).group_by(subject)
    ordered = rows.order_by(_COUNT.desc(), subject)
    return [(row[0], row[1]) for row in session.execute(ordered, _values(scope, since=since))]


def marks(session: Session, scope: Scope, since: datetime) -> dict[int, int]:
    """The marks from 1 to 5 that owners gave for cases answered since then."""
    mark = col(Case.mark)
    rows = sa.select(mark, _COUNT).where(col(Case.answered_at) >= _SINCE, mark.is_not(None), *_within(scope))
    return {row[0]: row[1] for row in session.execute(rows.group_by(mark), _values(scope, since=since))}


def of_term(session: Session, scope: Scope, since: datetime, until: datetime, today: date) -> Term:
    """What became of the cases received from `since` to before `until`."""
    answered = sa.and_(col(Case.answered_at).is_not(None), col(Case.status).in_(("answered", "closed")))
    counted = (
        _COUNT,
        _COUNT.filter(answered),
        _COUNT.filter(answered, _ON_TIME),
        _COUNT.filter(_LATE),
        _COUNT.filter(col(Case.mark).is_not(None)),
        _COUNT.filter(col(Case.mark) >= 4),
    )
    within = (col(Case.received_at) >= _SINCE, col(Case.received_at) < bindparam("until", type_=Moment))
    rows = sa.select(*counted).select_from(Case).where(*within, *_within(scope))
    return Term(*session.execute(rows, _values(scope, since=since, until=until, today=today)).one())


def questions_by_day(session: Session, since: datetime) -> dict[tuple[date, str], int]:
    """How many questions were typed on each day since then, by what they were taken for."""
    day, decision = local_day(col(QuestionRow.asked_at)), col(QuestionRow.decision)
    rows = sa.select(day, decision, _COUNT).where(_ASKED_SINCE, decision != "shown").group_by(day, decision)
    return {(row[0], row[1]): row[2] for row in session.execute(rows, {"since": since})}


def entries_by_use(session: Session, since: datetime, limit: int) -> list[tuple[str, int]]:
    """The entries that were given as an answer or opened most often since then."""
    # A suggestion that was chosen is opened too: counting what was opened counts it once.
    given = col(QuestionRow.decision).in_(("answer", "shown"))
    # An expression, because SQLite would go through all years in the order of the index on entries.
    entry = col(QuestionRow.entry).concat("")
    rows = sa.select(entry, _COUNT).where(_ASKED_SINCE, given).group_by(entry).order_by(_COUNT.desc(), entry)
    return [(row[0], row[1]) for row in session.execute(rows.limit(limit), {"since": since})]


def unanswered(session: Session, since: datetime) -> list[tuple[str, int, frozenset[int]]]:
    """The texts since then that no entry fits, or whose suggestions were all refused; what was wiped is left out.

    With each how often it came, and the chats in which it came first and last: two where more than one asked it.
    """
    decision, words = col(QuestionRow.decision), col(QuestionRow.text)
    refused = sa.and_(decision == "suggest", col(QuestionRow.entry) == "", col(QuestionRow.feedback) == -1)
    chat = col(QuestionRow.chat_id)
    columns = (words, _COUNT, func.min(chat), func.max(chat))
    rows = sa.select(*columns).where(_ASKED_SINCE, sa.or_(decision == "none", refused), words != "")
    found = session.execute(rows.group_by(words), {"since": since})
    return [(said, count, frozenset((first, last))) for said, count, first, last in found]
