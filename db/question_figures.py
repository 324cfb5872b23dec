"""What was asked of the FAQ and what came of it, counted by week and by entry.

A week goes from Monday to Sunday in Vietnam: its bounds are given as moments. Counted is what was typed as a question;
opened from a button it is only counted where somebody says whether it helped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Executable, bindparam, func, text
from sqlmodel import Session, col

from db.cases import Case
from db.drafts import DraftRow
from db.questions import QuestionRow
from db.types import Moment


@dataclass(frozen=True)
class Asked:
    """Questions and what became of them; `helped` to `reported` count the answers of which somebody said so.

    `suggested` were asked back, `chosen` those of them where one suggestion was taken; `passed_on` became cases.
    """

    asked: int = 0
    answered: int = 0
    suggested: int = 0
    chosen: int = 0
    unanswered: int = 0
    helped: int = 0
    failed: int = 0
    reported: int = 0
    passed_on: int = 0

    def __add__(self, other: "Asked") -> "Asked":
        return Asked(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Cell:
    """What was asked in one week, counted from 0, of one entry; empty where none was given or chosen."""

    week: int
    entry: str
    counts: Asked


def by_week_and_entry(session: Session, bounds: Sequence[datetime]) -> list[Cell]:
    """The weeks between neighbouring bounds, which rise; at least two of them."""
    counted = session.execute(_counted(len(bounds)), _named(bounds))
    cells = [Cell(week, entry, Asked(*counts)) for week, entry, *counts in counted]
    passed = session.execute(_passed_on(len(bounds)), _named(bounds))
    return [*cells, *(Cell(week, entry, Asked(passed_on=count)) for week, entry, count in passed)]


def most_asked(session: Session, since: datetime, until: datetime, limit: int) -> list[tuple[str, int]]:
    """The entries that answered most questions in that time, directly or because they were chosen."""
    rows = session.execute(_most_asked(), {"since": since, "until": until, "limit": limit})
    return [(entry, count) for entry, count in rows]


def first_asked(session: Session) -> datetime | None:
    """When the first question came in."""
    found: datetime | None = session.execute(sa.select(func.min(col(QuestionRow.asked_at)))).scalar_one()
    return found


# An expression, because SQLite would go through all years in the order of the index on entries.
_ENTRY = col(QuestionRow.entry).concat("")
_DECISION = col(QuestionRow.decision)
_TYPED = _DECISION.in_(("answer", "suggest", "none"))
_GIVEN = _DECISION.in_(("answer", "shown"))
_CHOSEN = sa.and_(_DECISION == "suggest", col(QuestionRow.entry) != "")


def _count(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*which)


def _named(bounds: Sequence[datetime]) -> dict[str, object]:
    return {f"bound{number}": bound for number, bound in enumerate(bounds)}


def _bound(number: int) -> ColumnElement[Any]:
    return bindparam(f"bound{number}", type_=Moment)


def _within(bounds: int) -> Sequence[ColumnElement[bool]]:
    asked_at = col(QuestionRow.asked_at)
    return (asked_at >= _bound(0), asked_at < _bound(bounds - 1))


def _week(bounds: int) -> ColumnElement[int]:
    before = ((col(QuestionRow.asked_at) < _bound(number), number - 1) for number in range(1, bounds - 1))
    ended = list(before)
    return sa.case(*ended, else_=bounds - 2) if ended else sa.literal_column("0")


@cache
def _counted(bounds: int) -> Executable:
    counts = (
        _count(_TYPED),
        _count(_DECISION == "answer"),
        _count(_DECISION == "suggest"),
        _count(_CHOSEN),
        _count(_DECISION == "none"),
        _count(col(QuestionRow.feedback) == 1),
        # Whoever takes none of the suggestions says nothing of an answer.
        _count(col(QuestionRow.feedback) == -1, _GIVEN),
        _count(col(QuestionRow.reported_at).is_not(None)),
    )
    week = _week(bounds).label("week_number")
    return sa.select(week, _ENTRY.label("about"), *counts).where(*_within(bounds)).group_by(*_BY)


@cache
def _passed_on(bounds: int) -> Executable:
    """The draft of a case says which question it began with; a case comes after its question."""
    drafted = sa.and_(col(DraftRow.person_id) == col(Case.reporter_id), _REPORT, col(DraftRow.state) == "done")
    # A value of each case, because SQLite would otherwise go through all drafts and look up the case of each.
    began = sa.select(_number("question")).where(drafted, _number("case") == col(Case.id)).limit(1)
    cases = sa.select(began.correlate(Case).scalar_subquery().label("question_id"))
    passed = cases.where(col(Case.received_at) >= _bound(0)).subquery()
    week = _week(bounds).label("week_number")
    counted = sa.select(week, _ENTRY.label("about"), func.count()).select_from(passed)
    asked = counted.join(QuestionRow, col(QuestionRow.id) == passed.c.question_id)
    return asked.where(*_within(bounds)).group_by(*_BY)


_BY = (text("week_number"), text("about"))
_REPORT = col(DraftRow.flow) == "case_report"


def _number(name: str) -> ColumnElement[int]:
    """A number among the answers of a report; other dialogues may have anything under that name."""
    value = sa.type_coerce(DraftRow.answers, sa.JSON)[name].as_integer()
    return sa.case((_REPORT, value))


@cache
def _most_asked() -> Executable:
    asked_at = col(QuestionRow.asked_at)
    since, until = (bindparam(name, type_=Moment) for name in ("since", "until"))
    rows = sa.select(_ENTRY, func.count()).where(asked_at >= since, asked_at < until)
    answered = rows.where(sa.or_(_DECISION == "answer", _CHOSEN))
    ordered = answered.group_by(_ENTRY).order_by(func.count().desc(), _ENTRY)
    return ordered.limit(bindparam("limit", type_=sa.Integer))
