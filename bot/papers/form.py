"""A spreadsheet to fill in: headings, drop-down lists, cells that keep what is typed, and a page that explains it."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LAST_ROW = 5_000
"""Down to this row, counted from 0, the lists are offered."""


A4 = 9


class Entry(Enum):
    """What is typed into a column."""

    TEXT = auto()
    LONG_TEXT = auto()
    DAY = auto()


@dataclass(frozen=True)
class Field:
    """A column to fill in; `choices` are offered as a list, `example` stands in the row that shows how."""

    title: str
    hint: str
    example: str | date
    entry: Entry
    width: float
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """The whole workbook: three sheets with their names, the headings of the guide, and the sentences above it."""

    sheet: str
    guide: str
    lists: str
    guide_headings: Sequence[str]
    guide_lines: Sequence[str]
    wrong_choice: str
    fields: Sequence[Field]


def write_form(form: Form, target: Path) -> None:
    """Write the workbook; half of one is never there. OSError passes through."""
    part = target.with_name(f".{target.name}.part")
    try:
        book = xlsxwriter.Workbook(part, {"strings_to_formulas": False, "strings_to_urls": False})
        _Pages(book, form).write()
        book.close()
        part.replace(target)
    except FileCreateError as error:  # what the library makes of an OSError
        raise _cause(error) from error
    finally:
        part.unlink(missing_ok=True)


def _cause(error: FileCreateError) -> OSError:
    cause = error.args[0] if error.args else None
    return cause if isinstance(cause, OSError) else OSError(errno.EIO, str(error))


class _Pages:
    """The sheets of one workbook while they are written."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form) -> None:
        self.book, self.form = book, form
        self.heading = self._format(bold=True, bg_color="#D9E2F3", border=1, text_wrap=True, valign="vcenter")
        self.plain = self._format()
        self.bold = self._format(bold=True)
        self.wrapped = self._format(text_wrap=True, valign="top", border=1)

    def _format(self, **properties: object) -> Format:
        return self.book.add_format({"font_name": "Times New Roman", "font_size": 12, **properties})

    def write(self) -> None:
        """The sheet to fill in comes first, so that it is the one that opens."""
        sheet, guide, lists = (
            self.book.add_worksheet(name) for name in (self.form.sheet, self.form.guide, self.form.lists)
        )
        for column, field in enumerate(self.form.fields):
            self._column(sheet, column, field)
        with_choices = [column for column, field in enumerate(self.form.fields) if field.choices]
        for place, column in enumerate(with_choices):
            self._offer(sheet, lists, column, place)
        for page in (sheet, guide, lists):
            page.set_landscape()
            page.set_paper(A4)
            page.fit_to_pages(1, 0)
        sheet.set_row(0, 34)
        sheet.freeze_panes(1, 2)
        sheet.ignore_errors({"number_stored_as_text": f"A1:Z{LAST_ROW + 1}"})
        self._guide(guide)

    def _column(self, sheet: Worksheet, column: int, field: Field) -> None:
        look: dict[str, object] = {"valign": "top", "num_format": "dd/mm/yyyy" if field.entry is Entry.DAY else "@"}
        look["text_wrap"] = field.entry is Entry.LONG_TEXT
        sheet.set_column(column, column, field.width, self._format(**look))
        sheet.write_string(0, column, field.title, self.heading)
        example = self._format(**look, italic=True, font_color="#7F7F7F", bg_color="#F2F2F2")
        if isinstance(field.example, date):
            sheet.write_datetime(1, column, field.example, example)
        else:
            sheet.write_string(1, column, field.example, example)

    def _offer(self, sheet: Worksheet, lists: Worksheet, column: int, place: int) -> None:
        """Excel takes no more than 255 characters of choices in place, so they stand on a sheet of their own."""
        field = self.form.fields[column]
        lists.set_column(place, place, max(field.width, *map(len, field.choices)))
        lists.write_string(0, place, field.title, self.bold)
        for row, choice in enumerate(field.choices, start=1):
            lists.write_string(row, place, choice, self.plain)
        letter = chr(ord("A") + place)
        rule = {
            "validate": "list",
            "source": f"='{self.form.lists}'!${letter}$2:${letter}${len(field.choices) + 1}",
            "error_message": self.form.wrong_choice,
        }
        sheet.data_validation(2, column, LAST_ROW, column, rule)

    def _guide(self, guide: Worksheet) -> None:
        guide.set_column(0, 0, 34)
        guide.set_column(1, 1, 90)
        for row, line in enumerate(self.form.guide_lines):
            guide.merge_range(row, 0, row, 1, line, self._format(text_wrap=True, valign="top"))
            guide.set_row(row, 34)
        top = len(self.form.guide_lines) + 1
        for column, heading in enumerate(self.form.guide_headings):
            guide.write_string(top, column, heading, self.heading)
        for row, field in enumerate(self.form.fields, start=top + 1):
            guide.write_string(row, 0, field.title, self.wrapped)
            guide.write_string(row, 1, field.hint, self.wrapped)
