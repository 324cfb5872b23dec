"""The ward profile: edited while the bot runs, refused with its line when it is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import ward
from bot.ward import Profile, ProfileError

GOOD = ward.SHIPPED.read_text("utf-8")


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "ward.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_the_shipped_profile_is_valid_and_says_what_is_unset() -> None:
    shipped = ward.read(ward.SHIPPED)
    assert shipped.names.ward == "phường Việt Hòa"
    assert "contact.center_phone" in shipped.unset()


def test_an_edit_counts_at_once(edit: Callable[[str], Path]) -> None:
    profile = Profile(edit(GOOD))
    assert profile().contact.center_phone == ""
    edit(GOOD.replace('center_phone = ""', 'center_phone = "0220 000 0000"'))
    assert profile().contact.center_phone == "0220 000 0000"


def test_a_wrong_edit_is_refused_and_the_old_one_stays(edit: Callable[[str], Path]) -> None:
    profile = Profile(edit(GOOD))
    edit(GOOD.replace("[contact]", "[contact"))
    assert profile().names.ward == "phường Việt Hòa"
    assert "line" in profile.refused
    edit(GOOD)
    profile()
    assert profile.refused == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('map_link = ""', 'map_link = "ftp://x"', "contact.map_link"),
        ('center_phone = ""', 'centre_phone = ""', "contact.centre_phone"),
        ('ward = "phường Việt Hòa"', 'ward = ""', "names.ward"),
        ('center_phone = ""', "center_phone = 113", "contact.center_phone"),
    ],
)
def test_a_mistake_is_named_with_its_line(edit: Callable[[str], Path], old: str, new: str, said: str) -> None:
    path = edit(GOOD.replace(old, new))
    number = path.read_text("utf-8").splitlines().index(new) + 1
    with pytest.raises(ProfileError, match=rf"line {number}: {said}"):
        ward.read(path)


def test_a_profile_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ward.toml"
    path.write_text(GOOD, "utf-8-sig")
    assert ward.read(path).names.ward == "phường Việt Hòa"


def test_a_refused_edit_is_told_in_the_log(edit: Callable[[str], Path], caplog: pytest.LogCaptureFixture) -> None:
    profile = Profile(edit(GOOD))
    edit(GOOD + "[nonsense]\n")
    profile()
    profile()
    assert [record.getMessage().count("nonsense") for record in caplog.records] == [1]


def test_a_missing_file_is_a_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        ward.read(tmp_path / "none.toml")
