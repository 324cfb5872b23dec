"""The weeks that the figures of the FAQ are about, from Monday to Sunday in Vietnam; pure."""

from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM

WEEK = timedelta(weeks=1)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def asked_for(argument: str, first: date, last: date) -> date:
    """The Monday that a button names, no earlier than `first` and no later than `last`; the last one otherwise."""
    try:
        named = date.fromisoformat(argument)
    except ValueError:
        return last
    return max(first, min(last, monday(named) if named >= first else first))


def up_to(last: date, count: int) -> list[date]:
    """The Mondays of so many weeks, the oldest first."""
    return [last - WEEK * back for back in reversed(range(count))]


def bounds(mondays: list[date]) -> list[datetime]:
    """When each week begins, and when the last one ends."""
    return [datetime.combine(day, time(), VIETNAM) for day in (*mondays, mondays[-1] + WEEK)]
