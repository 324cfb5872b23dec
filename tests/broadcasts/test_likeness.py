"""A message beside an announcement: what does not count, and what always does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcasts.owner.likeness import Difference, differences, keyed, likeness, sentences, strange_links, visible
from bot.broadcasts.owner.proof_codes import asked_for, printed_in
from bot.people.codes import ALPHABET

FRAME = "📢 Thông báo số 01/2026\nUBND phường Việt Hòa"
CORE = "Đóng phí vệ sinh\n\nThu từ 8 giờ ngày 05/12. Nộp 20.000 đồng vào tài khoản 1903 5551 088.\nXem https://viethoa.gov.vn/Phi"
END = "Phòng Kinh tế\nCán bộ Minh\n\nNgày 01/12/2026. Mã xác minh: K7M2P4QX"
WHOLE = f"{FRAME}\n\n{CORE}\n\n{END}"
OURS = [*sentences(FRAME, core=False), *sentences(CORE), *sentences(END, core=False)]


def found(theirs: str) -> list[tuple[str, str]]:
    return [(each.ours, each.theirs) for each in differences(OURS, theirs)]


@pytest.mark.parametrize(
    "same",
    [
        WHOLE,
        CORE,
        " ".join(WHOLE.split()),
        WHOLE.replace("\n", "\n\n  "),
        WHOLE.replace("Thu từ", "THU TU"),
        WHOLE.replace("đồng", "dong"),
        WHOLE.replace("phí", "ph\u200bí").replace(" ", "\u00a0"),
        WHOLE.replace("1903 5551 088", "19035551088"),
        WHOLE.replace("📢 ", ""),
        f"{CORE}\n{END}",
    ],
)
def test_what_does_not_count(same: str) -> None:
    assert found(same) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5551", "5557"),
        ("5551 088", "5551 0880"),
        ("20.000", "200.000"),
        ("05/12", "06/12"),
        ("8 giờ", "18 giờ"),
        ("gov.vn/Phi", "gov.vn/phi"),
        ("viethoa.gov.vn", "viethoa-gov.vn"),
        ("viethoa.gov.vn", "vіethoa.gov.vn"),  # a Cyrillic letter
        ("5551", "\u202e1555\u202c"),  # reads 5551 and is not
        ("5551", "5\u03365\u033651"),  # struck through
        ("K7M2P4QX", "K7M2P4QZ"),
        ("Cán bộ Minh", "Cán bộ Mạnh"),
    ],
)
def test_what_always_counts(old: str, new: str) -> None:
    assert old in WHOLE
    changed = found(WHOLE.replace(old, new))
    assert len(changed) == 1
    assert old in changed[0][0] or old.rsplit(maxsplit=1)[-1] in changed[0][0]


def test_the_difference_is_said_in_sentences() -> None:
    assert found(WHOLE.replace("5551", "5557")) == [
        (
            "Nộp 20.000 đồng vào tài khoản 1903 5551 088.",
            "Nộp 20.000 đồng vào tài khoản 1903 5557 088.",
        )
    ]
    assert found(WHOLE.replace("Thu từ 8 giờ ngày 05/12. ", "")) == [("Thu từ 8 giờ ngày 05/12.", "")]
    assert found(WHOLE.replace("088.", "088. Không nộp sẽ bị phạt!")) == [("", "Không nộp sẽ bị phạt!")]
    assert found(f"Chuyển gấp: {WHOLE}") == [("", "Chuyển gấp:")]
    assert found(f"{WHOLE} Gọi 0900 111 222") == [("", "Gọi 0900 111 222")]


@given(st.text(max_size=300))
def test_any_text_can_be_compared(theirs: str) -> None:
    for each in differences(OURS, theirs):
        assert isinstance(each, Difference)
        assert each.ours or each.theirs
    assert 0 <= likeness(keyed(WHOLE), keyed(theirs)) <= 100


@given(st.integers(0, 9), st.integers(0, 10))
def test_every_changed_digit_of_the_account_is_seen(digit: int, at: int) -> None:
    account = "19035551088"
    other = f"{account[:at]}{digit}{account[at + 1 :]}"
    assert bool(found(WHOLE.replace("1903 5551 088", other))) == (other != account)


def test_a_link_under_the_same_words_is_seen() -> None:
    ours = 'Xem <a href="https://viethoa.gov.vn/phi">tại đây</a>, dichvucong.gov.vn'
    assert strange_links(ours, ours) == []
    assert strange_links(ours, '<a href="http://dichvucong.gov.vn/">dichvucong.gov.vn</a>') == []
    assert strange_links(ours, 'Xem <a href="https://viethoa.vn/phi">tại đây</a>') == [
        Difference("", "tại đây → https://viethoa.vn/phi")
    ]


def test_what_is_written_anew_is_not_alike() -> None:
    assert likeness(keyed(WHOLE), keyed(WHOLE.replace("5551", "5557"))) > 95
    other = "Cán bộ thuế yêu cầu cài ứng dụng eTax mới tại bit.ly/etax2 trước 17 giờ"
    assert likeness(keyed(WHOLE), keyed(other)) == 0
    assert visible("a &lt;b&gt; <b>c</b>") == "a <b> c"


@pytest.mark.parametrize(
    "typed",
    [
        *("K7M2P4QX", " k7m2p4qx ", "K7M2 P4QX", "k7m2-p4qx", "K7M2P40X", "K7M2P4OX"),
        *("xác minh k7m2p4qx", "Mã xác minh: K7M2P4QX.", "kiểm tra mã K7M2P4QX"),
    ],
)
def test_a_code_however_it_is_typed(typed: str) -> None:
    assert asked_for(typed) == "K7M2P4QX"


@pytest.mark.parametrize(
    "typed",
    [
        *("0912345678", "12345678", "xuống phố", "so 3 phong", "phuong", "thuốc tây"),
        *("xác minh danh tính VNeID", "xác minh tài khoản", "VH-2026-0001", "kiểm tra hồ sơ"),
    ],
)
def test_words_and_numbers_are_no_codes(typed: str) -> None:
    assert asked_for(typed) == ""


def test_a_code_in_a_text() -> None:
    assert printed_in(WHOLE) == "K7M2P4QX"
    assert printed_in("xem t.me/ward_bot?start=xm_K7M2P4QX") == "K7M2P4QX"
    assert printed_in("Mã xác minh của ông/bà là 123456, không đưa cho ai") == ""
    assert printed_in("mã xác minh danh tính") == ""


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_every_code_is_found_in_its_footer(code: str) -> None:
    assert printed_in(f"Ngày 01/12/2026. Mã xác minh: {code}") == code
