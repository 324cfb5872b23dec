"""A table as a spreadsheet that can be printed as it is: landscape A4, one page wide, its header on every page."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from bot.core.clock import VIETNAM
from bot.papers import layout
from bot.papers.cell_xml import written_here
from bot.papers.inks import Inks
from bot.papers.plain_text import for_cell, one_line
from bot.papers.table import Cell, DayAnd, Kind, Row, Table, Total
from bot.papers.whole import STEP, in_steps, quiet, whole

ROWS_A_SHEET = 1_000_000
"""More go on on a further sheet; Excel has 1,048,576, and the heading and the totals take some."""

LONGEST_NAME = 31
EXACT = 10**15
"""From here on Excel loses digits of a number, so that it is written as text."""

FIRST_DAY = date(1900, 3, 1)
"""Before it Excel's count of days is off by one (it takes 1900 for a leap year); such days are written as text."""

DAY_ZERO = date(1899, 12, 30).toordinal()
PAPER_A4 = 9
UNDATED = "1980-01-01T00:00:00+00:00"
MOST_BESIDE = 20
"""Columns beside a narrow table that the block under it may take."""


def write(table: Table, target: Path, said: Callable[[int], None] = quiet) -> int:
    """Write the table as XLSX; gives the rows written, `said(n)` is told after every 500 of them.

    Text is text and never a formula, a link or a number, also after it was edited in Excel. What Excel does not take is
    replaced (U+FFFD) or shortened with `table.meta["shortened"]` at its end. `table.meta["created"]`, an ISO time, is
    the file's date: the same table is the same bytes. Raises OSError when the file cannot be written,
    TypeError for NaN and infinity.
    """
    with whole(target) as half:
        book = xlsxwriter.Workbook(str(half), _options(half))
        try:
            rows = _Writing(book, table).run(said)
            book.close()
        except FileCreateError as failed:
            raise failed.args[0] from failed
        finally:
            _let_go(book)
    return rows


def _options(half: Path) -> dict[str, object]:
    return {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "use_zip64": True,
        "tmpdir": str(half.parent),
        "default_format_properties": {"font_name": layout.FONT, "font_size": layout.SIZE},
    }


def _let_go(book: Any) -> None:
    """Close the files of rows, which the library leaves open when anything was raised."""
    for sheet in book.worksheets():
        sheet.row_data_fh.close()


def _created(table: Table) -> datetime:
    at = datetime.fromisoformat(table.meta.get("created") or UNDATED)
    return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC).replace(tzinfo=None)


