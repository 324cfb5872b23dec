"""What the ward decides about announcements: quiet hours, who approves, the trades by which people are reached."""

import re
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.core.clock import VIETNAM
from bot.ward.part import Part, Title, UnitId


def _quiet(written: object) -> object:
    """The beginning and the end out of "21:00-6:30"; it may go over midnight. Empty: never quiet."""
    if isinstance(written, tuple) or not str(written).strip():
        return written or ()
    found = re.fullmatch(r"\s*(\d{1,2})[:h](\d{2})\s*[-–]\s*(\d{1,2})[:h](\d{2})\s*", str(written))
    if not found:
        raise ValueError('quiet hours are written like "21:00-6:30"')
    hour, minute, last_hour, last_minute = map(int, found.groups())
    return (time(hour, minute), time(last_hour, last_minute))


class Broadcasts(Part):
    """Rules of announcements.

    In `quiet` hours, local time, only urgent ones leave. Above `approve_above` recipients a leader approves, and always
    where it is urgent.
    """

    quiet: Annotated[tuple[time, ...], BeforeValidator(_quiet)] = (time(21, 0), time(6, 30))
    approve_above: int = Field(20, ge=0)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which this moment lies; None outside of them."""
        if not self.quiet or self.quiet[0] == self.quiet[1]:
            return None
        local = now.astimezone(VIETNAM)
        begins, ends = self.quiet
        over_midnight = begins > ends
        at = local.time()
        inside = (at >= begins or at < ends) if over_midnight else begins <= at < ends
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and at >= begins else 0)
        return datetime.combine(day, ends, VIETNAM)


class Trade(Part):
    """A line of business by which people can be reached."""

    id: UnitId
    title: Title
