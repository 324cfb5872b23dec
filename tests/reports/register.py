"""Registers in tests: the form that the bot writes, filled in with another library."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import typer

from bot.feature import App
from bot.papers.form import write_form
from bot.reports.imports import columns as import_columns
from bot.reports.imports import run as import_run
from bot.reports.imports.run import Finish

KEYS = [column.key for column in import_columns.COLUMNS]
Row = Mapping[str, object]
NOISE: Row = {
    "channel": "văn bản",
    "number": "12/2026",
    "received": date(2026, 11, 30),
    "business": "Hộ kinh doanh Sao Mai",
    "address": "12 đường Nguyễn Lương Bằng",
    "phone": "0912345678",
    "subject": "Rác thải, môi trường",
    "text": "Xe rác đến sau giờ mở hàng, rác để trước ki-ốt cả buổi sáng.",
}


def form(app: App, path: Path) -> Path:
    """The sheet to fill in."""
    write_form(import_columns.form(app.say, app.profile()), path)
    return path


def register(app: App, path: Path, *rows: Row) -> Path:
    """The form with these rows, by the keys of the columns, under the example."""
    book = openpyxl.load_workbook(form(app, path))
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, start=3):
        for key, value in row.items():
            sheet.cell(number, KEYS.index(key) + 1).value = value  # type: ignore[assignment]
    book.save(path)
    return path


def written(path: Path, *rows: Sequence[object]) -> Path:
    """A sheet of somebody's own."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def imported(app: App, path: Path, finish: Finish = import_run.log_all) -> int:
    """The exit code of an import; what it says is printed."""
    try:
        import_run.import_file(app, path, finish)
    except typer.Exit as stopped:
        return stopped.exit_code
    return 0


def said(app: App, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and all lines, those for mistakes first."""
    code = imported(app, path)
    shown = capsys.readouterr()
    return code, [*shown.err.splitlines(), *shown.out.splitlines()]