class _Writing:
    """One table on its way into one book."""

    def __init__(self, book: Any, table: Table) -> None:
        self.book, self.table = book, table
        self.inks = Inks(book)
        self.mark = table.meta.get("shortened", "…")
        self.widths = layout.widths_of(table.columns)
        self.last = len(table.columns) - 1
        self.inks_of_text = [self.inks.text(column.kind, layout.SIZE) for column in table.columns]
        self.tallest = 0.0
        self.with_words: set[int] = set()
        self.put: dict[type, Callable[[int, int, Any], object]] = {}
        self.sheet: Any = None
        self.at = self.head = 0
        self.sheets = self.on_sheet = 0

    def run(self, said: Callable[[int], None]) -> int:
        self.book.set_properties({"title": one_line(self.table.title)[:255], "created": _created(self.table)})
        self._begin_sheet()
        rows = 0
        for step in in_steps(self.table.rows):
            for row in step:
                self._row(row)
            rows += len(step)
            if len(step) == STEP:
                said(rows)
        self._end_rows()
        self._totals(self.table.totals())
        self._notes()
        return rows

    def _begin_sheet(self) -> None:
        self.sheets += 1
        self.sheet = self.book.add_worksheet(self._sheet_name())
        written_here(self.sheet, len(self.widths) + MOST_BESIDE)
        self.at = self.on_sheet = 0
        self._page_setup()
        self._heading()

    def _sheet_name(self) -> str:
        if self.sheets == 1:
            return self.table.sheet[:LONGEST_NAME]
        again = f" ({self.sheets})"
        return self.table.sheet[: LONGEST_NAME - len(again)] + again

    def _page_setup(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**layout.MARGINS)
        sheet.center_horizontally()
        sheet.set_footer(f'&C&"{layout.FONT},Regular"&11&P/&N')
        for at, width in enumerate(self.widths):
            sheet.set_column(at, at, width)

    def _heading(self) -> None:
        self._across(self.table.title, self.inks.title, layout.TITLE_SIZE)
        for line in self.table.lines:
            self._across(line, self.inks.line, layout.SIZE)
        self.at += 1
        self.head = self.at
        titles = [for_cell(column.title, self.mark) for column in self.table.columns]
        self.sheet.set_row(self.head, max(map(layout.header_height, titles, self.widths)))
        for at, title in enumerate(titles):
            self.sheet.write_string(self.head, at, title, self.inks.header)
        self.sheet.repeat_rows(self.head)
        self.sheet.freeze_panes(self.head + 1, 0)
        self.at += 1
        self._choose_pens()

    def _across(self, text: str, ink: Any, size: float) -> None:
        """A line over the whole width; rows with joined cells do not find their height by themselves."""
        text = for_cell(text, self.mark)
        self.sheet.set_row(self.at, layout.height_of(text, sum(self.widths), size))
        self._joined(0, max(1, self.last), text, ink)
        self.at += 1

    def _joined(self, first: int, last: int, text: str, ink: Any) -> None:
        if first < last:
            self.sheet.merge_range(self.at, first, self.at, last, "", ink)
        if text:
            self.sheet.write_string(self.at, first, text, ink)
        else:
            self.sheet.write_blank(self.at, first, None, ink)

    def _choose_pens(self) -> None:
        """Which method writes a cell of which type; types made from these are added when they are met."""
        self.put = {
            str: self._text,
            int: self._number,
            float: self._number,
            date: self._day,
            DayAnd: self._day_and,
            type(None): self._empty,
        }

    def _row(self, row: Row) -> None:
        if self.on_sheet >= ROWS_A_SHEET:
            self._end_rows()
            self._begin_sheet()
        at, put, self.tallest = self.at, self.put, 0.0
        for column, cell in enumerate(row):
            pen = put.get(cell.__class__) or self._pen_for(cell)
            pen(at, column, cell)
        if self.tallest:
            self.sheet.set_row(at, self.tallest)
        self.sheet.row_info.pop(at - 2, None)  # the library would keep the heights of all rows
        self.at += 1
        self.on_sheet += 1

    def _pen_for(self, cell: Cell) -> Callable[[int, int, Any], object]:
        pen = next((pen for kind, pen in self.put.items() if isinstance(cell, kind)), None)
        if pen is None:
            raise TypeError(f"no cell: {type(cell).__name__}")
        self.put[type(cell)] = pen
        return pen

    def _text(self, at: int, column: int, text: str) -> None:
        text = for_cell(text, self.mark)
        if not text:
            self._empty(at, column, text)
            return
        ink, width = self.inks_of_text[column], self.widths[column]
        if len(text) > width or "\n" in text:
            size, height = layout.fitting(text, width)
            self.tallest = max(self.tallest, height)
            if size != layout.SIZE:
                ink = self.inks.text(self.table.columns[column].kind, size)
        self.sheet.write_string(at, column, text, ink)

    def _number(self, at: int, column: int, number: float) -> None:
        if isinstance(number, int) and abs(number) >= EXACT:
            self.sheet.write_string(at, column, str(number), self.inks.text(Kind.NUMBER, layout.SIZE))
        else:
            self.sheet.write_number(at, column, number, self.inks.number)

    def _day(self, at: int, column: int, day: date) -> None:
        if day < FIRST_DAY:
            self._text(at, column, f"{day.day:02}/{day.month:02}/{day.year:04}")
        else:
            self.sheet.write_number(at, column, day.toordinal() - DAY_ZERO, self.inks.day)

    def _day_and(self, at: int, column: int, cell: DayAnd) -> None:
        ink = self.inks.day_and(cell.word) if cell.day >= FIRST_DAY else None
        self.with_words.add(column)
        if ink is None:
            self._text(at, column, f"{cell.day.day:02}/{cell.day.month:02}/{cell.day.year:04} · {cell.word}")
        else:
            self.sheet.write_number(at, column, cell.day.toordinal() - DAY_ZERO, ink)

    def _empty(self, at: int, column: int, _nothing: object) -> None:
        self.sheet.write_blank(at, column, None, self.inks.empty)

    def _end_rows(self) -> None:
        last_row = max(self.head, self.at - 1)
        self.sheet.autofilter(self.head, 0, last_row, self.last)
        table = xlsxwriter.utility.xl_range(self.head, 0, last_row, self.last)
        self.sheet.ignore_errors({"number_stored_as_text": table})
        self._widen_days()

    def _widen_days(self) -> None:
        """Room for the words beside days, which are known now; a day in too narrow a column would be shown as ###."""
        needed = max([layout.DAY_WIDTH, *(layout.SHRUNK * layout.day_width(word) for word in self.inks.words())])
        for at, column in enumerate(self.table.columns):
            if column.kind is Kind.DAY:
                self.sheet.set_column(
                    at, at, max(self.widths[at], needed if at in self.with_words else layout.DAY_WIDTH)
                )

    def _totals(self, totals: Sequence[Total]) -> None:
        self.at += 1
        for total in totals:
            self._total(total)
        self.at += bool(totals)

    def _total(self, total: Total) -> None:
        parts = layout.spans(self.widths)
        words = (for_cell(total.title, self.mark), "", for_cell(total.target, self.mark))
        tall = [
            layout.height_of(text, layout.width_of(self.widths, *part), layout.SIZE)
            for text, part in zip(words, parts, strict=True)
        ]
        self.sheet.set_row(self.at, max(20, *tall))
        for text, part, ink in zip(words, parts, (self.inks.total, self.inks.value, self.inks.target), strict=True):
            self._joined(*part, text, ink)
        if total.value is not None:
            self.sheet.write_number(self.at, parts[1][0], total.value, self.inks.value_of(total))
        self.at += 1

    def _notes(self) -> None:
        for note in self.table.notes:
            self._across(note, self.inks.note, layout.SIZE)
