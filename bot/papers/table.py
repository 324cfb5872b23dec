"""A table as values: what the spreadsheet, the CSV and the JSON file are written from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto


class Kind(Enum):
    """What the cells of a column hold; all of them may be empty."""

    NUMBER = auto()
    TEXT = auto()
    DAY = auto()


@dataclass(frozen=True)
class DayAnd:
    """A day with a word beside it: one cell that still sorts and filters as a date."""

    day: date
    word: str


Cell = str | int | float | date | DayAnd | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Column:
    """A column: `key` names it in JSON (snake case, stable), `title` heads it, `width` is in characters."""

    key: str
    title: str
    kind: Kind
    width: float


@dataclass(frozen=True)
class Total:
    """A line of the block under the table: what is counted, its value, the target of the plan; None is filled by hand.

    `key` names it in JSON. Values and targets with `percent` are shares from 0 to 1.
    """

    key: str
    title: str
    value: int | float | None
    target: str = ""
    percent: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its heading and the block under it.

    `rows` is gone through once; `totals` is asked afterwards, when they are known. `lines` stand under the title, such
    as the period and "Số liệu tính đến …"; `notes` stand at the end. `sheet` is at most 31 characters without []:*?/\\.
    """

    title: str
    lines: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Row]
    totals: Callable[[], Sequence[Total]] = list
    notes: Sequence[str] = ()
    sheet: str = "Bảng"
    meta: dict[str, str] = field(default_factory=dict)
