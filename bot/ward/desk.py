"""What the ward decides about cases: terms and limits, who handles which subject, where else a case can go."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, model_validator

from bot.ward.part import Id, Name, Part, Title, UnitId

# A line of the profile, as pydantic names it, and what is wrong there.
Mistake = tuple[tuple[str | int, ...], str]


class CaseRules(Part):
    """Terms and limits; days are working days unless said otherwise."""

    prefix: str = Field("VH", pattern=r"^[A-Z]{1,6}$")
    acknowledge_hours: float = Field(8, gt=0, le=80)
    warn_days: int = Field(2, ge=1, le=10)
    supplement_days: int = Field(10, ge=1, le=60)
    supplement_reminders: tuple[Annotated[int, Field(ge=1)], ...] = (3, 7)
    remind_after_days: int = Field(3, ge=1, le=30)
    close_after_days: int = Field(5, ge=1, le=60)
    max_files: int = Field(10, ge=1, le=50)
    max_file_mb: int = Field(20, ge=1, le=20, description="Telegram lets a bot download no more than 20 MB")
    invitation_days: int = Field(7, ge=1, le=60, description="calendar days")
    claim_days: int = Field(7, ge=1, le=60, description="calendar days")
    consent_version: str = Field("2026-11", pattern=r"^[0-9A-Za-z.-]{1,20}$")

    @model_validator(mode="after")
    def _told_before_it_ends(self) -> Self:
        told = (*self.supplement_reminders, self.supplement_days)
        if any(earlier >= later for earlier, later in pairwise(told)):
            raise ValueError("supplement_reminders must rise and stay below supplement_days")
        if self.remind_after_days >= self.close_after_days:
            raise ValueError("remind_after_days must be less than close_after_days")
        return self


class Unit(Part):
    """A unit of the ward; `lead` marks the one that answers for the plan and receives what has no other place."""

    id: UnitId
    name: Name
    short: Title
    lead: bool = False


class Group(Part):
    """A neighbourhood group (tổ dân phố)."""

    id: UnitId
    name: Title


class Authority(Part):
    """Where a case beyond the ward's competence goes; `days` are the working days of the second deadline.

    `level` says whose competence it is, as the ward's table names it: the city with its departments, or the state.
    """

    id: UnitId
    name: Name
    days: int = Field(10, ge=1, le=120)
    level: Literal["", "city", "state"] = ""


class Component(Part):
    """A component of the PCI, as VCCI names it."""

    id: Id
    name: Name


class Subject(Part):
    """What a case is about, and all that follows from it.

    `days` are working days; `approval` means that a leader approves the reply; `protected` cases are seen by leaders
    only; `category` is a folder of the FAQ or empty; `plan` a group of tasks in part III of the ward's plan; of `news`
    subjects people may want the announcements.
    """

    id: Id
    title: Title
    unit: UnitId
    days: int = Field(10, ge=1, le=60)
    approval: bool = False
    protected: bool = False
    category: str = Field("", pattern=r"^[a-z0-9-]*$")
    plan: int = Field(5, ge=1, le=8)
    pci: str = ""
    news: bool = False


class Template(Part):
    """A draft of a reply for one subject, or for all when `subject` is empty; the officer fills in each "…"."""

    id: Id
    title: Title
    text: str = Field(min_length=1, max_length=3000)
    subject: str = ""


class Named(Protocol):
    """Anything in a list of the profile that has an id."""

    @property
    def id(self) -> str:
        """Its id."""


def twins(table: str, rows: Iterable[Named]) -> Iterator[Mistake]:
    """Rows whose id another row before them has."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row.id in seen:
            yield (table, number, "id"), f'"{row.id}" stands here a second time'
        seen.add(row.id)


def strays(table: str, step: str, named: Iterable[str], known: Iterable[Named], *, where: str) -> Iterator[Mistake]:
    """References to rows that do not exist; an empty one refers to nothing."""
    ids = {row.id for row in known}
    for number, name in enumerate(named):
        if name and name not in ids:
            yield (table, number, step), f'there is no "{name}" in {where}'


def one_only(table: str, step: str, marks: Iterable[bool]) -> Iterator[Mistake]:
    """Where not exactly one row is marked."""
    marked = [number for number, mark in enumerate(marks) if mark]
    if not marked:
        yield (table,), f"one of them must have {step} = true"
    for number in marked[1:]:
        yield (table, number, step), f"only one of them may have {step} = true"
