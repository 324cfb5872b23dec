"""What the masked form takes out of people's texts, and what it leaves."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.exports.masking import masked, without_numbers, without_spots
from bot.reports.exports.names import HIDDEN, Known, folded, without_names, without_titled

NOBODY = Known()


@pytest.mark.parametrize(
    "number",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "091-234-5678",
        "(0912) 345678",
        "+84 912 345 678",
        "+84.912.345.000",
        "84.912.345.000",
        "(0220) 3.856.000",
        "0220 3856 123",
        "0912/345/678",
        "0912, 345, 678",
        "0 9 1 2 3 4 5 6 7 8",
        "09 1234 5678",
        "0912\u200b345\u200b678",
        "0912\u00a0345\u00a0678",
        "0912–345–678",
        "０９１２３４５６７８",
        "030199001234",
        "030 199 001 234",
        "145678901",
        "0801234567",
        "0801234567-001",
        "0801234567 - 001",
        "1903456789012",
        "1903 4567 8901 2345 678",
        "1234567890123456789",
        "20.937123, 106.314567",
    ],
)
def test_numbers_that_name_a_person(number: str) -> None:
    said = without_numbers(f"Gọi {number} nhé")
    assert re.sub(r"•••[,)]? ?", "", said) == "Gọi nhé"
    assert not re.search(r"\d", said)


@pytest.mark.parametrize(
    "kept",
    [
        "1.500.000.000 đồng",
        "1,500,000,000 VNĐ",
        "15.000.000/tháng",
        "1500000 đồng",
        "3.856.123 đ",
        "ngày 01/12/2026",
        "1/2/2026 1.500.000đ",
        "ngày 1/2/2026 1.500.000 đồng",
        "01/02/2026 15.000.000",
        "ngày 1.12.2026, 2-12-2026 và 2026-12-03",
        "giai đoạn 2021-2025",
        "từ 20/11 - 25/11/2026",
        "Nghị định 100/2026/NĐ-CP",
        "Quyết định 2831/QĐ-UBND",
        "Luật 72/2025/QH15",
        "phiếu VH-2026-0012, hồ sơ VH-2026-HS-01",
        "7:30-11:30, 13h30",
        "số 12, ngõ 5, tổ 3",
        "tháng 11/2026 đóng 150.000 đồng",
        "https://dichvucong.gov.vn/p/home",
    ],
)
def test_numbers_that_name_nobody(kept: str) -> None:
    assert without_numbers(kept) == kept


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("viết cho lan.anh@gmail.com", "viết cho •••"),
        ("lan @ gmail.com ạ", "••• ạ"),
        ("hau.tv (a) gmail.com", "•••"),
        ("gửi hau.tv [at] gmail.com ạ", "gửi ••• ạ"),
        ("điểm (a) khoản 2", "điểm (a) khoản 2"),
        ("1/2/2026 0912.345.678", "1/2/•••"),
        ("m.facebook.com/lan nhé", "••• nhé"),
        ("zalo.me/0912345678 hoặc @lanshop", "••• hoặc •••"),
        ("xem https://www.facebook.com/quan.lan?id=1 đó", "xem ••• đó"),
        ("STK 1903456789012 đồng chủ tài khoản", "STK ••• đồng chủ tài khoản"),
        ("số 19034567890000 đ/c Nam", "số ••• đ/c Nam"),
        ("phiếu XY-2026-0012345", "phiếu XY-•••"),
    ],
)
def test_addresses_and_what_only_looks_harmless(text: str, left: str) -> None:
    assert without_numbers(text) == left


SEPARATORS = st.sampled_from(["", " ", ".", "-", " - ", "\u200b", ". "])


@st.composite
def spaced_numbers(draw: st.DrawFn) -> str:
    """A phone, identity, tax or account number in some grouping; money is written with dots and a unit."""
    digits = "0" + draw(st.text("0123456789", min_size=8, max_size=18))
    return "".join([digits[0], *(draw(SEPARATORS) + digit for digit in digits[1:])])


@given(spaced_numbers(), st.sampled_from(["", "Gọi ", "sđt:", "("]), st.sampled_from(["", " nhé", ".", ", cảm ơn"]))
def test_no_grouping_brings_a_number_through(number: str, before: str, after: str) -> None:
    left = without_numbers(f"{before}{number}{after}")
    assert len(re.findall(r"\d", left)) == 0


@given(st.text())
def test_any_text_is_gone_through(text: str) -> None:
    once = masked([text, text], Known("Nguyễn Thị Lan", "Quán Lan", "5 Chợ Mát"))
    assert len(once) == 2
    assert once[0] == once[1]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_texts_that_hold_nothing_come_back_as_they_are(texts: list[str]) -> None:
    harmless = [re.sub(r"[\d@./\x00]|:", "", unicodedata.normalize("NFC", text)) for text in texts]
    harmless = [text for text in harmless if text == unicodedata.normalize("NFC", text)]
    if harmless:
        assert list(masked(harmless, NOBODY)) == [without_titled(text) for text in harmless]


KNOWN = Known("Nguyễn Thị Lan", "Cửa hàng tạp hóa Sao Mai", "12 ngõ 5 Chợ Mát")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Nguyễn Thị Lan đây", "••• đây"),
        ("NGUYEN THI LAN day", "••• day"),
        ("em là lan, chị LAN, Lan", "em là •••, chị •••, •••"),
        ("rác tràn lan, lan can hỏng", "rác tràn lan, lan can hỏng"),
        ("tạp hóa Sao Mai; sao-mai; SAO  MAI; Sao Mai's", "tạp hóa •••; •••; •••; •••'s"),
        ("ngôi sao mai mốt mọc", "ngôi ••• mốt mọc"),
        ("cửa hàng bên cạnh", "cửa hàng bên cạnh"),
        ("ở 12 ngõ 5, chợ mát", "ở •••"),
        ("ở chợ Mát", "ở chợ Mát"),
        (unicodedata.normalize("NFD", "Cửa hàng tạp hóa Sao Mai và Nguyễn Thị Lan"), "••• và •••"),
    ],
)
def test_names_in_whatever_letters(text: str, left: str) -> None:
    assert masked([text], KNOWN)[0] == left


@given(st.sampled_from(["Nguyễn Thị Lan", "Sao Mai", "Cửa hàng tạp hóa Sao Mai"]), st.data())
def test_a_name_is_found_in_any_case_marks_and_form(name: str, data: st.DataObject) -> None:
    shapes = [str.upper, str.lower, str.title, folded, lambda text: unicodedata.normalize("NFD", text)]
    shaped = data.draw(st.sampled_from(shapes))(name)
    before, after = (
        data.draw(st.sampled_from(["", "Chào ", "(", "- "])),
        data.draw(st.sampled_from(["", ".", ", ạ", ")"])),
    )
    assert masked([f"{before}{shaped}{after}"], KNOWN)[0] == f"{before}{HIDDEN}{after}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kính gửi bà Trần Thị Bình, ông: Lê Văn Tám", "Kính gửi bà •••, ông: •••"),
        ("tôi tên Phạm Hùng", "tôi tên •••"),
        ("ông NGUYỄN VĂN TÁM", "ông •••"),
        ("bà Nguyễn thị Lan", "bà •••"),
        ("ong Nguyen Van Tam", "ong •••"),
        ("ông nguyễn văn tám ở tổ 3", "ông ••• ở tổ 3"),
        ("ong nguyen van tam o to 3", "ong ••• o to 3"),
        ("bà trần thị thu hà", "bà •••"),
        ("anh nguyễn tuấn kiệt", "anh •••"),
        ("nhà nguyễn văn tám", "nhà •••"),
        ("ông Nguyên Văn Tám", "ông •••"),
        ("hàng xóm Nguyễn Văn Bình", "hàng xóm •••"),
        ("của Lê Văn Tám", "của •••"),
        ("con trai Lê Minh Tuấn", "con trai •••"),
        ("Chủ tịch Nguyễn Văn Bình", "Chủ tịch •••"),
        ("anh (Nguyễn Văn Toàn)", "anh (•••)"),
        ("ông Ma Văn Kháng", "ông •••"),
        ("Ông Ma Văn Kháng; Bà Trần Bình", "Ông •••; Bà •••"),
        ("anh Tuấn Kiệt", "anh •••"),
        ("Nguyễn Văn Bình và Trần Thị Hoa", "••• và •••"),
        ("NGUYỄN VĂN TÁM LẤN CHIẾM", "••• LẤN CHIẾM"),
        ("phố Lê Lợi, đường Lê Thanh Nghị, Đường Nguyễn Lương Bằng", None),
        ("duong Nguyen Luong Bang; đường nguyễn văn linh; phố Nguyễn Văn Linh", None),
        ("gửi Nguyễn Lương Bằng, Lê Thị Hoa, ông Vàng A Páo", "gửi •••, •••, ông •••"),
        ("Trường Tiểu học Nguyễn Lương Bằng, Trường THPT Hoàng Văn Thụ", None),
        ("UBND phường Việt Hòa, Trung Tâm Văn Hóa, Đoàn Thanh Niên", None),
        ("Hộ Kinh Doanh; HỘ KINH DOANH ĐỀ NGHỊ; Tổ Dân Phố Số 3", None),
        ("ông/bà nộp Giấy đề nghị; kính gửi Ông/Bà", None),
        ("em là thị trường; đô thị mới; cao văn bản; thành phố Hồ Chí Minh", None),
        ("ông cho biết, bà la lối, anh hỏi thủ tục, vụ thị trường", None),
        ("ĐỀ NGHỊ UBND PHƯỜNG XEM LẠI", None),
        ("đường Nguyễn Lương Bằng, sông Lê Chân", "đường Nguyễn Lương Bằng, sông Lê Chân"),
        ("là Phòng Kinh tế", "là Phòng Kinh tế"),
    ],
)
def test_full_names_of_others(text: str, left: str | None) -> None:
    assert without_titled(text) == (text if left is None else left)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ở số nhà 12 Nguyễn Lương Bằng", "ở •••"),
        ("số 5 Lê Lợi, gần chợ", "•••, gần chợ"),
        ("nhà số 7B đường Nguyễn Lương Bằng nhé", "••• nhé"),
        ("số 12, ngõ 5, Chợ Mát", "•••"),
        ("12 ngõ 5 Chợ Mát", "•••"),
        ("ngách 3/12 Bình Lâu", "•••"),
        ("hẻm 5 Trần Phú", "•••"),
        ("kiốt 12, ki-ốt số 7 bị dột", "•••, ••• bị dột"),
        ("12/5 chợ Mát", "•••"),
        ("45 Đường Nguyễn Lương Bằng", "•••"),
        ("xe 34A-123.45, 34B1 12345, 29-H1 2345, 34a-12345", "xe •••, •••, •••, •••"),
        ("ngày 12/5 chợ Mát đông", None),
        ("số 12, ngõ 5, tổ 3", None),
        ("Tổ dân phố số 3 Việt Hòa", None),
        ("Nghị định số 168/2025/NĐ-CP, Thông tư số 40 Bộ Tài chính", None),
        ("ngày 25/11/2026 Phường Việt Hòa trả lời", None),
        ("Điều 5 Luật Đất đai, lệ phí 100.000 đồng, 15 ngày", None),
        ("đường Nguyễn Lương Bằng, chợ Mát", None),
    ],
)
def test_houses_stalls_and_plates(text: str, left: str | None) -> None:
    assert without_spots(text) == (text if left is None else left)


def test_a_name_never_reaches_over_the_border_of_two_texts() -> None:
    known = Known(business="Sao Mai")
    assert list(masked(["ngôi Sao", "Mai sau, gọi 0912", "345678"], known)) == [
        "ngôi Sao",
        "Mai sau, gọi 0912",
        "345678",
    ]
    assert list(masked(["a\x00b", "", "0912345678"], known)) == ["a\ufffdb", "", HIDDEN]


def test_one_letter_and_nothing_are_no_names() -> None:
    assert without_names("A b c", Known("A", "Quán", "Chợ")) == "A b c"
