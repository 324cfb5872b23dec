"""A table as JSON, for programs: stable, streamed, one row a line.

The format "dong-hanh/1" is one object with these members, in this order:

- "format": "dong-hanh/1"; members may be added under this name, none is renamed, removed or given another meaning
- "title": text; "lines": texts under it, such as the period
- "meta": texts by name, such as "created", the time of making (ISO 8601)
- "columns": objects with "key" and "title"
- "rows": objects with the keys of the columns: text, number, a day "2026-12-01", a day with a word beside it
  {"day": "2026-12-01", "word": "bot"}; an empty cell is "" where it would hold text, otherwise null
- "totals": objects with "key", "title", "value" (a number; null when it is not known), "percent" (true: the value is a
  share from 0 to 1) and "target" (text, may be empty)
- "notes": texts

UTF-8 without a byte order mark. Texts are as they were written, but for halves of characters, which are U+FFFD.
"""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from bot.papers.plain_text import REPLACEMENT
from bot.papers.table import Cell, DayAnd, Row, Table, Total
from bot.papers.whole import STEP, in_steps, quiet, whole

FORMAT = "dong-hanh/1"
HALVES = re.compile("[\ud800-\udfff]")
OF_SHEETS = {"shortened"}


def write(table: Table, target: Path, said: Callable[[int], None] = quiet) -> int:
    """Write the table as JSON; gives the rows written, `said(n)` is told after every 500 of them.

    Raises OSError when the file cannot be written, ValueError for a number that JSON does not have, such as NaN.
    """
    with whole(target) as half, half.open("wb") as file:
        _put(file, _head(table) + ',\n"rows": [')
        rows = _rows(table, file, said)
        totals = [_total(total) for total in table.totals()]
        _put(file, f'\n],\n"totals": {_dump(totals)},\n"notes": {_dump(list(table.notes))}}}\n')
    return rows


def _rows(table: Table, file: BinaryIO, said: Callable[[int], None]) -> int:
    keys = [column.key for column in table.columns]
    rows = 0
    for step in in_steps(table.rows):
        lines = ",\n".join(_dump(_row(keys, row)) for row in step)
        _put(file, (",\n" if rows else "\n") + lines)
        rows += len(step)
        if len(step) == STEP:
            said(rows)
    return rows


def _head(table: Table) -> str:
    head = {
        "format": FORMAT,
        "title": table.title,
        "lines": list(table.lines),
        "meta": {key: value for key, value in table.meta.items() if key not in OF_SHEETS},
        "columns": [{"key": column.key, "title": column.title} for column in table.columns],
    }
    return "{" + ",\n".join(f"{_dump(key)}: {_dump(value)}" for key, value in head.items())


def _row(keys: list[str], row: Row) -> dict[str, object]:
    return {key: _value(cell) for key, cell in zip(keys, row, strict=True)}


def _value(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, DayAnd):
        return {"day": _value(cell.day), "word": cell.word}
    return cell


def _total(total: Total) -> dict[str, object]:
    return {
        "key": total.key,
        "title": total.title,
        "value": total.value,
        "percent": total.percent,
        "target": total.target,
    }


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _dump(value: object) -> str:
    return _encoder.encode(value)


def _put(file: BinaryIO, text: str) -> None:
    try:
        file.write(text.encode())
    except UnicodeEncodeError:
        file.write(HALVES.sub(REPLACEMENT, text).encode())
