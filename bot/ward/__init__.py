"""The ward profile: what differs from ward to ward, in one TOML file that an officer can edit."""

import logging
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from bot.core.workdays import WorkCalendar
from bot.ward.answers import Faq
from bot.ward.days import Holidays, Hours, work_calendar
from bot.ward.desk import (
    Authority,
    CaseRules,
    Component,
    Group,
    Mistake,
    Named,
    Subject,
    Template,
    Unit,
    one_only,
    strays,
    twins,
)
from bot.ward.meetings import Meetings
from bot.ward.news import Broadcasts, Trade
from bot.ward.part import Part

__all__ = [
    "SHIPPED",
    "Authority",
    "CaseRules",
    "Component",
    "Group",
    "Profile",
    "ProfileError",
    "Subject",
    "Template",
    "Unit",
    "Ward",
    "read",
]

Row = TypeVar("Row", bound=Named)

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("viet-hoa.toml")


class ProfileError(Exception):
    """A profile that cannot be used; the message names the file, the line and what is wrong."""


class Names(Part):
    """What the ward is called."""

    ward: str = Field(min_length=1)
    committee: str = Field(min_length=1)
    city: str = Field(min_length=1)
    center: str = Field(min_length=1)


class Contact(Part):
    """Where and when the ward is reached; empty values are dropped where they would be told."""

    center_address: str = ""
    center_phone: str = ""
    opening_hours: str = ""
    map_link: str = Field("", pattern=r"^(https://\S+)?$")
    reception_days: str = ""
    tax_office: str = ""
    police_phone: str = ""


