"""What is read over the loudspeaker: nothing that cannot be said, nothing changed that must be heard exactly."""

import re
import unicodedata
from datetime import date
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcasts.heads.aloud import (
    SHORT,
    aloud,
    dates_said,
    links_said,
    money_said,
    phones_grouped,
    short_said,
    times_said,
    without_markup,
)
from bot.core.spoken import day_in_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("trước 25/12/2026.", "trước ngày hai mươi lăm tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
        ("ngày 05/3/2026", "ngày mồng năm tháng ba năm hai nghìn không trăm hai mươi sáu"),
        ("ngày 5-3-2026", "ngày mồng năm tháng ba năm hai nghìn không trăm hai mươi sáu"),
        ("trước 25/12", "trước ngày hai mươi lăm tháng mười hai"),
        ("tháng 12/2026", "tháng mười hai năm hai nghìn không trăm hai mươi sáu"),
        ("31/2/2027", "31/2/2027"),
        ("ngày 30/2", "ngày 30/2"),
        ("1/2 số tiền", "1/2 số tiền"),
        ("24/7", "24/7"),
        ("Nghị định 68/2026/NĐ-CP", "Nghị định 68/2026/NĐ-CP"),
        ("quý IV/2026", "quý IV/2026"),
        ("số 01/12/2026/TB-UBND", "số 01/12/2026/TB-UBND"),
    ],
)
def test_dates(written: str, said: str) -> None:
    assert dates_said(written) == said


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.sampled_from(["{:%d/%m/%Y}", "{0.day}/{0.month}/{0.year}"]))
def test_every_day_of_the_calendar_is_said(day: date, written: str) -> None:
    assert dates_said(f"trước {written.format(day)}, xin nhắc") == f"trước {day_in_words(day)}, xin nhắc"


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1000, 9999))
def test_what_is_no_day_stays_as_it_is(day: int, month: int, year: int) -> None:
    written = f"{day:02}/{month:02}/{year}"
    try:
        date(year, month, day)
    except ValueError:
        assert dates_said(written) == written


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0912345678", "0912 345 678"),
        ("0912.345.678.", "0912 345 678."),
        ("+84 912 345 678", "0912 345 678"),
        ("02203838999", "0220 3838 999"),
        ("0220.3.838.999", "0220 3838 999"),
        ("19001234", "1900 12 34"),
        ("1800 1096", "1800 10 96"),
        ("MST 0912345678-001", "MST 0912345678-001"),
        ("STK 190012345678", "STK 190012345678"),
        ("0912345678901", "0912345678901"),
        ("10.000.000 đồng", "10.000.000 đồng"),
    ],
)
def test_telephone_numbers(written: str, said: str) -> None:
    assert phones_grouped(written) == said


@given(st.from_regex(r"0[35789][0-9]{8}|02[0-9]{9}", fullmatch=True), st.sampled_from(["", ".", " "]))
def test_a_number_keeps_its_digits(number: str, between: str) -> None:
    written = between.join((number[:4], number[4:7], number[7:]))
    said = phones_grouped(f"Gọi {written}, gặp chị Hoa")
    assert re.sub(r"\D", "", said) == number
    assert re.fullmatch(r"Gọi \d{4} \d{3,4} \d{3}, gặp chị Hoa", said)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("8h30", "tám giờ ba mươi phút"),
        ("08:00", "tám giờ"),
        ("7 giờ 30 phút", "bảy giờ ba mươi phút"),
        ("từ 7h30-11h", "từ bảy giờ ba mươi phút đến mười một giờ"),
        ("08:00 – 17:30", "tám giờ đến mười bảy giờ ba mươi phút"),
        ("25h", "25h"),
        ("tỉ lệ 1:20", "tỉ lệ 1:20"),
        ("8,5h", "8,5h"),
    ],
)
def test_times(written: str, said: str) -> None:
    assert times_said(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1.200.000 đồng", "một triệu hai trăm nghìn đồng"),
        ("500đ", "năm trăm đồng"),
        ("10%", "10 phần trăm"),
        ("1.200.000", "1.200.000"),
        ("đồng 5", "đồng 5"),
        ("9.999.999.999.999 đồng", "9.999.999.999.999 đồng"),
    ],
)
def test_money(written: str, said: str) -> None:
    assert money_said(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("UBND phường", "Ủy ban nhân dân phường"),
        ("thuế GTGT, TNCN", "thuế giá trị gia tăng, thu nhập cá nhân"),
        ("TP. Hải Phòng", "thành phố Hải Phòng"),
        ("Quyết định 12/QĐ-UBND", "Quyết định 12/QĐ-UBND"),
        ("KTHT&ĐT", "Kinh tế, Hạ tầng và Đô thị"),
        ("HKDX", "HKDX"),
    ],
)
def test_abbreviations(written: str, said: str) -> None:
    assert short_said(written) == said


