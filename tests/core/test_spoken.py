"""Numbers and days in Vietnamese words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.spoken import DIGITS, MOST, day_and_month, day_in_words, in_words

VALUES = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}


def understood(said: str) -> int:
    """The number that somebody hears."""
    total = part = 0
    for word in said.split():
        if word in SCALES:
            total, part = total + part * SCALES[word], 0
        elif word == "trăm":
            part *= 100
        elif word in {"mười", "mươi"}:
            last = part % 10 if word == "mươi" else 1
            part = part - (last if word == "mươi" else 0) + 10 * last
        elif word != "linh":
            part += VALUES[word]
    return total + part


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (2_026, "hai nghìn không trăm hai mươi sáu"),
        (1_200_000, "một triệu hai trăm nghìn"),
        (1_000_000_001, "một tỷ không trăm linh một"),
    ],
)
def test_numbers_as_people_say_them(number: int, said: str) -> None:
    assert in_words(number) == said


@given(st.integers(0, MOST - 1))
def test_every_number_is_heard_as_it_was_written(number: int) -> None:
    assert understood(in_words(number)) == number


@pytest.mark.parametrize("number", [-1, MOST])
def test_what_is_not_said(number: int) -> None:
    with pytest.raises(ValueError, match="not said"):
        in_words(number)


def test_days_as_people_say_them() -> None:
    christmas = "ngày hai mươi lăm tháng mười hai năm hai nghìn không trăm hai mươi sáu"
    assert day_in_words(date(2026, 12, 25)) == christmas
    assert day_in_words(date(2027, 4, 5)) == "ngày mồng năm tháng tư năm hai nghìn không trăm hai mươi bảy"
    assert day_and_month(10, 1) == "ngày mồng mười tháng một"


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_day_is_heard_as_it_was_written(day: date) -> None:
    said = day_in_words(day).replace("mồng ", "").removeprefix("ngày ")
    first, _, rest = said.partition(" tháng ")
    month, _, year = rest.partition(" năm hai ") if day.year >= 2000 else rest.partition(" năm một ")
    whole = ("hai " if day.year >= 2000 else "một ") + year
    assert (understood(first), understood(month), understood(whole)) == (day.day, day.month, day.year)
