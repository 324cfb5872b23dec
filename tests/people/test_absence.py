"""Days as people type them, and who stands in for whom."""

from datetime import date, timedelta

import pytest

from bot.core.events import Phone, Text
from bot.core.flow import Invalid
from bot.feature import App
from bot.people.absence import days, read_days
from bot.people.staff import acting_for, leave, stands_in_for
from db.staff import Role, Staff, all_serving
from tests.people.hiring import hire, staff_named, working

TODAY = date(2026, 12, 1)
accept = days(lambda: TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mai", "02/12/2026"),
        ("Ngày mai", "02/12/2026"),
        ("hôm nay", "01/12/2026"),
        ("ngày kia", "03/12/2026"),
        ("5/12", "05/12/2026"),
        ("05.12.2026", "05/12/2026"),
        ("5/12/26", "05/12/2026"),
        ("1/12", "01/12/2026"),
        ("5/1", "05/01/2027"),
        ("từ mai đến 10/12", "02/12/2026 - 10/12/2026"),
        ("tu ngay 5/12 den het ngay 10/12", "05/12/2026 - 10/12/2026"),
        ("5-10/12", "05/12/2026 - 10/12/2026"),
        ("5 đến 10/12/2026", "05/12/2026 - 10/12/2026"),
        ("28/12 – 3/1", "28/12/2026 - 03/01/2027"),
        ("05/12/2026 - 10/12/2026", "05/12/2026 - 10/12/2026"),
        ("1/12/2027", "01/12/2027"),
    ],
)
def test_days(typed: str, kept: str) -> None:
    assert accept(Text(typed)) == kept
    assert str(read_days(kept, TODAY)) == kept


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "staff.days_wanted"),
        ("tuần sau", "staff.days_wanted"),
        ("31/11", "staff.days_wanted"),
        ("5", "staff.days_wanted"),
        ("5/13", "staff.days_wanted"),
        ("0/0/0", "staff.days_wanted"),
        ("1/1/0000", "staff.days_wanted"),
        ("٥/١٢", "staff.days_wanted"),
        ("5/12 - 6/12 - 7/12", "staff.days_wanted"),
        ("30/11/2026", "staff.days_past"),
        ("10/12/2026 - 5/12/2026", "staff.days_backwards"),
        ("5/12/2028", "staff.days_far"),
    ],
)
def test_what_are_no_days(typed: str, key: str) -> None:
    refused = accept(Text(typed))
    assert isinstance(refused, Invalid)
    assert refused.key == key


def test_a_telephone_number_is_no_day() -> None:
    assert isinstance(accept(Phone("0912345678", own=True)), Invalid)


def away(app: App, who: str, substitute: str, first: date = TODAY, last: date = TODAY) -> None:
    with app.database.write() as session:
        named = {staff.name: staff for staff in all_serving(session)}
        named[who].absent_from, named[who].absent_until = first, last
        named[who].substitute_id = named[substitute].id


def acting(app: App, who: str, day: date = TODAY) -> str:
    with app.database.read() as session:
        return acting_for(session, _one(app, who), day).name


def stood_in_for(app: App, who: str) -> list[str]:
    with app.database.read() as session:
        return [staff.name for staff in stands_in_for(session, _one(app, who), TODAY)]


def _one(app: App, who: str) -> Staff:
    return staff_named(app, f"Tên {who}")


@pytest.fixture
def three(app: App) -> App:
    for who in ("minh", "lan", "tuyet"):
        hire(app, who, Role.OFFICER, "kthtdt")
    return app


def test_a_substitute_acts_from_the_first_day_to_the_last(three: App) -> None:
    away(three, "Tên minh", "Tên lan", TODAY, TODAY + timedelta(days=2))
    around = [TODAY + timedelta(days=offset) for offset in range(-1, 4)]
    assert [acting(three, "minh", day) for day in around] == [
        "Tên minh", "Tên lan", "Tên lan", "Tên lan", "Tên minh",
    ]  # fmt: skip
    assert stood_in_for(three, "lan") == ["Tên minh"]
    assert stood_in_for(three, "minh") == []


def test_the_substitutes_substitute_acts_for_both(three: App) -> None:
    away(three, "Tên minh", "Tên lan")
    away(three, "Tên lan", "Tên tuyet")
    assert acting(three, "minh") == "Tên tuyet"
    assert stood_in_for(three, "tuyet") == ["Tên minh", "Tên lan"]
    assert stood_in_for(three, "lan") == []


def test_a_circle_leaves_the_work_with_its_owner(three: App) -> None:
    away(three, "Tên minh", "Tên lan")
    away(three, "Tên lan", "Tên minh")
    assert acting(three, "minh") == "Tên minh"
    assert stood_in_for(three, "lan") == []


def test_a_substitute_who_left_is_none(three: App) -> None:
    away(three, "Tên minh", "Tên lan")
    with working(three) as work:
        assert leave(work, _one(three, "lan").id)
    assert acting(three, "minh") == "Tên minh"
