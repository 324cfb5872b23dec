"""Reporting periods of NĐ 09/2019/NĐ-CP, article 12, and those that people type; pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.clock import in_words
from bot.core.events import Text, What
from bot.core.flow import Invalid, Value, invalid

ALL = "all"
DAY = timedelta(days=1)
FIRST, LAST = 15, 14
"""A period begins on the 15th of the month before it and ends on the 14th of its last month."""


@dataclass(frozen=True)
class Period:
    """Days of receipt, both included."""

    since: date
    until: date

    def __str__(self) -> str:
        return f"{in_words(self.since)} - {in_words(self.until)}"

    @classmethod
    def read(cls, written: str) -> "Period | None":
        """The inverse of `str`; None for everything else, which is no limit."""
        found = _typed(written)
        days = [_date(*each) for each in found] if found else []
        return cls(days[0], days[-1]) if days and days[0] and days[-1] else None


def month(today: date) -> Period:
    """The month's period that a day falls into: to 14 December it is that of December."""
    return _months(today, 1)


def month_before(today: date) -> Period:
    """The one before it."""
    return month(month(today).since - DAY)


def quarter(today: date) -> Period:
    """The quarter's: 15 December to 14 March is the first."""
    return _months(today, 3)


def year(today: date) -> Period:
    """The year's: from 15 December of the year before."""
    return _months(today, 12)


def _months(today: date, length: int) -> Period:
    """The period of so many months around a day; the year of reports begins on 15 December."""
    begun = today.year * 12 + today.month - (1 if today.day >= FIRST else 2)  # months since year 0, of the 15th
    begun -= (begun + 1) % length
    return Period(_in_month(begun, FIRST), _in_month(begun + length, LAST))


def _in_month(months: int, day: int) -> date:
    return date(months // 12, months % 12 + 1, day)


def accept(today: Callable[[], date]) -> Callable[[What], Value | Invalid]:
    """Two days or one as people type them: "01/10/2026 - 30/11/2026", "từ 1/10 đến 30/11"; kept as `Period` shows it.

    Without a year the last such day that is not after today is meant, and behind it the next.
    """

    def accepted(what: What) -> Value | Invalid:
        found = _typed(what.text) if isinstance(what, Text) else []
        if not found or len(found) > 2:
            return invalid("ordering.period_wanted")
        since = _past(found[0], today())
        until = _after(found[-1], since) if since else None
        if since is None or until is None:
            return invalid("ordering.period_no_such_day")
        if until < since:
            return invalid("ordering.period_backwards", since=in_words(since), until=in_words(until))
        if since > today():
            return invalid("ordering.period_future", since=in_words(since), today=in_words(today()))
        return str(Period(since, until))

    return accepted


_Parts = tuple[int, int, int]


def _typed(text: str) -> list[_Parts]:
    """Year, month and day of each day that is named; year 0 where none is."""
    found = re.findall(r"(?<!\d)([0-9]{1,2})[/.]([0-9]{1,2})(?:[/.]([12][0-9]{3}|[0-9]{2}))?(?![\d/])", text)
    return [(_year(named), int(number), int(day)) for day, number, named in found]


def _year(named: str) -> int:
    return 2000 + int(named) if len(named) == 2 else int(named or 0)


def _past(parts: _Parts, today: date) -> date | None:
    years = [parts[0]] if parts[0] else [today.year, today.year - 1]
    days = _existing(years, parts)
    return next((day for day in days if day <= today), days[0] if days else None)


def _after(parts: _Parts, since: date) -> date | None:
    years = [parts[0]] if parts[0] else [since.year, since.year + 1]
    days = _existing(years, parts)
    return next((day for day in days if day >= since), days[0] if days else None)


def _existing(years: Sequence[int], parts: _Parts) -> list[date]:
    days = (_date(one, *parts[1:]) for one in years)
    return [day for day in days if day]


def _date(in_year: int, number: int, day: int) -> date | None:
    try:
        return date(in_year, number, day)
    except ValueError:
        return None
