"""How an announcement comes again and again: what its author chose, kept, and ended."""

from dataclasses import dataclass
from datetime import date, time

from bot.broadcasts.rules import Every
from bot.feature import Work
from db.broadcasts import Broadcast, Recurrence


@dataclass(frozen=True)
class Repeat:
    """How an announcement recurs: on which days, at which local time, until which day, passing over days off."""

    every: Every
    at: time
    until: date
    working_days_only: bool = False


def recur(work: Work, broadcast: Broadcast, repeat: Repeat | None) -> None:
    """Keep how it recurs. One that is submitted anew to come once leaves its recurrence, which ends."""
    if repeat:
        broadcast.recurrence_id = _kept(work, repeat, broadcast.recurrence_id)
    elif end(work, broadcast):
        broadcast.recurrence_id = None


def _kept(work: Work, repeat: Repeat, known: int | None) -> int:
    row = work.session.get_one(Recurrence, known) if known else Recurrence(rule={}, at="", until=repeat.until)
    row.rule, row.at, row.until = repeat.every.to_json(), f"{repeat.at:%H:%M}", repeat.until
    row.working_days_only, row.ended_at = repeat.working_days_only, None
    work.session.add(row)
    work.session.flush()
    return row.id


def end(work: Work, broadcast: Broadcast) -> bool:
    """Plan no more of it; whether it still recurred."""
    recurrence = work.session.get(Recurrence, broadcast.recurrence_id) if broadcast.recurrence_id else None
    if recurrence is None or recurrence.ended_at is not None:
        return False
    recurrence.ended_at = work.now
    work.session.add(recurrence)
    return True