@given(st.sampled_from(sorted(SHORT)), st.sampled_from(["{}", "({})", "hỏi {}.", "{},"]))
def test_each_abbreviation_is_said_wherever_it_stands(short: str, around: str) -> None:
    assert short_said(around.format(short)) == around.format(SHORT[short])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://dichvucong.gov.vn/p/home?x=1.", "dichvucong chấm gov chấm vn."),
        ("(www.thue.gov.vn)", "(thue chấm gov chấm vn)"),
        ("dichvucong.gov.vn, hoặc", "dichvucong chấm gov chấm vn, hoặc"),
        ("a.b@haiphong.gov.vn", "a chấm b a còng haiphong chấm gov chấm vn"),
        ("hết hạn.Vì vậy", "hết hạn.Vì vậy"),
    ],
)
def test_links(written: str, said: str) -> None:
    assert links_said(written) == said


def test_a_whole_announcement() -> None:
    said = aloud(
        '📢 <b>HKD</b> nộp tờ khai <a href="https://thue.gov.vn">tại đây</a>:\n\n'
        "• DN &amp; HTX: trước 30/12/2026\n- 8h tại UBND phường 🇻🇳"
    )
    assert said.split("\n") == [
        "Hộ kinh doanh nộp tờ khai tại đây:",
        "Doanh nghiệp và hợp tác xã: trước ngày ba mươi tháng mười hai năm hai nghìn không trăm hai mươi sáu.",
        "Tám giờ tại Ủy ban nhân dân phường.",
    ]


PIECES = st.sampled_from(
    [
        *(
            "😀",
            "👨\u200d👩\u200d👧",
            "🇻🇳",
            "<b>đậm</b>",
            '<a href="https://x.vn/y">đây</a>',
            "https://x.gov.vn/a.b",
            "www.x.com",
        ),
        *(
            "• một",
            "- hai",
            "30/12/2026",
            "8h30",
            "UBND",
            "\n",
            "*sao*",
            "\u200b",
            "&amp;",
            "0912345678",
            "năm",
            ".",
            " ",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=8).map(lambda text: escape(text, quote=False)), max_size=12))
def test_nothing_stays_that_cannot_be_said(pieces: list[str]) -> None:
    said = aloud(" ".join(pieces))
    assert not re.search(r"https?://|www\.|</?[ab]\b", said)
    kinds = {unicodedata.category(letter) for letter in said if letter not in "\n°"}
    assert not kinds & {"So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc"}
    assert all(line == line.strip() and line for line in said.splitlines())


@given(st.text(alphabet="aăâđêôơưàáảãạ ,.\n", max_size=80))
def test_plain_words_are_read_as_they_are(text: str) -> None:
    heard = re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text)).casefold()
    assert re.sub(r"[\W_]", "", aloud(text)).casefold() == heard


def test_markup_of_people_is_text() -> None:
    assert without_markup("<b>a</b> &lt;b&gt; 1 &amp; 2") == "a <b> 1 & 2"
