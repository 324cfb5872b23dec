"""Spreadsheets that people hand in: found by their headings, and refused by name when they cannot be read."""

import random
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.papers import sheets
from bot.papers.sheets import Flaw, Heading, Unreadable, read

HEADINGS = (
    Heading("day", "Ngày tiếp nhận", required=True),
    Heading("phone", "Điện thoại", ("SĐT",)),
    Heading("text", "Nội dung", required=True),
)


def book(path: Path, *rows: tuple[object, ...], sheet: str = "") -> Path:
    """A workbook whose first sheet is about something else, where another is named."""
    workbook = openpyxl.Workbook()
    if sheet:
        workbook.worksheets[0].append(["Ghi nhớ"])
        workbook.create_sheet(sheet)
    for row in rows:
        workbook.worksheets[-1].append(list(row))
    workbook.save(path)
    return path


def flaw(path: Path) -> tuple[Flaw, list[str]]:
    with pytest.raises(Unreadable) as refused:
        read(path, HEADINGS)
    return refused.value.flaw, list(refused.value.titles)


def test_rows_are_found_under_their_headings(tmp_path: Path) -> None:
    rows = (
        ("Sổ tiếp nhận", None, None),
        (None, None, None),
        (" noi dung *", "SĐT", "NGÀY TIẾP NHẬN", "Khác"),
        ("ngập", "0912", date(2026, 12, 1), "x"),
        (None, "  ", None, "x"),
        ("tối", 912345678, "01/12/2026"),
    )
    filled = read(book(tmp_path / "a.xlsx", *rows, sheet="Sổ"), HEADINGS)
    assert (filled.sheet, filled.strangers) == ("Sổ", ["Khác"])
    assert [(line.number, dict(line.cells)) for line in filled.lines] == [
        (4, {"text": "ngập", "phone": "0912", "day": date(2026, 12, 1)}),
        (6, {"text": "tối", "phone": 912345678.0, "day": "01/12/2026"}),
    ]


def sheets_of(path: Path, **rows: Sequence[Sequence[object]]) -> Path:
    """A workbook of these sheets."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, lines in rows.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    workbook.save(path)
    return path


HEAD = ("Ngày tiếp nhận", "Điện thoại", "Nội dung")
FILLED = [HEAD, ("01/12/2026", "0912345678", "ngập")]


def test_rows_on_two_sheets_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert flaw(sheets_of(path, A=FILLED, B=[("x",)], C=FILLED)) == (Flaw.SEVERAL_SHEETS, ["A", "C"])
    assert flaw(sheets_of(path, A=FILLED, B=[HEAD, (None, None, None, "x")])) == (Flaw.SEVERAL_SHEETS, ["A", "B"])
    assert flaw(sheets_of(path, A=FILLED, B=[(*HEAD, "SĐT"), *FILLED[1:]])) == (Flaw.SEVERAL_SHEETS, ["A", "B"])


def test_the_sheet_with_rows_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    filled = read(sheets_of(tmp_path / "a.xlsx", A=[HEAD, (" ",)], B=FILLED, C=[], D=[("x",)]), HEADINGS)
    assert (filled.sheet, len(filled.lines), filled.others) == ("B", 1, ["A", "D"])


def test_a_list_that_shares_headings_is_no_second_register(tmp_path: Path) -> None:
    headings = (*HEADINGS, *(Heading(name, name) for name in ("Kênh", "Đơn vị", "Lĩnh vực")))
    choices = [("Kênh", "Đơn vị", "Lĩnh vực"), ("TDP", "Công an", "Khác")]
    filled = read(sheets_of(tmp_path / "a.xlsx", A=choices, B=FILLED), headings)
    assert (filled.sheet, filled.others) == ("B", ["A"])


def test_headings_missing_or_twice_are_named(tmp_path: Path) -> None:
    others = (*HEADINGS, Heading("unit", "Đơn vị", required=True))
    with pytest.raises(Unreadable) as refused:
        read(book(tmp_path / "a.xlsx", ("Ngày tiếp nhận", "Điện thoại", "Nội dung")), others)
    assert (refused.value.flaw, refused.value.titles) == (Flaw.HEADINGS_MISSING, ["Đơn vị"])
    twice = book(tmp_path / "b.xlsx", ("Ngày tiếp nhận", "Điện thoại", "Nội dung", "SĐT"))
    assert flaw(twice) == (Flaw.HEADING_TWICE, ["Điện thoại"])
    assert flaw(book(tmp_path / "c.xlsx", ("STT", "Tên"), ("1", "A"))) == (Flaw.NOT_OURS, [])


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert flaw(path)[0] is Flaw.NO_FILE
    assert flaw(tmp_path)[0] is Flaw.NO_FILE
    for content in (b"", b"hello", b"%PDF-1.7", "Nội dung;Điện thoại\n".encode()):
        path.write_bytes(content)
        assert flaw(path)[0] is Flaw.NO_SPREADSHEET
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert flaw(path)[0] is Flaw.DAMAGED
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert flaw(path)[0] is Flaw.ENCRYPTED
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert flaw(path)[0] is Flaw.DAMAGED


def test_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "a.xlsx", ("Ngày tiếp nhận", "Điện thoại", "Nội dung"))
    for limit in ("LARGEST_FILE", "LARGEST_UNPACKED"):
        with monkeypatch.context() as patch:
            patch.setattr(sheets, limit, 100)
            assert flaw(path)[0] is Flaw.TOO_LARGE
    with monkeypatch.context() as patch:
        patch.setattr(sheets, "MOST_ROWS", 2)
        rows = [("01/12/2026", "0912345678", "ngập")] * 3
        assert flaw(book(path, ("Ngày tiếp nhận", "Điện thoại", "Nội dung"), *rows))[0] is Flaw.TOO_MANY_ROWS


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576", "XFD1"])
def test_a_stray_cell_far_away_is_refused_before_it_is_read(tmp_path: Path, far: str) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0][far] = "x"
    workbook.save(tmp_path / "a.xlsx")
    assert flaw(tmp_path / "a.xlsx")[0] is Flaw.TOO_MANY_ROWS


def test_a_damaged_file_is_a_sentence_or_read(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Ngày tiếp nhận", "Điện thoại", "Nội dung"), ("01/12/2026", "1", "ngập nước"))
    whole, chance = path.read_bytes(), random.Random(7)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice((len(whole), chance.randrange(len(whole))))])
        with suppress(Unreadable):
            read(path, HEADINGS)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice, which writes the other formats, is not there")
@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_other_spreadsheets_are_read_alike(tmp_path: Path, ending: str) -> None:
    rows = (("Ngày tiếp nhận", "Điện thoại", "Nội dung"), (date(2026, 12, 1), "0912345678", "ngập"))
    path = book(tmp_path / "a.xlsx", *rows)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=120,
    )
    cells = read(tmp_path / f"a.{ending}", HEADINGS).lines[0].cells
    assert [str(cells["day"])[:10], cells["phone"], cells["text"]] == ["2026-12-01", "0912345678", "ngập"]
