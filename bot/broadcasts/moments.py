"""Moments as officers type them: "25/12 8h", "mai 8 giờ", "thứ hai 8h30", "3 giờ chiều 25/12/2026"; pure."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM, local_date

WEEKDAYS = ("hai", "ba", "tu", "nam", "sau", "bay")
NAMED = {"hom qua": -1, "hom nay": 0, "toi nay": 0, "chieu nay": 0, "ngay mai": 1, "mai": 1, "ngay kia": 2, "mot": 2}
AFTER_NOON = re.compile(r"\b(chieu|toi)\b")
DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b")
TIME = re.compile(r"\b(\d{1,2})\s*(?:gio|h|g|:)\s*(?:(\d{2})|(ruoi))?(?!\d)")
WEEKDAY = re.compile(r"\b(?:thu\s*(hai|ba|tu|nam|sau|bay|[2-7])|t([2-7]))\b")
SUNDAY = re.compile(r"\b(?:chu nhat|cn)\b")


def moment(typed: str, now: datetime) -> datetime | None:
    """The moment in local time, in the past or not; None where no time of day, or none that exists, was typed.

    A date without its year is the next one; a weekday, or a time alone, is the next one from now on.
    """
    said = _folded(typed)
    at, today = time_of(typed), local_date(now)
    if at is None:
        return None
    dated = DATE.search(said)
    if dated:
        day = _date(dated, today)
        return datetime.combine(day, at, VIETNAM) if day else None
    named = next((days for word, days in NAMED.items() if re.search(rf"\b{word}\b", said)), None)
    if named is not None:
        return datetime.combine(today + timedelta(days=named), at, VIETNAM)
    return _next(said, today, at, now)


def _next(said: str, today: date, at: time, now: datetime) -> datetime:
    weekday = _weekday(said)
    days = 0 if weekday is None else (weekday - today.weekday()) % 7
    found = datetime.combine(today + timedelta(days=days), at, VIETNAM)
    return found if found > now or weekday is None else found + timedelta(days=7)


def time_of(typed: str) -> time | None:
    """The time of day; None where there is none."""
    said = DATE.sub(" ", _folded(typed))
    found = TIME.search(said)
    if not found:
        return None
    hour, minute = int(found[1]), 30 if found[3] else int(found[2] or 0)
    hour += 12 if AFTER_NOON.search(said) and hour < 12 else 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day_of(typed: str, today: date) -> date | None:
    """A date; without its year the next one."""
    dated = DATE.search(_folded(typed))
    return _date(dated, today) if dated else None


def _date(found: "re.Match[str]", today: date) -> date | None:
    day, month, year = int(found[1]), int(found[2]), int(found[3] or today.year)
    try:
        written = date(year, month, day)
        return written.replace(year=year + 1) if written < today and not found[3] else written
    except ValueError:
        return None


def _weekday(said: str) -> int | None:
    if SUNDAY.search(said):
        return 6
    found = WEEKDAY.search(said)
    if not found:
        return None
    name = found[1] or found[2]
    return int(name) - 2 if name.isdecimal() else WEEKDAYS.index(name)


def _folded(typed: str) -> str:
    apart = unicodedata.normalize("NFKD", typed.replace("đ", "d").replace("Đ", "D")).casefold()
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
