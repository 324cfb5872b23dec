"""Tables for the checks of the writers."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from hypothesis import strategies as st

from bot.papers.table import Cell, Column, DayAnd, Kind, Row, Table, Total

MARK = "… (đã rút gọn: xem tệp JSON)"
COLUMNS = (
    Column("number", "STT", Kind.NUMBER, 5),
    Column("code", "Mã phiếu", Kind.TEXT, 13),
    Column("received", "Ngày tiếp nhận, kênh", Kind.DAY, 11),
    Column("story", "Nội dung khó khăn, vướng mắc", Kind.TEXT, 40),
    Column("due", "Hạn trả lời", Kind.DAY, 11),
)
DAY = date(2026, 12, 1)
ROW: Row = (1, "VH-2026-0001", DayAnd(DAY, "bot"), "Cống tắc", date(2026, 12, 15))
TOTALS = (
    Total("all", "Tổng số phiếu", 1_228),
    Total("on_time", "Tỷ lệ đúng hạn", 0.964, "chỉ tiêu 100 %", percent=True),
    Total("electronic", "Kết quả điện tử", None, "chỉ tiêu 100 %", percent=True),
)
META = {"created": "2026-12-01T09:00:00+07:00", "shortened": MARK}

FORMULAS = ["=1+1", "+84", "-2", "@x", "\t", "\r\n", "\n", "\r", "{=1}", "＝1", ",=1", "http://a.vn", "0912"]
MARKUP = ["<r>", "</r>", "_x000D_", "_x0041_x0042_", "&amp;", "]]>", '"', "'", ";", ",", "  ", "\\"]
LETTERS = ["\x00", "\x1f", "\x7f", "\x85", "\ufeff", "\u202e", "שלום", "😀", "\ud83d", "\ude00", "\ufffe", "đồng"]
PIECES = st.sampled_from([*FORMULAS, *MARKUP, *LETTERS])
TEXTS = st.lists(PIECES | st.text(max_size=5) | st.characters(), max_size=12).map("".join)


def table(rows: Iterable[Row], columns: Sequence[Column] = COLUMNS) -> Table:
    """A table with a heading, these rows, and the block under it."""
    return Table(
        title="BẢNG TỔNG HỢP",
        lines=("Kỳ: từ 15/11/2026 đến 14/12/2026", "Số liệu tính đến 09 giờ 00, ngày 01/12/2026"),
        columns=columns,
        rows=rows,
        totals=lambda: TOTALS,
        notes=("Ghi chú một.",),
        sheet="Kiến nghị",
        meta=META,
    )


def telling(*texts: str) -> list[Row]:
    """A row for each text."""
    return [(number, f"VH-2026-{number:04}", DayAnd(DAY, "TDP"), text, None) for number, text in enumerate(texts, 1)]


def cells(rows: Iterable[Row]) -> list[list[Cell]]:
    """The rows as lists."""
    return [list(row) for row in rows]


def parts(path: Path) -> dict[str, ElementTree.Element]:
    """The XML parts of a spreadsheet by name; raises where one is not well formed."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314 - our own
