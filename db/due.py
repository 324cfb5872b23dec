"""What is owed about cases by now: queries that a clock asks again and again; what was done already is left out.

They only propose. Who acts on what they found looks at the row again under its lock. The statements of every tick are
made once: building one takes longer than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import ColumnElement, String, bindparam, exists, func, literal
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.attachments import LOST, TO_PASS_ON, Attachment
from db.cases import OPEN, SILENT, UNASSIGNED, UNSEEN, Case, Status
from db.clockwork import Daily, Reminder
from db.letters import FAILED, PENDING, PROPOSED, Letter
from db.outbox import OutboxRow

OWED = (Status.RECEIVED, Status.WORKING, Status.FORWARDED)
ALONE = col(Case.merged_into).is_(None)


def unacknowledged(session: Session, now: datetime) -> Sequence[int]:
    """Cases that nobody of the staff has looked at in time, not told yet."""
    return session.exec(_unacknowledged(), params={"now": now}).all()


@cache
def _unacknowledged() -> SelectOfScalar[int]:
    waiting = select(Case.id).where(UNSEEN, col(Case.acknowledge_by) <= bindparam("now"), ALONE)
    return waiting.where(~_told(literal("acknowledge"))).order_by(col(Case.acknowledge_by))


def rung(due_on: date, today: date) -> str:
    """The one rung of the ladder on which a case stands today; a new due date is a new ladder."""
    if due_on < today:
        return f"late:{today}"
    return f"due:{due_on}" if due_on == today else f"warn:{due_on}"


def on_ladder(session: Session, today: date, until: date) -> Sequence[int]:
    """Cases that owe an answer by `until`, not told of where they stand today; the longest overdue first."""
    return session.exec(_on_ladder(), params={"today": today, "until": until, "late": f"late:{today}"}).all()


@cache
def _on_ladder() -> SelectOfScalar[int]:
    due_on: ColumnElement[str] = sa.cast(col(Case.due_on), String)
    today: ColumnElement[date] = bindparam("today", type_=sa.Date)
    here = sa.case(
        (col(Case.due_on) < today, bindparam("late", type_=String)),
        (col(Case.due_on) == today, literal("due:") + due_on),
        else_=literal("warn:") + due_on,
    )
    return _owing(col(Case.due_on) <= bindparam("until"), ~_told(here), ~_told(literal("backlog:") + due_on))


def backlog(due_on: date) -> str:
    """The rung of a case that was late when it came into the log: digests and lists show it, no ladder of its own."""
    return f"backlog:{due_on}"


def escalation(due_on: date) -> str:
    """The rung on which leaders hear of a case that is late."""
    return f"leader:{due_on}"


def to_escalate(session: Session, today: date) -> Sequence[int]:
    """Cases that are late and of which no leader has heard."""
    return session.exec(_to_escalate(), params={"today": today}).all()


@cache
def _to_escalate() -> SelectOfScalar[int]:
    leader = literal("leader:") + sa.cast(col(Case.due_on), String)
    return _owing(col(Case.due_on) < bindparam("today"), ~_told(leader))


def _owing(*conditions: ColumnElement[bool]) -> SelectOfScalar[int]:
    rows = select(Case.id).where(OPEN, col(Case.status).in_(OWED), *conditions)
    return rows.order_by(col(Case.due_on), col(Case.id))


def _told(here: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(col(Reminder.case_id) == col(Case.id), col(Reminder.rung) == here)


def silent(session: Session, status: Status, before: datetime, stage: str = "") -> Sequence[int]:
    """Cases in that status whose owner has been silent since before that moment, and was not told of this stage.

    Not those of which a letter is under way or did not arrive: their owner has nothing to be silent about.
    """
    if not stage:
        return session.exec(_silent(status), params={"before": before}).all()
    return session.exec(_silent_at(status), params={"before": before, "stage": stage}).all()


@cache
def _silent(status: Status) -> SelectOfScalar[int]:
    not_there = exists().where(col(Letter.case_id) == col(Case.id), col(Letter.delivery).in_(("pending", "failed")))
    since = col(Case.silent_since)
    rows = select(Case.id).where(SILENT, Case.status == status, since < bindparam("before"), ~not_there)
    if status == Status.WAITING:
        rows = rows.where(ALONE)  # it is answered with another one, which does not wait
    return rows.order_by(since)


@cache
def _silent_at(status: Status) -> SelectOfScalar[int]:
    told = exists().where(
        col(Reminder.case_id) == col(Case.id),
        col(Reminder.rung).startswith(bindparam("stage", type_=String)),
        col(Reminder.at) >= col(Case.silent_since),
    )
    return _silent(status).where(~told)


def told_since(session: Session, case_id: int, prefix: str, since: datetime) -> list[Reminder]:
    """The rungs of that kind that a case has had since then."""
    rows = select(Reminder).where(Reminder.case_id == case_id, col(Reminder.rung).startswith(prefix))
    return list(session.exec(rows.where(col(Reminder.at) >= since).order_by(col(Reminder.at))))


def untold(session: Session, before: datetime) -> Sequence[int]:
    """Letters sent before that moment that did not arrive, and of which nobody was reminded yet."""
    return session.exec(_untold(), params={"before": before}).all()


@cache
def _untold() -> SelectOfScalar[int]:
    told = exists().where(
        col(Reminder.case_id) == col(Letter.case_id),
        col(Reminder.rung) == literal("untold:") + sa.cast(col(Letter.id), String),
    )
    rows = select(Letter.id).where(FAILED, col(Letter.sent_at) < bindparam("before"), ~told)
    return rows.order_by(col(Letter.case_id))


def untold_rung(letter_id: int) -> str:
    """The rung on which somebody is reminded to tell the owner of a letter."""
    return f"untold:{letter_id}"


def pending_letters(session: Session, after: int, limit: int) -> list[Letter]:
    """Letters of which nobody knows yet whether they arrived, from behind that id."""
    return list(session.exec(_pending_letters(), params={"after": after, "limit": limit}))


@cache
def _pending_letters() -> SelectOfScalar[Letter]:
    rows = select(Letter).where(PENDING, col(Letter.id) > bindparam("after")).order_by(col(Letter.id))
    return rows.limit(bindparam("limit", type_=sa.Integer))


def messages(session: Session, dedupes: Sequence[str]) -> dict[str, OutboxRow]:
    """What became of these messages."""
    found = session.exec(_messages(), params={"dedupes": dedupes}) if dedupes else ()
    return {row.dedupe: row for row in found if row.dedupe}


@cache
def _messages() -> SelectOfScalar[OutboxRow]:
    return select(OutboxRow).where(col(OutboxRow.dedupe).in_(bindparam("dedupes", expanding=True)))


def to_pass_on(session: Session) -> Sequence[int]:
    """Files added to a letter that its owner has."""
    return session.exec(_to_pass_on()).all()


@cache
def _to_pass_on() -> SelectOfScalar[int]:
    arrived = exists().where(col(Letter.id) == col(Attachment.letter_id), col(Letter.delivery) == "delivered")
    return select(Attachment.id).where(TO_PASS_ON, arrived).order_by(col(Attachment.id))


def lost_files(session: Session) -> Sequence[int]:
    """Files that could not be kept, of which nobody was told yet."""
    return session.exec(_lost_files()).all()


@cache
def _lost_files() -> SelectOfScalar[int]:
    return select(Attachment.id).where(LOST).order_by(col(Attachment.id))


def done_today(session: Session, tasks: Sequence[str], day: date) -> set[str]:
    """Which of these tasks were done that day."""
    return set(session.exec(_done_today(), params={"tasks": tasks, "day": day}))


@cache
def _done_today() -> SelectOfScalar[str]:
    return select(Daily.task).where(
        col(Daily.task).in_(bindparam("tasks", expanding=True)), col(Daily.day) == bindparam("day")
    )


@dataclass(frozen=True)
class Term:
    """The days that a digest is about: new since `since`, due from `today` to `until`."""

    since: datetime
    today: date
    until: date


@dataclass(frozen=True)
class Counts:
    """How many open cases there are of each sort; one case can be of several."""

    open: int
    new: int
    due: int
    late: int
    protected: int


def of_officer(hands: Sequence[int], unit: str) -> ColumnElement[bool]:
    """The cases that are somebody's task: their own, those of whom they stand in for, the unit's that nobody has."""
    own = col(Case.assignee_id).in_(hands)
    free = sa.and_(col(Case.unit) == unit, col(Case.assignee_id).is_(None))
    return sa.and_(sa.or_(own, free) if unit else own, ~col(Case.protected))


EVERYTHING = sa.true()


def counts(session: Session, scope: ColumnElement[bool], term: Term) -> Counts:
    """How many open cases of the scope are new, due and late."""
    new, due, late = _sorts(term)
    sorts = [func.count().filter(sort) for sort in (new, due, late, col(Case.protected))]
    row = session.execute(sa.select(func.count(), *sorts).select_from(Case).where(OPEN, ALONE, scope)).one()
    return Counts(*row)


def pressing(session: Session, scope: ColumnElement[bool], term: Term, limit: int) -> list[Case]:
    """The cases behind these counts, those with the earliest due date first."""
    rows = select(Case).where(OPEN, ALONE, scope, sa.or_(*_sorts(term), col(Case.protected)))
    return list(session.exec(rows.order_by(col(Case.due_on), col(Case.id)).limit(limit)))


def _sorts(term: Term) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    owed = col(Case.status).in_(OWED)
    new = col(Case.received_at) >= term.since
    due = sa.and_(owed, col(Case.due_on).between(term.today, term.until))
    return new, due, sa.and_(owed, col(Case.due_on) < term.today)


def proposals(session: Session, limit: int) -> list[Case]:
    """Cases whose answer waits for a leader, the longest-waiting first."""
    waiting = sa.select(col(Letter.case_id)).where(PROPOSED)
    return list(session.exec(select(Case).where(col(Case.id).in_(waiting)).order_by(col(Case.id)).limit(limit)))


def count_proposals(session: Session) -> int:
    """How many answers wait for a leader."""
    return int(session.execute(sa.select(func.count()).select_from(Letter).where(PROPOSED)).scalar_one())


def unassigned(session: Session, limit: int) -> tuple[int, list[Case]]:
    """How many open cases nobody has, and the most urgent of them; protected ones do not count."""
    free = (UNASSIGNED, ALONE, ~col(Case.protected))
    count = session.execute(sa.select(func.count()).select_from(Case).where(*free)).scalar_one()
    return count, list(session.exec(select(Case).where(*free).order_by(col(Case.due_on), col(Case.id)).limit(limit)))


def undelivered(session: Session, limit: int) -> tuple[int, list[Case]]:
    """How many cases have an answer that did not reach their owner, and the oldest; protected ones do not count."""
    failed = sa.select(col(Letter.case_id)).where(FAILED)
    found = (col(Case.id).in_(failed), ~col(Case.protected))
    count = session.execute(sa.select(func.count()).select_from(Case).where(*found)).scalar_one()
    return count, list(session.exec(select(Case).where(*found).order_by(col(Case.id)).limit(limit)))


def answered_for(session: Session, staff_id: int, since: datetime, limit: int) -> tuple[int, list[Case]]:
    """How many of the cases that somebody logged for others were answered since then, and the newest of them."""
    found = (col(Case.logged_by) == staff_id, col(Case.answered_at) >= since, ~col(Case.protected))
    count = session.execute(sa.select(func.count()).select_from(Case).where(*found)).scalar_one()
    return count, list(session.exec(select(Case).where(*found).order_by(col(Case.id).desc()).limit(limit)))
