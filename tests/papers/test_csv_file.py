"""CSV files, opened again by the standard reader."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.papers import csv_file
from bot.papers.csv_file import BROKEN, safe
from bot.papers.plain_text import REPLACEMENT
from bot.papers.table import Column, DayAnd, Kind, Row
from tests.papers.tables import COLUMNS, DAY, ROW, TEXTS, table, telling


def opened(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";", strict=True))


def test_a_header_and_the_rows_and_nothing_else(tmp_path: Path) -> None:
    rows: list[Row] = [ROW, (2, "0912", date(2026, 2, 8), "Hai\ndòng; một", None), (None, "", None, "a,b", None)]
    assert csv_file.write(table(rows), tmp_path / "a.csv") == 3
    assert opened(tmp_path / "a.csv") == [
        [column.title for column in COLUMNS],
        ["1", "VH-2026-0001", "01/12/2026 · bot", "Cống tắc", "15/12/2026"],
        ["2", "0912", "08/02/2026", "Hai\ndòng; một", ""],
        ["", "", "", "a,b", ""],
    ]


def test_how_excel_wants_it(tmp_path: Path) -> None:
    csv_file.write(table([ROW]), tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith('\ufeff"STT";'.encode())
    assert raw.count(b"\r\n") == 2 == raw.count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\t=1",
        "\rx",
        " =1",
        "\xa0-1",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "\ufeff=1",
        "\u200b=1",
        "\n=1",
    ],
)
def test_what_may_be_a_formula_gets_an_apostrophe(tmp_path: Path, text: str) -> None:
    csv_file.write(table(telling(text)), tmp_path / "a.csv")
    read = opened(tmp_path / "a.csv")[1][3]
    assert read.startswith("'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,=1+1", "a,'=1+1"),
        ("a\n@SUM(1)", "a\n'@SUM(1)"),
        ("a, -2+3+cmd|' /C calc'!A0", "a, '-2+3+cmd|' /C calc'!A0"),
        ("a,+WEBSERVICE(1)", "a,'+WEBSERVICE(1)"),
        ("Cần:\n- giấy phép (bản sao)\n- ảnh", "Cần:\n- giấy phép (bản sao)\n- ảnh"),
        ("gọi tôi, +84 912 345 678", "gọi tôi, +84 912 345 678"),
        ("1 + 1 = 2", "1 + 1 = 2"),
        ("a@b.vn", "a@b.vn"),
    ],
)
def test_a_cell_that_begins_inside_for_another_separator(text: str, expected: str) -> None:
    assert safe(text) == expected


@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    csv_file.write(table(telling(text, "sau")), path)
    _, first, second = opened(path)
    assert first[3] == BROKEN.sub(REPLACEMENT, safe(text))
    assert first[3].replace("'", "") == BROKEN.sub(REPLACEMENT, re.sub("\r\n?", "\n", text)).replace("'", "")
    assert second[3] == "sau"


def test_long_texts_are_whole_and_numbers_have_a_decimal_comma(tmp_path: Path) -> None:
    columns = (Column("share", "Tỷ lệ", Kind.NUMBER, 9), Column("text", "Chữ", Kind.TEXT, 9))
    csv_file.write(table([(0.5, "ở" * 40_000), (-3, DayAnd(DAY, "x, =1"))], columns), tmp_path / "a.csv")
    assert opened(tmp_path / "a.csv")[1:] == [["0,5", "ở" * 40_000], ["-3", "01/12/2026 · x, '=1"]]


def test_a_text_made_to_be_slow_is_not() -> None:
    for text in (",-" * 20_000, "(" + "\n" * 40_000, "(" + ", " * 20_000, "(" + " " * 40_000):
        safe(text)
