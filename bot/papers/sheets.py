"""Spreadsheets that people filled in: the rows under the headings that are looked for, as values."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from bot.core.choices import plain

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
"""Bytes; what is packed into a spreadsheet file is read into memory whole."""
MOST_ROWS = 5_000
"""All of a file are logged in one transaction, during which nobody else writes: a few seconds for so many."""
HEADING_WITHIN = 20
"""The heading is looked for in so many rows from the top."""
FEWEST_HEADINGS = 3
"""A row with so many of the headings is the heading; fewer may be chance."""

Cell = str | int | float | bool | date | datetime | time | timedelta
Grid = Sequence[Sequence[Cell]]


class Flaw(Enum):
    """Why a file cannot be read."""

    NO_FILE = auto()
    TOO_LARGE = auto()
    TOO_MANY_ROWS = auto()
    NO_SPREADSHEET = auto()
    ENCRYPTED = auto()
    DAMAGED = auto()
    NOT_OURS = auto()
    HEADINGS_MISSING = auto()
    HEADING_TWICE = auto()
    SEVERAL_SHEETS = auto()


class Unreadable(Exception):
    """A file that cannot be read; `titles` are the headings, or the sheets, that it is about."""

    def __init__(self, flaw: Flaw, titles: Sequence[str] = ()) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw
        self.titles = titles


@dataclass(frozen=True)
class Heading:
    """A column that is looked for by its title, or by one of its other names, however they are spelt."""

    key: str
    title: str
    others: Sequence[str] = ()
    required: bool = False

    @property
    def names(self) -> set[str]:
        """The names as they are compared."""
        return {plain(name) for name in (self.title, *self.others)}


@dataclass(frozen=True)
class Line:
    """A row that holds something; `number` is what the spreadsheet shows beside it."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Filled:
    """The rows of one sheet.

    `strangers` are headings that nobody asked for, `merged` the numbers of title rows, `others` the other sheets that
    hold anything.
    """

    sheet: str
    lines: Sequence[Line]
    strangers: Sequence[str] = ()
    merged: Sequence[int] = field(default=())
    others: Sequence[str] = ()


@dataclass(frozen=True)
class _Page:
    """What there is to say of a sheet: where its headings stand, if it has any, and what it holds below them."""

    name: str
    at: int | None
    complete: bool
    rows_below: bool
    empty: bool


