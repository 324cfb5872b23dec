"""The sheet as a Word file: whole, readable again, with the parts that the decree asks for."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from bot.broadcasts.heads import sheet
from bot.papers.letter import Run, docx
from bot.text import Texts
from bot.ward import SHIPPED, read
from db.broadcasts import Broadcast

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINK = "https://t.me/viethoa_bot?start=xm_K7MQ2XPD"


def notice(body: str = "Hạn nộp là <b>31/12</b>.", **more: object) -> Broadcast:
    at = datetime(2027, 2, 5, 2, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": 1,
        "key": "k",
        "year": 2027,
        "number": 5,
        "proof": "K7MQ2XPD",
        "title": "Nộp thuế <quý> IV & V",
        "body": body,
        "audience": {},
        "unit": "kthtdt",
        "signer": "Nguyễn Văn A",
        "author_id": 1,
        "version": 1,
        "urgent": False,
        "created_at": at,
        "send_at": at,
    }
    return Broadcast(**(values | more))


def made(broadcast: Broadcast, link: str = LINK) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(docx(sheet.letter(Texts(), read(SHIPPED), broadcast, link))))


def lines(archive: zipfile.ZipFile) -> list[str]:
    document = Xml.fromstring(archive.read("word/document.xml"))  # noqa: S314 - our own
    texts = ("".join(part.text or "" for part in line.iter(f"{W}t")) for line in document.iter(f"{W}p"))
    return [text for text in texts if text]


def test_what_stands_on_it_in_the_order_of_the_decree() -> None:
    assert lines(made(notice())) == [
        "ỦY BAN NHÂN DÂN PHƯỜNG VIỆT HÒA",
        "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ",
        "Thông báo số: 05/2027",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Việt Hòa, ngày 05 tháng 02 năm 2027",
        "THÔNG BÁO",
        "Nộp thuế <quý> IV & V",
        "Hạn nộp là 31/12./.",
        "Mã xác minh: K7MQ2XPD. Quét mã QR để kiểm tra thông báo này có thật không.",
        "Cần hỏi thêm: Trung tâm Phục vụ hành chính công phường Việt Hòa; hoặc tổ trưởng tổ dân phố.",
        "Bản in từ thông báo đã gửi qua tin nhắn của phường.",
        "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ",
        "Nguyễn Văn A",
    ]


def test_every_part_is_whole_and_the_same_values_are_the_same_bytes() -> None:
    archive = made(notice())
    assert archive.testzip() is None
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            Xml.fromstring(archive.read(name))  # noqa: S314 - our own
    assert archive.read("word/media/qr.png").startswith(b"\x89PNG")
    paper = sheet.letter(Texts(), read(SHIPPED), notice(), LINK)
    assert docx(paper) == docx(paper)


def test_without_a_link_the_code_stands_in_words() -> None:
    archive = made(notice(), link="")
    assert "word/media/qr.png" not in archive.namelist()
    assert "Mã xác minh: K7MQ2XPD. Nhắn /xacminh K7MQ2XPD cho bot của phường để kiểm tra." in lines(archive)


def test_a_corrected_one_and_an_urgent_one_say_so() -> None:
    said = lines(made(notice(version=2, urgent=True)))
    assert {"Nội dung đã sửa.", "THÔNG BÁO KHẨN"} <= set(said)


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("a <b>b</b>", [[Run("a "), Run("b", bold=True)]]),
        ("một\n\nhai", [[Run("một")], [Run("hai")]]),
        ('<a href="https://x.vn">đây</a>', [[Run("đây"), Run(" (https://x.vn)")]]),
        ('<a href="https://x.vn">https://x.vn</a>', [[Run("https://x.vn")]]),
        ("1 &lt; 2 &amp; 3", [[Run("1 < 2 & 3")]]),
        ("<b><i>a</i></b>", [[Run("a", bold=True, italic=True)]]),
        ("<b>một\nhai</b>", [[Run("một", bold=True)], [Run("hai", bold=True)]]),
    ],
)
def test_small_html_becomes_paragraphs(body: str, runs: list[list[Run]]) -> None:
    assert sheet.paragraphs(body) == runs
