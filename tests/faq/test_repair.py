"""Mistyped and glued words."""

import pytest

from faq.repair import repairer

KNOWN = "dang ki kinh doanh o dau hoa don dien tu chuyen khoan nham giay phep"
REPAIR = repairer(KNOWN.split(), ["dang", "ki"])


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ("dangkykinhdoanh", "dang ki kinh doanh"),
        ("hoadondientu", "hoa don dien tu"),
        ("chuyne khoan", "chuyen khoan"),
        ("kinhd doanh", "kinh doanh"),
        ("giayy phepp", "giay phep"),
    ],
)
def test_is_repaired(typed: str, repaired: str) -> None:
    assert REPAIR(typed) == repaired


@pytest.mark.parametrize("text", ["nau pho", "qr", "1234567", "hoa don", ""])
def test_is_left_alone(text: str) -> None:
    assert REPAIR(text) == text
