"""Moments as officers type them: "25/12 8h", "mai 8 giờ", "thứ hai tuần sau 8h30", "3 giờ chiều 25/12/2026"; pure.

What is not understood to the last word is no moment: a notice at another time than was meant is worse than a question.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM, local_date

WEEKDAYS = ("hai", "ba", "tu", "nam", "sau", "bay")
NAMED = {"hom qua": -1, "hom nay": 0, "nay": 0, "ngay mai": 1, "mai": 1, "ngay kia": 2, "ngay mot": 2, "mot": 2}
DATES = (
    re.compile(r"\b(?P<year>20\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}|\d{2}))?(?![/.\d])"),
    re.compile(r"\b(?P<day>\d{1,2}) thang (?P<month>\d{1,2})(?:,? nam (?P<year>\d{4}))?\b"),
)
TIME = re.compile(r"\b(\d{1,2})\s*(?:(?:gio|h|g)\s*(?:(\d{2})\s*(?:phut\b|p\b)?|(ruoi))?|:(\d{2})(?::00)?)(?![\w:])")
PART = re.compile(r"\b(sang|trua|chieu|toi|dem|khuya)\b")
WEEKDAY = re.compile(r"\b(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|t([2-7])|(chu nhat|cn))\b( tuan sau)?(?: tuan nay| nay)?")
NAMED_DAY = re.compile(rf"\b({'|'.join(NAMED)})\b")
FILLERS = frozenset({"luc", "vao", "hoi", "dung", "ngay", "buoi", "gui", "hen", "giup", "nhe", "a"})
"""Words that change nothing."""

OTHER_WORDS = {"tôi": "", "tới": "sau"}
"""What would read as "tối", the evening, without its marks."""


def moment(typed: str, now: datetime) -> datetime | None:
    """The moment in local time, in the past or not; None where a part of what was typed is not understood.

    A date without its year is the next one, a weekday too; a time alone is today's.
    """
    dated, rest = _taken(DATES, _folded(typed))
    weekday, rest = (None, rest) if dated else _taken((WEEKDAY,), rest)
    named, rest = (None, rest) if dated or weekday else _taken((NAMED_DAY,), rest)
    at, rest = _time(rest)
    if at is None or not FILLERS.issuperset(re.findall(r"\w+", rest)):
        return None
    if weekday:
        return _on_weekday(weekday, at, now)
    today = local_date(now)
    day = _date(dated, today) if dated else today + timedelta(days=NAMED[named[1]] if named else 0)
    return datetime.combine(day, at, VIETNAM) if day else None


def names_no_day(typed: str, today: date) -> bool:
    """Whether a date was typed that no calendar has, such as 31/2."""
    dated, _ = _taken(DATES, _folded(typed))
    return dated is not None and _date(dated, today) is None


def time_of(typed: str) -> time | None:
    """The time of day; None where there is none, or more than that."""
    at, rest = _time(_folded(typed))
    return at if FILLERS.issuperset(re.findall(r"\w+", rest)) else None


def day_of(typed: str, today: date) -> date | None:
    """A date; without its year the next one."""
    dated, _ = _taken(DATES, _folded(typed))
    return _date(dated, today) if dated else None


def _taken(patterns: tuple["re.Pattern[str]", ...], said: str) -> tuple["re.Match[str] | None", str]:
    """The first of these that is there, and the rest without it."""
    found = next((match for pattern in patterns if (match := pattern.search(said))), None)
    return found, f"{said[: found.start()]} {said[found.end() :]}" if found else said


def _time(said: str) -> tuple[time | None, str]:
    found, rest = _taken((TIME,), said)
    part, rest = _taken((PART,), rest)
    if found is None:
        return None, rest
    hour, minute = int(found[1]), 30 if found[3] else int(found[2] or found[4] or 0)
    local = _hour(hour, part[1] if part else "")
    return time(local, minute) if local is not None and minute < 60 else None, rest


def _hour(hour: int, part: str) -> int | None:
    """Of 24; None where there is no such hour in that part of the day, and for midnight, of which day nobody knows."""
    if part in {"chieu", "toi"} or (part in {"dem", "khuya"} and hour > 4):
        hour += 12 if hour < 12 else 0
        return hour if 12 < hour < 24 else None
    if part == "trua":
        hour += 12 if hour < 4 else 0
        return hour if 10 <= hour < 16 else None
    return hour if hour < (12 if part else 24) else None


def _date(found: "re.Match[str]", today: date) -> date | None:
    year = int(found["year"] or today.year)
    try:
        written = date(year if year > 99 else 2000 + year, int(found["month"]), int(found["day"]))
        return written.replace(year=year + 1) if written < today and not found["year"] else written
    except ValueError:
        return None


def _on_weekday(found: "re.Match[str]", at: time, now: datetime) -> datetime:
    """The next one from now on; "tuần sau" is the week that begins next Monday."""
    today = local_date(now)
    name = found[1] or found[2] or ""
    weekday = 6 if found[3] else int(name) - 2 if name.isdecimal() else WEEKDAYS.index(name)
    if found[4]:
        return datetime.combine(today + timedelta(days=7 - today.weekday() + weekday), at, VIETNAM)
    next_one = datetime.combine(today + timedelta(days=(weekday - today.weekday()) % 7), at, VIETNAM)
    return next_one if next_one > now else next_one + timedelta(days=7)


def _folded(typed: str) -> str:
    said = unicodedata.normalize("NFC", typed).casefold()
    for word, other in OTHER_WORDS.items():
        said = re.sub(rf"\b{word}\b", other, said)
    apart = unicodedata.normalize("NFKD", said.replace("đ", "d"))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())
