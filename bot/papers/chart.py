"""Charts as values: what a picture is drawn from, and what is told in words instead of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A target, drawn as a line and named in the legend; `value` is in the unit of the chart."""

    value: float
    label: str


@dataclass(frozen=True)
class Step:
    """A place on the axis of time: `short` stands under it, `since` below that where there is room."""

    short: str
    since: str = ""


@dataclass(frozen=True)
class Series:
    """Values by step; None is a step without any."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Columns:
    """Columns over steps of time, beside or upon one another.

    `shown` is what stands above each column, by series, or for those upon one another once by step. `top` is the
    greatest value of the axis where that is fixed, `unit` stands behind its numbers. `empty` stands instead of nothing.
    """

    title: str
    lines: Sequence[str]
    steps: Sequence[Step]
    series: Sequence[Series]
    shown: Sequence[Sequence[str]]
    empty: str
    stacked: bool = False
    top: float | None = None
    unit: str = ""
    goal: Goal | None = None
    foot: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(value for series in self.series for value in series.values)


@dataclass(frozen=True)
class Bar:
    """A line across: its parts side by side, and what is written behind it. With `of` it fills that part of a whole,
    on which a goal can be marked.
    """

    label: str
    parts: Sequence[float]
    note: str
    of: float | None = None
    goal: Goal | None = None


@dataclass(frozen=True)
class Bars:
    """Bars below one another, each under its label; `names` of the parts stand in the legend. The darker a part of
    many, the more it matters. `empty` stands instead of nothing.
    """

    title: str
    lines: Sequence[str]
    bars: Sequence[Bar]
    empty: str
    names: Sequence[str] = ()
    foot: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(part for bar in self.bars for part in bar.parts)


Chart = Columns | Bars
