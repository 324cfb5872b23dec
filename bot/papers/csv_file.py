"""A table as CSV that a double click opens right in Excel under Vietnamese settings.

UTF-8 with a byte order mark: without it Excel takes the letters for the machine's old code page. Fields are parted by
";": Excel parts by the list separator of the region's settings, and where numbers have a decimal comma, as in vi-VN,
that cannot be the comma. Under en-US settings the file is opened by Data > From Text/CSV, which sees the semicolons; a
first line "sep=;" would spare that, but makes Excel forget the byte order mark. LibreOffice asks, and proposes right.

Every text is quoted, so that a program which parts by commas as well does not part inside one. Numbers have a decimal
comma. Texts are whole, also those too long for a cell of Excel. There is one header line and nothing under the rows.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from bot.papers.plain_text import REPLACEMENT
from bot.papers.table import Cell, DayAnd, Table
from bot.papers.whole import STEP, in_steps, quiet, whole

SEPARATOR = ";"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

STARTS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
FORMULA = re.compile(f"[\\s\ufeff\u200b-\u200f\u2060\ufffd]*[{STARTS}]|[\t\r\n]")
"""What a spreadsheet may take for a formula, and what pushes the rest into another cell."""

INSIDE = re.compile(f"([,\t\n][ \xa0]*)(?=[=@＝＠]|[{STARTS}][^,;\t\n]*(?:\\||[\\w.]\\())")
"""The same after a comma or a line's start: there a cell begins for whoever opens the file with another separator.

A list's dash and a phone's +84 are left alone: only with a function or a call of another program they do anything.
"""

CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters and halves of characters."""


def write(table: Table, target: Path, said: Callable[[int], None] = quiet) -> int:
    """Write the rows of the table as CSV; gives the rows written, `said(n)` is told after every 500 of them.

    Text that a spreadsheet may take for a formula gets an apostrophe in front. Raises OSError when the file cannot be
    written.
    """
    rows = 0
    with whole(target) as half, half.open("wb") as file:
        file.write(BYTE_ORDER_MARK)
        _put(file, [[column.title for column in table.columns]])
        for step in in_steps(table.rows):
            _put(file, step)
            rows += len(step)
            if len(step) == STEP:
                said(rows)
    return rows


def _put(file: BinaryIO, rows: Iterable[Iterable[Cell]]) -> None:
    """Write the rows; broken characters are looked for in all of them at once, which costs next to nothing."""
    text = _as_csv(rows)
    try:
        packed = text.encode()
    except UnicodeEncodeError:
        packed = _mended(text)
    file.write(packed if len(packed) == len(packed.translate(None, CONTROLS)) else _mended(text))


def _mended(text: str) -> bytes:
    return BROKEN.sub(REPLACEMENT, text).encode()


def _as_csv(rows: Iterable[Iterable[Cell]]) -> str:
    """The rows as lines; by hand, because the csv module looks at each letter of each text."""
    return "".join([SEPARATOR.join([_FIELDS[type(cell)](cell) for cell in row]) + "\r\n" for row in rows])


def _text(text: str) -> str:
    if not text:
        return '""'
    return f'"{safe(text)}"' if '"' not in text else '"' + safe(text).replace('"', '""') + '"'


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


@lru_cache(maxsize=4096)
def _day_and(cell: DayAnd) -> str:
    return _text(f"{_day(cell.day)} · {cell.word}")


# A table for each type of cell: asking 1,600,000 cells in turn what they are takes longer than writing them.
_FIELDS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    float: lambda number: str(number).replace(".", ","),
    date: _day,
    DayAnd: _day_and,
    type(None): lambda _nothing: '""',
}


def safe(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet may take for a formula; line ends are line feeds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text[:1].isalnum() and FORMULA.match(text):
        text = "'" + text
    # Few texts have any of these; asking for each alone is much faster than one pattern.
    if "=" in text or "@" in text or "(" in text or "|" in text or "＝" in text or "＠" in text:
        return INSIDE.sub("\\1'", text)
    return text
