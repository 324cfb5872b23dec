"""One-time codes: random, readable, recognised however they are typed."""

import unicodedata

import pytest

from bot.people import codes


def test_codes_differ_and_have_nothing_that_looks_alike() -> None:
    made = {codes.new_code() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(code) for code in made} == {10}
    assert not set("".join(made)) & set("01OILBSZ")


def test_no_vietnamese_keyboard_changes_a_code() -> None:
    """Telex makes of aa, ee, oo, dd, w and a vowel with s f r x j something else; VNI of a vowel or d with a digit."""
    assert not set(codes.ALPHABET) & set("AEIOUYDW")


@pytest.mark.parametrize(
    "typed",
    ["7K3MN-9PQRT", "7k3mn-9pqrt", "7k3mn 9pqrt", "7K3MN9PQRT", " 7k3mn – 9pqrt. ", "7K3MN9P0RT", "7k3mn-9pórt"],
)
def test_what_was_meant(typed: str) -> None:
    assert codes.normalised(typed) == "7K3MN9PQRT"
    assert codes.hashed(typed) == codes.hashed("7K3MN9PQRT")


def test_a_code_is_shown_in_two_halves_and_kept_as_a_hash() -> None:
    assert codes.shown("7K3MN9PQRT") == "7K3MN-9PQRT"
    assert len(codes.hashed("7K3MN9PQRT")) == 64


def test_a_code_composed_differently_is_the_same() -> None:
    assert codes.hashed(unicodedata.normalize("NFD", "7k3mn-9pórt")) == codes.hashed("7K3MN-9PQRT")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CFGHJ-23456", True),
        ("cfghj 23456", True),
        (" CFGHJ23456 ", True),
        ("0987654222", False),
        ("giấy phép kinh doanh", False),
        ("VH-2026-0001", False),
        ("cảm ơn bot", False),
    ],
)
def test_a_message_that_is_nothing_but_a_code(typed: str, code: bool) -> None:
    assert codes.is_code(typed) is code