def read(path: Path, headings: Sequence[Heading]) -> Filled:
    """The one sheet with rows under these headings, of an .xlsx, .xlsm, .xlsb, .xls or .ods file. Raises Unreadable.

    Rows under the headings on two sheets are refused: those of the second would be lost.
    """
    book = _opened(path)
    names = [each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    pages = [_page(name, _grid(_sheet(book, name)), headings) for name in names]
    page, at = _register(pages)
    sheet = _sheet(book, page.name)
    others = [other.name for other in pages if other is not page and not other.empty]
    return replace(_filled(sheet, _grid(sheet), at, headings), others=others)


def _page(name: str, grid: Grid, headings: Sequence[Heading]) -> _Page:
    at = _heading_row(grid, headings)
    below = grid[at + 1 :] if at is not None else ()
    complete = at is not None and _is_register(grid[at], headings)
    return _Page(name, at, complete, rows_below=_holds(below), empty=not _holds(grid))


def _is_register(row: Sequence[Cell], headings: Sequence[Heading]) -> bool:
    """More than half of what a row must have; a list of choices or a summary shares a few headings with a register."""
    titles = {plain(str(cell)) for cell in row}
    required = [bool(heading.names & titles) for heading in headings if heading.required]
    return 2 * sum(required) > len(required)


def _register(pages: Sequence[_Page]) -> tuple[_Page, int]:
    """The sheet to read and the row of its headings."""
    filled = [page for page in pages if page.complete and page.rows_below]
    if len(filled) > 1:
        raise Unreadable(Flaw.SEVERAL_SHEETS, [page.name for page in filled])
    for page in (*filled, *(page for page in pages if page.complete), *pages):
        if page.at is not None:
            return page, page.at
    raise Unreadable(Flaw.NOT_OURS)


def _grid(sheet: CalamineSheet) -> Grid:
    return sheet.to_python(skip_empty_area=False)


def _holds(grid: Grid) -> bool:
    return any(not _blank(cell) for row in grid for cell in row)


def _opened(path: Path) -> CalamineWorkbook:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(Flaw.TOO_LARGE)
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(Flaw.NO_FILE) from error
    if "EncryptedPackage".encode("utf-16-le") in data:  # how Office keeps a workbook with a password
        raise Unreadable(Flaw.ENCRYPTED)
    if data.startswith(b"PK"):
        _check_packed(data)
    try:
        return CalamineWorkbook.from_object(io.BytesIO(data))
    except PasswordError as error:
        raise Unreadable(Flaw.ENCRYPTED) from error
    except CalamineError as error:
        packed = data.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
        raise Unreadable(Flaw.DAMAGED if packed else Flaw.NO_SPREADSHEET) from error


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise Unreadable(Flaw.DAMAGED) from error


CELL_WITH_VALUE = re.compile(rb'<c [^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')
LONGEST_TAG = 400


def _check_packed(data: bytes) -> None:
    """A stray cell at the far end of a sheet would be read as billions of empty ones: look before."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise Unreadable(Flaw.TOO_LARGE)
            for part in packed.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _check_sheet(packed, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, zlib.error) as error:
        raise Unreadable(Flaw.DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:  # an unknown packing; a password of the archive itself
        raise Unreadable(Flaw.ENCRYPTED) from error


def _check_sheet(packed: zipfile.ZipFile, part: str) -> None:
    before = b""
    with packed.open(part) as content:
        while chunk := content.read(1 << 20):
            for column, row in CELL_WITH_VALUE.findall(before + chunk):
                if int(row) > MOST_ROWS + HEADING_WITHIN or len(column) == 3:
                    raise Unreadable(Flaw.TOO_MANY_ROWS)
            before = chunk[-LONGEST_TAG:]


def _heading_row(grid: Grid, headings: Sequence[Heading]) -> int | None:
    known = {name for heading in headings for name in heading.names}
    counts = [len({plain(str(cell)) for cell in row} & known) for row in grid[:HEADING_WITHIN]]
    best = max(counts, default=0)
    return counts.index(best) if best >= FEWEST_HEADINGS else None


def _filled(sheet: CalamineSheet, grid: Grid, at: int, headings: Sequence[Heading]) -> Filled:
    columns, strangers = _columns(grid[at], headings)
    across = {
        row for (row, first), (last, end) in sheet.merged_cell_ranges or () if row == last and end > first and row > at
    }
    lines, merged = [], []
    for index, row in enumerate(grid[at + 1 :], start=at + 1):
        cells = {key: row[column] for key, column in columns.items() if column < len(row) and not _blank(row[column])}
        if index in across and sum(not _blank(cell) for cell in row) == 1:
            merged.append(index + 1)
        elif cells:
            lines.append(Line(index + 1, cells))
    if len(lines) > MOST_ROWS:
        raise Unreadable(Flaw.TOO_MANY_ROWS)
    return Filled(sheet.name, lines, strangers, merged)


def _columns(row: Sequence[Cell], headings: Sequence[Heading]) -> tuple[dict[str, int], list[str]]:
    """Where each heading stands. Raises Unreadable for one that is missing, or that stands there twice."""
    by_name = {name: heading for heading in headings for name in heading.names}
    found = [(column, by_name.get(plain(str(cell)))) for column, cell in enumerate(row)]
    columns = {heading.key: column for column, heading in found if heading}
    twice = sorted({heading.title for column, heading in found if heading and columns[heading.key] != column})
    if twice:
        raise Unreadable(Flaw.HEADING_TWICE, twice)
    missing = [heading.title for heading in headings if heading.required and heading.key not in columns]
    if missing:
        raise Unreadable(Flaw.HEADINGS_MISSING, missing)
    return columns, list(_strangers(row, {column for column, heading in found if heading}))


def _strangers(row: Sequence[Cell], ours: set[int]) -> Iterator[str]:
    return (str(cell).strip() for column, cell in enumerate(row) if column not in ours and not _blank(cell))


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
