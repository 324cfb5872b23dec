"""How time passes in tests that play for days: an hour at a time, and in big steps while everybody sleeps."""

from datetime import datetime, timedelta

from bot.core.clock import VIETNAM

NIGHT = (*range(20, 24), *range(6))
"""Hours of the day in Vietnam in which nobody is written to but the one who writes."""


def later(now: datetime, until: datetime) -> datetime:
    """When the clock ticks next; at the latest at the end. A night has two ticks, which find nothing to do."""
    soon = now + timedelta(hours=1)
    asleep = soon.astimezone(VIETNAM).hour in NIGHT
    return min(until, soon + timedelta(hours=4) if asleep else soon)
