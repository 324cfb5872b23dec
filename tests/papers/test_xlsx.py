"""Spreadsheets, opened again by two readers that know nothing of how they were written."""

import math
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from bot.papers import layout, xlsx
from bot.papers.plain_text import FORBIDDEN, LONGEST_CELL, MOST_BREAKS, REPLACEMENT, units
from bot.papers.table import Column, DayAnd, Kind, Row, Table
from tests.papers.tables import COLUMNS, DAY, MARK, META, ROW, TEXTS, TOTALS, parts, table, telling

HEAD = 5
"""The row of the header, counted from 1: title, two lines, an empty row."""

ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def opened(path: Path, sheet: int = 0) -> Worksheet:
    found = openpyxl.load_workbook(path).worksheets[sheet]
    assert isinstance(found, Worksheet)
    return found


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """A time as spreadsheets have it, without a zone."""
    return datetime(year, month, day, hour)  # noqa: DTZ001


def stories(path: Path) -> list[str]:
    """The texts of the fourth column as the standard reads them (ECMA-376, ST_Xstring)."""
    sheet = parts(path)["xl/worksheets/sheet1.xml"]
    spaces = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    found = {}
    for cell in sheet.iterfind(".//m:c", spaces):
        runs = ["".join(run.itertext()) for run in cell.iterfind(".//m:t", spaces)]
        found[cell.get("r", "")] = "".join(ESCAPE.sub(lambda code: chr(int(code[1], 16)), run) for run in runs)
    rows = len([name for name in found if re.fullmatch(r"B\d+", name) and found[name].startswith("VH-")])
    return [found[f"D{HEAD + number}"] for number in range(1, rows + 1)]


def fit(text: str) -> str:
    """What a text must be in the file."""
    return FORBIDDEN.sub(REPLACEMENT, re.sub("\r\n?", "\n", text))


def test_every_cell_is_what_was_given(tmp_path: Path) -> None:
    rows: list[Row] = [ROW, (2, "0912", date(2026, 2, 28), "Hai\ndòng", None), (None, "", None, None, None)]
    assert xlsx.write(table(rows), tmp_path / "a.xlsx") == 3
    sheet = opened(tmp_path / "a.xlsx")
    given = [[cell.value for cell in row[: len(COLUMNS)]] for row in sheet.iter_rows(HEAD, HEAD + 3)]
    assert given == [
        [column.title for column in COLUMNS],
        [1, "VH-2026-0001", at(2026, 12, 1), "Cống tắc", at(2026, 12, 15)],
        [2, "0912", at(2026, 2, 28), "Hai\ndòng", None],
        [None] * len(COLUMNS),
    ]
    assert sheet.cell(HEAD + 3, 1).border.left.style == "thin"


