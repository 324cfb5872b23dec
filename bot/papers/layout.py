"""How the printed page is laid out: sizes in points, widths in characters of the sheet's own font."""

from collections.abc import Sequence
from math import ceil

from bot.papers.table import Column, Kind

FONT = "Times New Roman"
SIZE = 11
"""Of the table; on paper the sheet is made as wide as the page, so that of WIDEST characters 7 points are left."""

WIDEST = 200.0
"""Characters of all columns together; more would be unreadable on A4."""

NARROWEST = 12.5
"""Only columns of text wider than this are made narrower for that; a case's code fits into it in one line."""

TITLE_SIZE = 14
SMALLER = (9, 8, 7, 6)
"""For a text that does not fit into the tallest row at SIZE."""

TALLEST_ROW = 409
"""Points; Excel cuts what needs more, on the screen and on paper ("Excel specifications and limits")."""

LINE = 15 / 11
"""Height of a line, in sizes of its letters, as Excel makes its rows."""

LETTERS = 1.1
"""Letters of Vietnamese text that fit into one character of width, which is a digit of the sheet's own font."""

CAPITALS = 0.68
"""The same for capitals, as a part of that."""

A_WORD = 2.5
"""Letters that stay empty at the end of a line, because the next word does not fit."""

DAY_WIDTH = 10.6
"""Characters that dd/mm/yyyy needs."""

SHRUNK = 0.85
"""How small a day may become so that the word beside it fits as well; a day does not go on on the next line."""

MARGINS = {"left": 30 / 25.4, "right": 15 / 25.4, "top": 20 / 25.4, "bottom": 20 / 25.4}
"""Inches. Decree 30/2020/NĐ-CP, annex I: left 30–35 mm, right 15–20 mm, top and bottom 20–25 mm."""

TOTALS = (52.0, 13.0, 22.0)
"""Least widths of the block under the table: what is counted, its value, the target."""

BESIDE = 9.0
"""Width of a column beside the table."""


def widths_of(columns: Sequence[Column]) -> list[float]:
    """The columns' widths; where they are too wide for a page together, the columns of text are made narrower."""
    texts = sum(column.width for column in columns if column.kind is Kind.TEXT and column.width > NARROWEST)
    over = sum(column.width for column in columns) - WIDEST
    if over <= 0 or not texts:
        return [column.width for column in columns]
    part = max(0.0, 1 - over / texts)
    return [_narrowed(column.width, part) if column.kind is Kind.TEXT else column.width for column in columns]


def _narrowed(width: float, part: float) -> float:
    return min(width, max(NARROWEST, width * part))


def lines_of(text: str, width: float, size: float) -> int:
    """About how many lines the text takes in that width, rather one too many than one too few."""
    room = max(4.0, width * LETTERS * SIZE / size)
    return sum(_lines_of(line, room * CAPITALS if line.isupper() else room) for line in text.split("\n"))


def _lines_of(line: str, room: float) -> int:
    """Words are not laid out one by one: the table has millions of them."""
    return 1 if len(line) <= room else ceil(len(line) / (room - A_WORD))


def height_of(text: str, width: float, size: float) -> float:
    """Points that the text needs in that width."""
    return min(TALLEST_ROW, lines_of(text, width, size) * size * LINE)


def day_width(word: str) -> float:
    """Characters that a day with that word beside it needs."""
    letters = sum(1 / CAPITALS if letter.isupper() else 1.0 for letter in f" · {word}")
    return DAY_WIDTH + letters / LETTERS


def header_height(title: str, width: float) -> float:
    """Points that a bold title of a column needs."""
    return height_of(title, width * 0.9, SIZE)


def fitting(text: str, width: float) -> tuple[int, float]:
    """The largest size at which a row can show all of the text, or the smallest there is, and the height it needs."""
    for size in (SIZE, *SMALLER):
        height = height_of(text, width, size)
        if height < TALLEST_ROW:
            break
    return size, height


def spans(widths: Sequence[float]) -> list[tuple[int, int]]:
    """First and last column of each part of the block under the table, each at least as wide as TOTALS asks for."""
    found, first = [], 0
    for wanted in TOTALS:
        last = first
        while width_of(widths, first, last) < wanted:
            last += 1
        found.append((first, last))
        first = last + 1
    return found


def width_of(widths: Sequence[float], first: int, last: int) -> float:
    """Characters from the first column to the last."""
    return sum(widths[at] if at < len(widths) else BESIDE for at in range(first, last + 1))
