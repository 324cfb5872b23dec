"""The weeks that figures are about, and shares as people read them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM

SHOWN = 12


@dataclass(frozen=True)
class Week:
    """A week by ISO 8601: from Monday, numbered within its year."""

    number: int
    first: date

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


def weeks(today: date, count: int = SHOWN) -> list[Week]:
    """The last weeks up to the one of today, the oldest first."""
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=back) for back in reversed(range(count))]
    return [Week(first.isocalendar().week, first) for first in firsts]


def by_week(found: Sequence[Week], counts: dict[date, int]) -> list[int]:
    """What was counted by day, summed up for each of the weeks."""
    sums = dict.fromkeys((week.first for week in found), 0)
    for day, count in counts.items():
        monday = day - timedelta(days=day.weekday())
        if monday in sums:
            sums[monday] += count
    return list(sums.values())


def midnight(day: date) -> datetime:
    """When a day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def share(part: int, whole: int) -> str:
    """A share in percent, "96,3 %", one decimal at most; never more than it is, so that only all is 100 %.

    "–" of nothing.
    """
    if not whole:
        return "–"
    tenths = 1000 * part // whole
    return f"{tenths // 10},{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"


def number(count: int) -> str:
    """A count as offices write it: 1.234."""
    return f"{count:,}".replace(",", ".")