def test_a_second_reader_sees_the_same(tmp_path: Path) -> None:
    xlsx.write(table([ROW]), tmp_path / "a.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["Kiến nghị"]
    rows = [row[: len(COLUMNS)] for row in book.get_sheet_by_index(0).to_python()]
    assert rows[0][0] == "BẢNG TỔNG HỢP"
    assert rows[HEAD - 1] == [column.title for column in COLUMNS]
    assert rows[HEAD] == [1, "VH-2026-0001", DAY, "Cống tắc", date(2026, 12, 15)]


@pytest.mark.parametrize("word", ["bot", "đối thoại", 'a"b', '"', "TDP; [Red]", "x\ny", "\\", "@"])
def test_a_day_shows_its_word_and_stays_a_day(tmp_path: Path, word: str) -> None:
    rows: list[Row] = [(1, "VH-1", DayAnd(DAY, word), "", None)] * 2
    xlsx.write(table(rows), tmp_path / "a.xlsx")
    cell = opened(tmp_path / "a.xlsx").cell(HEAD + 1, 3)
    assert cell.value == at(2026, 12, 1)
    shown = re.sub(r'"([^"]*)"|\\(.)', lambda part: part[1] or part[2] or "", cell.number_format)
    assert shown == f"dd/mm/yyyy · {' '.join(word.split())}"


def test_words_without_number_and_days_before_excel_are_text(tmp_path: Path) -> None:
    rows: list[Row] = [(n, "VH", DayAnd(DAY, f"kênh {n}"), "", None) for n in range(150)]
    rows += [(0, "VH", DayAnd(DAY, "x" * 300), "", date(1899, 12, 31))]
    xlsx.write(table(rows), tmp_path / "a.xlsx")
    sheet = opened(tmp_path / "a.xlsx")
    assert sheet.cell(HEAD + 100, 3).value == at(2026, 12, 1)
    assert sheet.cell(HEAD + 101, 3).value == "01/12/2026 · kênh 100"
    assert sheet.cell(HEAD + 151, 3).value == "01/12/2026 · " + "x" * 300
    assert sheet.cell(HEAD + 151, 5).value == "31/12/1899"


def test_the_page_is_ready_to_print(tmp_path: Path) -> None:
    xlsx.write(table([ROW] * 3), tmp_path / "a.xlsx")
    sheet = opened(tmp_path / "a.xlsx")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:E8"
    assert sheet.page_margins.left * 25.4 == pytest.approx(30)
    assert sheet.oddFooter
    assert sheet.oddFooter.center
    assert sheet.oddFooter.center.text == "&P/&N"
    story = sheet.cell(HEAD + 1, 4)
    assert (story.font.name, story.alignment.wrap_text, story.alignment.vertical) == ("Times New Roman", True, "top")
    assert story.border.bottom.style == "thin"


def test_the_totals_stand_under_the_table(tmp_path: Path) -> None:
    xlsx.write(table([ROW]), tmp_path / "a.xlsx")
    sheet = opened(tmp_path / "a.xlsx")
    places = [column for column, _ in layout.spans([column.width for column in COLUMNS])]
    under = [[sheet.cell(row, at + 1).value for at in places] for row in range(HEAD + 2, HEAD + 8)]
    assert under[0] == [None] * 3
    assert under[1:4] == [[total.title, total.value, total.target or None] for total in TOTALS]
    assert sheet.cell(HEAD + 4, places[1] + 1).number_format == "0.0%"
    assert sheet.cell(HEAD + 5, places[1] + 1).border.left.style == "thin"
    assert sheet.cell(HEAD + 7, 1).value == "Ghi chú một."


@pytest.mark.parametrize("widths", [(5,), (5, 5), (100, 10), (9,) * 16])
def test_tables_of_any_width(tmp_path: Path, widths: tuple[float, ...]) -> None:
    columns = [Column(f"c{at}", f"Cột {at}", Kind.TEXT, width) for at, width in enumerate(widths)]
    assert xlsx.write(table([["a"] * len(widths)] * 2, columns), tmp_path / "a.xlsx") == 2
    assert opened(tmp_path / "a.xlsx").cell(HEAD + 1, len(widths)).value == "a"
    parts(tmp_path / "a.xlsx")


def test_a_table_without_rows(tmp_path: Path) -> None:
    empty = Table("Bảng", (), COLUMNS, iter(()))
    assert xlsx.write(empty, tmp_path / "a.xlsx") == 0
    assert opened(tmp_path / "a.xlsx").auto_filter.ref == "A3:E3"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "{=1}", "http://a.vn", "0912345678", "1e5", "TRUE", "#N/A"]
)
def test_text_is_text_also_when_it_is_edited(tmp_path: Path, text: str) -> None:
    xlsx.write(table(telling(text)), tmp_path / "a.xlsx")
    cell = opened(tmp_path / "a.xlsx").cell(HEAD + 1, 4)
    assert (cell.value, cell.data_type in {"s", "inlineStr"}, cell.quotePrefix, cell.hyperlink) == (
        text,
        True,
        True,
        None,
    )


@settings(deadline=None)
@given(texts=TEXTS)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: str) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.xlsx"
    xlsx.write(table(telling(texts, texts + "x")), path)
    assert stories(path) == [fit(texts), fit(texts + "x")]
    assert len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) > HEAD


@pytest.mark.parametrize("text", ["<r>a</r>", "<r><t>x</t></r>", "<r></r>", "_x000D_", "_x000D_x0041_x0042_", " hai "])
def test_text_that_looks_like_the_file_format(tmp_path: Path, text: str) -> None:
    xlsx.write(table(telling(text)), tmp_path / "a.xlsx")
    assert stories(tmp_path / "a.xlsx") == [text]


