"""Announcements that come again and again: the clock plans the next one of each some days ahead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from bot.broadcasts import apart, approvals, responsible, service, wording
from bot.broadcasts.history import record
from bot.broadcasts.rules import Act, Every, needs_approval
from bot.core.clock import VIETNAM, local_date
from bot.core.replies import Reply
from bot.feature import App, Feature, Work
from db import composed
from db.broadcasts import Broadcast, BroadcastCount, BroadcastState, Recurrence
from db.numbers import next_of

AHEAD = timedelta(days=3)
MOST_DAYS = 10
"""So many days are named one by one."""

UNDECIDED = frozenset({BroadcastState.PROPOSED, BroadcastState.RETURNED})


def feature() -> Feature:
    """Only the clock comes here."""
    return Feature(name="recurring", due=(plan,))


def plan(app: App) -> None:
    """Plan what recurs within the next days, each in a transaction of its own."""
    with app.database.read() as session:
        running = composed.running(session)
    apart.each(app, "recurrence %s not planned", running, _is_due, _plan)


@dataclass(frozen=True)
class _Standing:
    """Where a recurrence stands: the one that was decided last, the days that come now, whether all have been."""

    like: Broadcast
    near: list[tuple[date, datetime]]
    over: bool


def _standing(work: Work, row: Recurrence) -> _Standing | None:
    """Approved once for all: nothing follows one that still waits."""
    before = composed.of_recurrence(work.session, row.id)
    like = next((each for each in before if each.state not in UNDECIDED), None)
    if row.ended_at is not None or like is None or before[0].on_day is None:
        return None
    coming = next(_days(work, row, before[0].on_day), None)
    near = takewhile(lambda day: day[1] <= work.now + AHEAD, _days(work, row, before[0].on_day))
    return _Standing(like, list(near), coming is None and before[0].send_at <= work.now)


def _is_due(work: Work, recurrence_id: int) -> bool:
    row = work.session.get(Recurrence, recurrence_id)
    found = _standing(work, row) if row else None
    return found is not None and (bool(found.near) or found.over)


def _plan(work: Work, recurrence_id: int) -> None:
    """Under the lock another process may have planned it. Of days that were missed only the last one comes."""
    row = work.session.get(Recurrence, recurrence_id, with_for_update=True)
    found = _standing(work, row) if row else None
    if row is None or found is None:
        return
    passed = [day for day, at in found.near if at <= work.now]
    for day, at in found.near:
        if not passed or day >= passed[-1]:
            _next(work, found.like, day, at)
    if len(passed) > 1:
        _passed_over(work, row, found.like, passed)
    if found.over:
        _ended(work, row, found.like)


def _days(work: Work, row: Recurrence, after: date) -> Iterator[tuple[date, datetime]]:
    rule, at = Every.from_json(row.rule), time.fromisoformat(row.at)
    return ((day, _sent_at(work, row, day, at)) for day in rule.days_after(after, row.until))


def _sent_at(work: Work, row: Recurrence, day: date, at: time) -> datetime:
    sent_on = work.ward.calendar.add(day, 0) if row.working_days_only else day
    return datetime.combine(sent_on, at, VIETNAM)


COPIED = (
    *("kind", "subject", "title", "body", "file_sha", "file_name", "file_kind", "audience", "urgent", "late"),
    *("unit", "signer", "author_id", "needs_approval", "approved_by", "recurrence_id"),
)


def _next(work: Work, like: Broadcast, day: date, at: datetime) -> None:
    """The same again. One that has come to concern many more people than anybody approved waits for a leader."""
    values = {name: getattr(like, name) for name in COPIED}
    year = local_date(work.now).year
    broadcast = Broadcast(
        **values,
        key=f"recurrence:{like.recurrence_id}:{day}",
        year=year,
        number=next_of(work.session, BroadcastCount, year),
        proof=service.new_proof(work.session),
        state=BroadcastState.SCHEDULED,
        created_at=work.now,
        send_at=at,
        on_day=day,
    )
    service.count(work, broadcast)
    unseen = not like.needs_approval and needs_approval(broadcast.people, broadcast.urgent, work.ward.broadcasts)
    if unseen:
        broadcast.needs_approval, broadcast.state = True, BroadcastState.PROPOSED
    event = record(work, None, broadcast, Act.SUBMIT if unseen else Act.PLAN)
    if unseen:
        approvals.ask(work, broadcast, event)


def _passed_over(work: Work, row: Recurrence, like: Broadcast, passed: list[date]) -> None:
    """Which days were left out, so that nobody believes that they were sent; a long list is shortened."""
    *left, last = passed
    days = [*left[:1], None, *left[-1:]] if len(left) > MOST_DAYS else left
    said = work.say(
        "composing.passed_over",
        title=like.title,
        count=len(left),
        days=", ".join(f"{day:%d/%m/%Y}" if day else "…" for day in days),
        last=f"{last:%d/%m/%Y}",
    )
    responsible.tell(work, like.author_id, Reply(said), f"recurrence:{row.id}:passed_over:{last}")


def _ended(work: Work, row: Recurrence, last: Broadcast) -> None:
    row.ended_at = work.now
    work.session.add(row)
    said = work.say("composing.recurrence_over", title=last.title, recurrence=wording.recurrence(work, row))
    responsible.tell(work, last.author_id, Reply(said), f"recurrence:{row.id}:over")