class Ward(Part):
    """One ward. A row that was removed since is None: what refers to it must still be shown."""

    names: Names
    contact: Contact = Contact()
    hours: Hours = Hours()
    holidays: Holidays = Holidays()
    cases: CaseRules = CaseRules()
    broadcasts: Broadcasts = Broadcasts()
    meetings: Meetings = Meetings()
    faq: Faq = Faq()
    units: tuple[Unit, ...] = ()
    groups: tuple[Group, ...] = ()
    authorities: tuple[Authority, ...] = ()
    pci: tuple[Component, ...] = ()
    subjects: tuple[Subject, ...] = ()
    trades: tuple[Trade, ...] = ()
    templates: tuple[Template, ...] = ()

    def values(self) -> dict[str, str]:
        """What the answers' clauses are filled with; an empty value drops its clause."""
        return {name: str(value) for name, value in self.contact.model_dump().items()}

    def unset(self) -> list[str]:
        """The names of the values still to be filled in, as they stand in the file."""
        empty = [f"contact.{name}" for name, value in self.contact.model_dump().items() if not value]
        return empty if self.groups else [*empty, "groups"]

    def undecided(self) -> list[date]:
        """The days, in order, of which the file says that nobody has decided yet whether they are off."""
        return sorted(self.holidays.undecided)

    def __getstate__(self) -> dict[Any, Any]:
        """Another process gets what is written in the file, and works out by itself what follows from it."""
        state = super().__getstate__()
        written = {name: value for name, value in state["__dict__"].items() if name in type(self).model_fields}
        return state | {"__dict__": written}

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Working days and hours of this ward."""
        return work_calendar(self.hours, self.holidays)

    @cached_property
    def lead(self) -> Unit:
        """The unit that answers for the plan."""
        return next(unit for unit in self.units if unit.lead)

    @cached_property
    def protected(self) -> Subject:
        """The subject whose cases only leaders see."""
        return next(subject for subject in self.subjects if subject.protected)

    def unit(self, name: str) -> Unit | None:
        """The unit with that id."""
        return _by_id(self.units, name)

    def group(self, name: str) -> Group | None:
        """The neighbourhood group with that id."""
        return _by_id(self.groups, name)

    def authority(self, name: str) -> Authority | None:
        """The authority with that id."""
        return _by_id(self.authorities, name)

    def component(self, name: str) -> Component | None:
        """The component of the PCI with that id."""
        return _by_id(self.pci, name)

    def subject(self, name: str) -> Subject | None:
        """The subject with that id."""
        return _by_id(self.subjects, name)

    def trade(self, name: str) -> Trade | None:
        """The line of business with that id."""
        return _by_id(self.trades, name)

    def news(self) -> tuple[Subject, ...]:
        """The subjects of which people may want the news."""
        return tuple(subject for subject in self.subjects if subject.news)

    def template(self, name: str) -> Template | None:
        """The reply template with that id."""
        return _by_id(self.templates, name)

    def templates_for(self, subject: str) -> list[Template]:
        """The reply templates of a subject, then those for all subjects, each in the order of the file."""
        own = [template for template in self.templates if template.subject == subject and subject]
        return [*own, *(template for template in self.templates if not template.subject)]


def _by_id(rows: Iterable[Row], name: str) -> Row | None:
    return next((row for row in rows if row.id == name), None)


def read(path: Path) -> Ward:
    """The profile in a file. Raises ProfileError with the file, the line and the reason."""
    try:
        text = path.read_text("utf-8-sig")  # Windows editors put a mark in front
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the ward profile cannot be read ({error})") from error
    try:
        ward = Ward.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: {error}") from error
    except ValidationError as error:
        raise _refused(path, text, [(mistake["loc"], mistake["msg"]) for mistake in error.errors()]) from error
    if mistakes := list(_across(ward)):
        raise _refused(path, text, mistakes)
    return ward


def _across(ward: Ward) -> Iterator[Mistake]:
    """What is wrong between the tables although each is right by itself."""
    for table in ("units", "groups", "authorities", "pci", "subjects", "trades", "templates"):
        yield from twins(table, getattr(ward, table))
    yield from one_only("units", "lead", (unit.lead for unit in ward.units))
    yield from one_only("subjects", "protected", (subject.protected for subject in ward.subjects))
    yield from strays("subjects", "unit", (subject.unit for subject in ward.subjects), ward.units, where="units")
    yield from strays("subjects", "pci", (subject.pci for subject in ward.subjects), ward.pci, where="pci")
    yield from ward.faq.strays({unit.id for unit in ward.units})
    written_for = (template.subject for template in ward.templates)
    yield from strays("templates", "subject", written_for, ward.subjects, where="subjects")


def _refused(path: Path, text: str, mistakes: Iterable[Mistake]) -> ProfileError:
    return ProfileError(
        "; ".join(
            f"{path}, line {_line(text, where)}: {'.'.join(map(str, where))}: {reason}" for where, reason in mistakes
        )
    )


def _line(text: str, where: tuple[str | int, ...]) -> int:
    """The line, from 1, of the last step that is written in the file; a missing name is reported at its table."""
    found, wanted = 1, _steps(where)
    steps = list(wanted)
    for number, line in enumerate(text.splitlines(), start=1):
        met = "".join(rf"(?:{re.escape(step)}\.)?" for step in wanted[: len(wanted) - len(steps)])
        if steps and re.match(rf"\s*(\[+{met})?{re.escape(steps[0])}\s*[\]=.]", line):
            found = number
            steps.pop(0)
        elif steps != wanted and re.match(r"\s*\[+\w", line):
            break
    return found


def _steps(where: tuple[str | int, ...]) -> list[str]:
    """The names to meet on the way down the file: the fourth of [[units]] is the fourth time that it is met."""
    steps: list[str] = []
    for step in where:
        steps += [step] if isinstance(step, str) else [steps[-1]] * step
    return steps


class Profile:
    """The profile in use: read again when the file changes, kept as it was when the change is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ward = read(path)
        self._seen = _stamp(path)
        self.refused = ""

    def __call__(self) -> Ward:
        """The newest valid profile; `refused` holds the reason while a newer one is not."""
        stamp = _stamp(self.path)
        if stamp != self._seen:
            self._seen = stamp
            self._take()
        return self._ward

    def _take(self) -> None:
        try:
            self._ward, self.refused = read(self.path), ""
        except ProfileError as error:
            self.refused = str(error)
            log.warning("the edited ward profile is not used, the one before it is: %s", error)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
