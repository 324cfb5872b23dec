"""The [faq] section of the profile: which unit minds which category, and its mistakes."""

from pathlib import Path

import pytest

import faq
from bot import ward
from bot.ward import ProfileError
from bot.ward.answers import Faq

GOOD = ward.SHIPPED.read_text("utf-8")


def test_the_shipped_profile_names_a_unit_for_every_category(content: faq.Content) -> None:
    shipped = ward.read(ward.SHIPPED)
    assert set(shipped.faq.units) == set(content.categories)
    assert all(shipped.unit(shipped.faq.unit_of(category)) for category in content.categories)
    assert (shipped.faq.tell_days, shipped.faq.warn_days) == (90, 30)


def test_a_category_without_a_unit_is_the_clerks(tmp_path: Path) -> None:
    path = tmp_path / "ward.toml"
    path.write_text(GOOD.replace('thue-hoa-don = "kthtdt"\n', ""), "utf-8")
    assert ward.read(path).faq.unit_of("thue-hoa-don") == ""
    assert Faq().unit_of("thue-hoa-don") == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tell_days = 90", "tell_days = 0", r"faq\.tell_days"),
        ("tell_days = 90", "tell_days = 366", r"faq\.tell_days"),
        ("warn_days = 30\n\n# Đơn vị", "warn_day = 30\n\n# Đơn vị", r"faq\.warn_day"),
        ('thue-hoa-don = "kthtdt"', 'thue-hoa-don = "thue"', r'faq\.units\.thue-hoa-don: there is no "thue" in units'),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "ward.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), "utf-8")
    wrong = new.splitlines()[0]
    number = path.read_text("utf-8").splitlines().index(wrong) + 1
    with pytest.raises(ProfileError, match=rf"line {number}: {said}"):
        ward.read(path)