@pytest.mark.parametrize("letter", ["a", "đ", "😀", "<", "a😀"])
def test_what_is_too_long_says_so(tmp_path: Path, letter: str) -> None:
    whole = letter * (LONGEST_CELL // units(letter))
    xlsx.write(table(telling(whole, whole + "😀" * 9, "<r>" + whole + "</r>")), tmp_path / "a.xlsx")
    kept, shortened, wrapped = stories(tmp_path / "a.xlsx")
    assert kept == whole
    assert shortened.endswith(MARK)
    assert whole.startswith(shortened.removesuffix(MARK))
    assert LONGEST_CELL - 2 <= units(shortened) <= LONGEST_CELL
    assert wrapped.startswith("<r>" + letter)


def test_too_many_lines_become_one_at_the_end(tmp_path: Path) -> None:
    xlsx.write(table(telling("\n".join(str(n) for n in range(400)))), tmp_path / "a.xlsx")
    lines = stories(tmp_path / "a.xlsx")[0].split("\n")
    assert (len(lines), lines[-2], lines[-1][:7], lines[-1][-3:]) == (MOST_BREAKS + 1, "252", "253 254", "399")


def test_a_long_story_is_written_smaller_and_fits_its_row(tmp_path: Path) -> None:
    xlsx.write(table(telling("Cống tắc. " * 190, "Cống tắc.")), tmp_path / "a.xlsx")
    sheet = opened(tmp_path / "a.xlsx")
    size = sheet.cell(HEAD + 1, 4).font.size
    height = sheet.row_dimensions[HEAD + 1].height
    assert size is not None
    assert height is not None
    assert size < layout.SIZE
    assert 300 < height < layout.TALLEST_ROW
    assert sheet.row_dimensions[HEAD + 2].height is None


def test_columns_too_wide_for_a_page_are_narrowed(tmp_path: Path) -> None:
    wide = [Column(f"c{at}", f"Cột {at}", Kind.TEXT, width) for at, width in enumerate([60, 9, 120, 60])]
    xlsx.write(table([["a"] * 5], [*COLUMNS[:1], *wide]), tmp_path / "a.xlsx")
    sheet = opened(tmp_path / "a.xlsx")
    assert sum(sheet.column_dimensions[name].width for name in "ABCDE") < layout.WIDEST + 9
    assert sheet.column_dimensions["D"].width > 80


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_A_SHEET", 3)
    assert xlsx.write(table(telling(*"abcdefg")), tmp_path / "a.xlsx") == 7
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Kiến nghị", "Kiến nghị (2)", "Kiến nghị (3)"]
    assert [sheet.cell(HEAD, 1).value for sheet in book.worksheets] == ["STT"] * 3
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A5:E8", "A5:E8", "A5:E6"]
    assert [sheet.print_title_rows for sheet in book.worksheets] == ["$5:$5"] * 3
    assert "Tổng số phiếu" in [row[0].value for row in book.worksheets[2].iter_rows()]
    assert "Tổng số phiếu" not in [row[0].value for row in book.worksheets[0].iter_rows()]


def test_the_same_table_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        xlsx.write(table([ROW] * 20), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert (book.properties.created, book.properties.title) == (at(2026, 12, 1, 2), "BẢNG TỔNG HỢP")


def test_numbers_that_excel_would_round_are_text(tmp_path: Path) -> None:
    xlsx.write(
        table([(9_007_199_254_740_993, "x", None, "", None), (10**14, "y", None, "", None)]), tmp_path / "a.xlsx"
    )
    sheet = opened(tmp_path / "a.xlsx")
    assert [sheet.cell(HEAD + row, 1).value for row in (1, 2)] == ["9007199254740993", 10**14]
    with pytest.raises(TypeError):
        xlsx.write(table([(math.nan, "x", None, "", None)]), tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


def test_every_part_is_well_formed(tmp_path: Path) -> None:
    told = table(telling("<&>\"'", "\x00\ud800", "]]>"))
    odd = Table("\ud800<t>\x00&", ("=1", "<r>a</r>"), told.columns, told.rows, told.totals, ("<r>", "\x01"), meta=META)
    xlsx.write(odd, tmp_path / "a.xlsx")
    assert {"xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"} <= set(parts(tmp_path / "a.xlsx"))
