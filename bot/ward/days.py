"""Office hours and days off: the `holidays` package for Vietnam, corrected by the profile."""

import re
from datetime import date, time
from functools import cache
from typing import Annotated, Self

from holidays import country_holidays
from pydantic import BeforeValidator, model_validator

from bot.core.workdays import SATURDAY, Session, WorkCalendar
from bot.ward.part import Part

# The package knows of swapped days only once they are published, so a few years ahead hold all of them.
SWAPS_KNOWN = range(2026, 2036)


def _session(written: object) -> object:
    """A session from "7:30-11:30"; anything else is a mistake."""
    if isinstance(written, Session):
        return written
    found = re.fullmatch(r"\s*(\d{1,2})[:h](\d{2})\s*[-–]\s*(\d{1,2})[:h](\d{2})\s*", str(written))
    if not found:
        raise ValueError('office hours are written like "7:30-11:30"')
    hour, minute, last_hour, last_minute = map(int, found.groups())
    session = Session(time(hour, minute), time(last_hour, last_minute))
    if session.opens >= session.closes:
        raise ValueError("the office must open before it closes")
    return session


class Hours(Part):
    """The two sessions of a working day."""

    morning: Annotated[Session, BeforeValidator(_session)] = Session(time(7, 30), time(11, 30))
    afternoon: Annotated[Session, BeforeValidator(_session)] = Session(time(13, 30), time(17, 0))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.morning.closes > self.afternoon.opens:
            raise ValueError("the morning must end before the afternoon begins")
        return self


class Holidays(Part):
    """Corrections to the public holidays: off, not off, worked instead (làm bù), and not known yet."""

    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    undecided: frozenset[date] = frozenset()

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        listed = [*self.added, *self.removed, *self.worked, *self.undecided]
        twice = sorted(day for day in set(listed) if listed.count(day) > 1)
        if twice:
            raise ValueError(f"{twice[0]} stands in two of the lists")
        weekdays = sorted(day for day in self.worked if day.weekday() < SATURDAY)
        if weekdays:
            raise ValueError(f"{weekdays[0]} is no Saturday or Sunday: a holiday that is worked stands in `removed`")
        return self


def work_calendar(hours: Hours, days: Holidays) -> WorkCalendar:
    """The calendar of the ward: BLLĐ 2019 Điều 112 and Nghị quyết 28/2026/QH16 (24/11), then the profile's word."""

    def is_holiday(day: date) -> bool:
        return day in days.added or (day not in days.removed and day in _public_holidays(day.year))

    return WorkCalendar(
        sessions=(hours.morning, hours.afternoon),
        is_holiday=is_holiday,
        worked=days.worked | (_swapped() - days.added),
        undecided=days.undecided,
    )


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("VN", years=year))


@cache
def _swapped() -> frozenset[date]:
    """Weekend days that the package knows to be worked for a day off in the week."""
    return frozenset(country_holidays("VN", years=SWAPS_KNOWN).weekend_workdays)
