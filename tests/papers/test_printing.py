"""A realistic table turned into pages by LibreOffice, as a clerk would print it."""

import re
import shutil
import subprocess
from datetime import timedelta

import pytest

from bot.papers import xlsx
from bot.papers.table import Column, DayAnd, Kind, Row
from tests.papers.tables import DAY, table

pytestmark = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="LibreOffice Calc and poppler-utils are not installed on this machine",
)

TITLES = {
    "STT": 5,
    "Mã phiếu": 13,
    "Ngày tiếp nhận, kênh": 11,
    "Tên DN/HTX/hộ kinh doanh": 13,
    "Địa chỉ, điện thoại": 13,
    "Lĩnh vực": 11,
    "Nội dung khó khăn, vướng mắc": 34,
    "Đề xuất, kiến nghị": 16,
    "Hạn trả lời": 11,
    "Kết quả": 20,
    "Trạng thái": 10,
}
DAYS = {"Ngày tiếp nhận, kênh", "Hạn trả lời"}
STORY = "Cống thoát nước trước cửa bị tắc từ tháng 10, nước thải tràn ra vỉa hè, khách không vào được."
CHANNELS = ("bot", "TTPVHCC", "TDP", "đối thoại", "pakn", "văn bản")


def columns() -> list[Column]:
    kinds = {title: Kind.DAY if title in DAYS else Kind.TEXT for title in TITLES} | {"STT": Kind.NUMBER}
    return [Column(f"c{at}", title, kinds[title], width) for at, (title, width) in enumerate(TITLES.items())]


def row(number: int) -> Row:
    story = "\n".join([STORY] * (1 + number % 3)) if number % 9 else f"{STORY} " * 20 + f"hết{number}x"
    received = DayAnd(DAY + timedelta(number), CHANNELS[number % len(CHANNELS)])
    answer = "Đã nạo vét cống, thay ba nắp đậy theo Kế hoạch số 12/KH-UBND." if number % 2 else ""
    who = ("Hộ kinh doanh", "TDP 3, số 12 ngõ 5; 0912 345 678", "Hạ tầng, vệ sinh môi trường")
    return (
        number,
        f"VH-2026-{number:04}",
        received,
        *who,
        story,
        "",
        DAY + timedelta(number + 14),
        answer,
        "Đang xử lý",
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of each page."""
    folder = tmp_path_factory.mktemp("printing")
    xlsx.write(table([row(number) for number in range(1, 41)], columns()), folder / "a.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "a.xlsx")]
    subprocess.run(convert, check=True, capture_output=True, timeout=180)
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", (folder / "a.pdf").read_bytes())
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} == {(0, 0, 842, 595)}
    text = subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], check=True, capture_output=True, timeout=60)
    return text.stdout.decode().removesuffix("\f").split("\f")


def test_every_page_has_the_header_and_its_number(pages: list[str]) -> None:
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "STT" in page
        assert "Mã phiếu" in page
        assert f"{number}/{len(pages)}" in page


def test_the_heading_is_at_the_beginning_and_the_totals_at_the_end(pages: list[str]) -> None:
    assert "BẢNG TỔNG HỢP" in pages[0]
    assert "BẢNG TỔNG HỢP" not in pages[1]
    assert "96.4%" in pages[-1]
    assert "Ghi chú một." in pages[-1]


def test_no_cell_is_too_narrow_and_nothing_is_cut(pages: list[str]) -> None:
    whole = "\n".join(pages)
    assert "###" not in whole
    for number in range(1, 41):
        assert f"VH-2026-{number:04}" in whole
        assert f"{DAY + timedelta(number):%d/%m/%Y} · {CHANNELS[number % len(CHANNELS)]}" in whole
    for number in range(9, 41, 9):
        assert f"hết{number}x" in whole
