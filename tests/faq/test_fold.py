"""One spelling for every way of typing the same words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq import fold

VIETNAMESE = st.text(alphabet="aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậđbcghklmnpqrstvx kjwzf0123456789.,?!ĐÂƯ", max_size=60)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bán online có phải đăng ký hkd k", "ban online co phai dang ki ho kinh doanh khong"),
        ("ddawng kys hooj kinh doanh ow ddaau", "dang ki ho kinh doanh o dau"),
        ("trường hợp này", "truwowngf hopwj nafy"),
        ("ĐĂNG KÍ", "dang ki"),
        ("Ðăng ký", "dang ki"),
        ("dc ck vao tk ko", "duoc chuyen khoan vao tai khoan khong"),
        ("fí bnhiu z", "phi bao nhieu vay"),
        ("quên mk", "quen mat khau"),
        ("mk muốn hỏi", "minh muon hoi"),
        ("dt dưới 1ty", "doanh thu duoi 1 ti"),
        ("cho xin sđt", "cho xin so dien thoai"),
        ("5tr", "5 triệu"),
        ("5.000.000đ", "năm triệu đồng"),
        ("500k", "500 nghìn"),
        ("một cửa", "1 cửa"),
        ("03 ngày", "3 ngay"),
        ("vneid2", "VNeID 2"),
        ("kooo", "không"),
        ("h\u200bóa\ufeff đơn", "hoa don"),
        ("ｈóａ đơn", "hoa don"),
    ],
)
def test_both_are_the_same(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


@pytest.mark.parametrize("word", ["pos", "tax", "taxi", "gas", "otp", "app", "web", "bar", "mobile", "internet"])
def test_english_words_are_not_taken_for_telex(word: str) -> None:
    assert fold(word) == word


def test_words_of_the_faq_are_not_taken_for_telex() -> None:
    assert fold("zos") == "zos"
    assert fold("bans", known={"bans"}) == "bans"
    assert fold("bans") == "ban"


@pytest.mark.parametrize("text", ["Hải Dương", "bây giờ", "sau ngày 1/7", "bà nội", "năm nay", "tạm ngừng"])
def test_words_that_look_like_numbers_stay(text: str) -> None:
    assert not any(word.isdigit() for word in fold(text.replace("1/7", "")).split())


@given(st.text(max_size=80) | VIETNAMESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80) | VIETNAMESE)
def test_composed_and_decomposed_are_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
