"""Transcripts that an official can read: who says what, and what the bot answers.

# a remark
== 2026-12-01 09:00     the clock is set
+30s                    time passes (s, m, h, d), and the clock of the bot ticks
@minh officer kthtdt Cán bộ Minh   a person has a role: role, unit or -, name
%von lan Vay vốn          an announcement leaves: subject or -, to whom or -, title; whoever gets it reads it next
^10 lan,nam Vỉa hè       minh calls a meeting in so many days, at eight: to whom its invitation is under way, title
^10:2 lan,nam Vỉa hè     the same in a room for two
&tdp1 Tổ dân phố số 1   the profile has a neighbourhood group
!lan                    the person is not reached any more until they write again
*30                     so many more people want the general news; they have phones, at which nobody looks
lan> nộp hồ sơ ở đâu    a person types a line
lan>                    a person looks at the phone: what came meanwhile
lan> /nhanphieu {mã}     … the newest one-time code that the bot printed to anybody
lan> /xacminh {mã xác minh}   … the newest code of an announcement that it printed
lan> [chuyển tiếp] lời      a person passes on what somebody else wrote
bot> Ông/bà hỏi:…       the bot answers her; … stands for any text, further lines are indented
bot> (im lặng)          the bot says nothing
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.clock import VIETNAM
from db.staff import Role

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SILENCE = "(im lặng)"


@dataclass(frozen=True)
class At:
    """The clock is set."""

    moment: datetime


@dataclass(frozen=True)
class Later:
    """Time passes."""

    by: timedelta


@dataclass(frozen=True)
class Joins:
    """A person has a role from here on."""

    who: str
    role: Role
    unit: str
    name: str


@dataclass(frozen=True)
class Announces:
    """An announcement of a subject is under way to somebody, or to nobody whom the transcript knows."""

    subject: str
    to: str
    title: str


@dataclass(frozen=True)
class Calls:
    """The officer minh has called a meeting; its invitation is under way to somebody."""

    days: int
    to: tuple[str, ...]
    title: str
    capacity: int = 0


@dataclass(frozen=True)
class Group:
    """The profile has a neighbourhood group from here on."""

    id: str
    name: str


@dataclass(frozen=True)
class Blocks:
    """A person is not reached any more."""

    who: str


@dataclass(frozen=True)
class Register:
    """So many more people want the general news."""

    people: int


@dataclass
class Exchange:
    """A line and its answer, with the number of the line in the file."""

    number: int
    who: str
    said: str
    answer: str = ""

    def fits(self, printed: str) -> bool:
        """Whether the bot printed what the transcript says."""
        if self.answer == SILENCE:
            return not printed
        pattern = ".*".join(re.escape(part) for part in _squeezed(self.answer).split("…"))
        return re.fullmatch(pattern, _squeezed(printed), re.DOTALL) is not None


Step = At | Later | Joins | Announces | Calls | Group | Blocks | Register | Exchange


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def read(path: Path) -> Iterator[Step]:
    """The steps of a transcript. Raises ValueError for a line that is none."""
    exchange: Exchange | None = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        step = _step(number, line, exchange)
        if step is None:
            continue
        if exchange:
            yield exchange
        exchange = step if isinstance(step, Exchange) else None
        if not isinstance(step, Exchange):
            yield step
    if exchange:
        yield exchange


def _step(number: int, line: str, exchange: Exchange | None) -> Step | None:
    if not line.strip() or line.startswith("#"):
        return None
    if line.startswith(("bot> ", " ")) and exchange:
        exchange.answer += f"\n{line.removeprefix('bot>').strip()}"
        exchange.answer = exchange.answer.strip()
        return None
    step = _happens(line)
    if step is None and (said := re.fullmatch(r"(\w+)> ?(.*)", line)):
        step = Exchange(number, said[1], said[2])
    if step is None:
        raise ValueError(f"line {number} is no step of a transcript: {line!r}")
    return step


HAPPENS: dict[str, Callable[[re.Match[str]], Step]] = {
    r"== (\d{4}-\d\d-\d\d \d\d:\d\d)": lambda found: At(
        datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
    ),
    r"\+(\d+)([smhd])": lambda found: Later(timedelta(**{UNITS[found[2]]: int(found[1])})),
    r"@(\w+) (\w+) (\S+) (.+)": lambda found: Joins(found[1], Role(found[2]), found[3].strip("-"), found[4]),
    r"%(\S+) (\S+) (.+)": lambda found: Announces(found[1].strip("-"), found[2].strip("-"), found[3]),
    r"\^(\d+)(?::(\d+))? ([\w,]+) (.+)": lambda found: Calls(
        int(found[1]), tuple(found[3].split(",")), found[4], int(found[2] or 0)
    ),
    r"&(\w+) (.+)": lambda found: Group(found[1], found[2]),
    r"!(\w+)": lambda found: Blocks(found[1]),
    r"\*(\d+)": lambda found: Register(int(found[1])),
}


def _happens(line: str) -> Step | None:
    """What nobody says."""
    found = ((make, re.fullmatch(pattern, line)) for pattern, make in HAPPENS.items())
    return next((make(match) for make, match in found if match), None)
