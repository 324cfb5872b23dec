"""The ward profile: edited while the bot runs, refused with its line when it is wrong."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import faq
from bot import ward
from bot.core.clock import VIETNAM
from bot.ward import Profile, ProfileError
from bot.ward.news import Broadcasts

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


def test_the_shipped_desk_fits_together() -> None:
    shipped = ward.read(ward.SHIPPED)
    assert shipped.lead.short == "KTHT&ĐT"
    assert shipped.protected.title == "Thái độ, hành vi cán bộ"
    assert len(shipped.pci) == 9
    assert all(shipped.unit(subject.unit) and shipped.component(subject.pci) for subject in shipped.subjects)
    assert all("…" in template.text for template in shipped.templates)


def test_the_subjects_point_to_folders_of_the_faq() -> None:
    named = {subject.category for subject in ward.read(ward.SHIPPED).subjects if subject.category}
    assert named <= {entry.category for entry in faq.load_content().entries.values()}


def test_what_was_removed_since_is_nothing() -> None:
    shipped = ward.read(ward.SHIPPED)
    gone = (shipped.unit, shipped.group, shipped.authority, shipped.component, shipped.subject, shipped.template)
    assert [find("gone") for find in gone] == [None] * 6


def test_a_subject_has_its_own_templates_first() -> None:
    titles = [template.id for template in ward.read(ward.SHIPPED).templates_for("via-he")]
    assert titles == ["kiem-tra-tai-cho", "da-giai-quyet", "dang-lam-tiep", "khong-co-can-cu"]


def test_the_profile_corrects_the_days_off(edit: Callable[[str], Path]) -> None:
    text = GOOD.replace("added = []", "added = [2026-12-31]").replace("removed = []", "removed = [2026-11-24]")
    calendar = ward.read(edit(text.replace("worked = []", "worked = [2026-12-26]"))).calendar
    days = (date(2026, 12, 31), date(2026, 11, 24), date(2026, 12, 26), date(2026, 12, 27))
    assert [calendar.is_workday(day) for day in days] == [False, True, True, False]


def test_the_days_that_nobody_decided_yet_are_listed(edit: Callable[[str], Path]) -> None:
    assert date(2027, 2, 4) in ward.read(ward.SHIPPED).undecided()
    asserted = ward.read(edit(GOOD.replace("2027-02-04, ", ""))).calendar
    assert not asserted.is_workday(date(2027, 2, 4))  # the package takes a proposal for decided


def test_an_edit_of_the_hours_counts_at_once(edit: Callable[[str], Path]) -> None:
    profile = Profile(edit(GOOD))
    assert f"{profile().calendar.closing(date(2026, 12, 10)):%H:%M}" == "17:00"
    edit(GOOD.replace('afternoon = "13:30-17:00"', 'afternoon = "13h00-16h30"'))
    assert f"{profile().calendar.closing(date(2026, 12, 10)):%H:%M}" == "16:30"


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("13:30-17:00", "13:30", 'afternoon = "13:30"', "hours.afternoon: .*written like"),
        ("7:30-11:30", "11:30-7:30", 'morning = "11:30-7:30"', "hours.morning: .*before it closes"),
        ("7:30-11:30", "25:30-26:30", 'morning = "25:30-26:30"', "hours.morning: "),
        ("13:30-17:00", "11:00-17:00", "[hours]", "hours: .*before the afternoon"),
        ("added = []", "added = [2027-02-04]", "[holidays]", "holidays: .*2027-02-04 stands in two"),
        ("worked = []", "worked = [2026-12-25]", "[holidays]", "holidays: .*no Saturday"),
        ("removed = []", "removed = [2026-11-24, 1.5]", "removed = [2026-11-24, 1.5]", "holidays.removed.1: "),
        ("[3, 7]", "[3, 12]", "[cases]", "cases: .*supplement_reminders"),
        ("close_after_days = 5", "close_after_days = 3", "[cases]", "cases: .*remind_after_days"),
        ('prefix = "VH"', 'prefix = "vh-"', 'prefix = "vh-"', "cases.prefix"),
        ('id = "vhxh"', 'id = "vh-xh"', 'id = "vh-xh"', "units.2.id"),
        ('id = "bchqs"', 'id = "vp"', 'id = "vp"', "units.5.id: .*second time"),
        ('id = "moi-truong"', 'id = "via-he"', 'id = "via-he"', "subjects.5.id: .*second time"),
        ('unit = "vhxh"', 'unit = "ubnd"', 'unit = "ubnd"', 'subjects.11.unit: there is no "ubnd" in units'),
        ('pci = "gia-nhap"', 'pci = "x"', 'pci = "x"', 'subjects.3.pci: there is no "x" in pci'),
        ('subject = "ha-tang"', 'subject = "x"', 'subject = "x"', 'templates.7.subject: there is no "x"'),
        ("lead = true\n", "", "[[units]]", "units: one of them must have lead = true"),
        ("protected = true\n", "\n", "[[subjects]]", "subjects: one of them must have protected"),
        ("approval = true\n", "protected = true\n", "protected = true", "subjects.12.protected: only one"),
        ("21:00-6:30", "21:00", 'quiet = "21:00"', "broadcasts.quiet: .*written like"),
        ("21:00-6:30", "21:00-24:30", 'quiet = "21:00-24:30"', "broadcasts.quiet: .*hour must be"),
        ("approve_above = 20", "approve_above = -1", "approve_above = -1", "broadcasts.approve_above"),
        ('id = "anuong"', 'id = "an-uong"', 'id = "an-uong"', "trades.0.id"),
        ('id = "tapho"', 'id = "anuong"', 'id = "anuong"', "trades.1.id: .*second time"),
        ('title = "Ăn uống, giải khát"', 'title = ""', 'title = ""', "trades.0.title"),
        ("\nnews = true", '\nnews = "có"', 'news = "có"', r"subjects\.\d+\.news"),
    ],
)
def test_a_mistake_at_the_desk_is_named_with_its_line(
    edit: Callable[[str], Path], old: str, new: str, at: str, said: str
) -> None:
    path = edit(GOOD.replace(old, new, 1))
    with pytest.raises(ProfileError, match=said) as refused:
        ward.read(path)
    told = re.search(r"line (\d+)", str(refused.value))
    assert told
    assert path.read_text("utf-8").splitlines()[int(told[1]) - 1] == at


def test_a_value_that_is_missing_is_reported_at_its_own_row(edit: Callable[[str], Path]) -> None:
    path = edit(GOOD.replace('title = "Thuế, hóa đơn"\n', ""))
    with pytest.raises(ProfileError, match=r"subjects\.2\.title") as refused:
        ward.read(path)
    row = path.read_text("utf-8").splitlines().index('id = "thue"', GOOD.splitlines().index('id = "hoi-dap"'))
    assert f"line {row}:" in str(refused.value)


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """In December 2026."""
    return datetime(2026, 12, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("21:00-6:30", at(20, 59), None),
        ("21:00-6:30", at(21), at(6, 30, day=2)),
        ("21:00-6:30", at(23, 59, day=31), datetime(2027, 1, 1, 6, 30, tzinfo=VIETNAM)),
        ("21:00-6:30", at(0, 0, day=2), at(6, 30, day=2)),
        ("21:00-6:30", at(6, 29, day=2), at(6, 30, day=2)),
        ("21:00-6:30", at(6, 30, day=2), None),
        ("21:00-6:30", datetime(2026, 12, 1, 14, 0, tzinfo=UTC), at(6, 30, day=2)),
        ("11h30 – 13h30", at(11, 29), None),
        ("11h30 – 13h30", at(11, 30), at(13, 30)),
        ("11h30 – 13h30", at(13, 30), None),
        ("0:00-6:00", at(0, 0), at(6)),
        ("21:00-0:00", at(23, 59), at(0, 0, day=2)),
        ("21:00-0:00", at(0, 0), None),
        ("7:00-7:00", at(7), None),
        ("", at(3), None),
    ],
)
def test_quiet_hours_end_at_their_edge(quiet: str, now: datetime, until: datetime | None) -> None:
    assert Broadcasts.model_validate({"quiet": quiet}).quiet_until(now) == until


def test_the_rules_of_announcements_and_the_trades_are_read(edit: Callable[[str], Path]) -> None:
    shipped = ward.read(ward.SHIPPED)
    assert shipped.broadcasts == Broadcasts()
    assert len({trade.title for trade in shipped.trades}) == len(shipped.trades) > 5
    assert (shipped.trade("gone"), shipped.trade("")) == (None, None)
    never = ward.read(edit(GOOD.replace('quiet = "21:00-6:30"', 'quiet = ""')))
    assert never.broadcasts.quiet == ()


def test_the_news_of_reports_about_officials_are_nobodys_choice() -> None:
    shipped = ward.read(ward.SHIPPED)
    assert shipped.news()
    assert all(subject.news and not subject.protected for subject in shipped.news())
