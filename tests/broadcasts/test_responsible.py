"""Whose author serves no more: the unit hears what becomes of it, and where nobody is left there the leaders."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.broadcasts.audience import Audience
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import Every
from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import BroadcastState
from db.staff import Role, Staff
from tests.broadcasts.composers import Owners, last_submission, press, submitted, work
from tests.broadcasts.crowd import people, standing
from tests.crew import join

LONG = timedelta(days=2)


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


@pytest.fixture
def minh(app: App) -> Staff:
    """An officer, and a leader."""
    join(app, "son", Role.LEADER)
    return join(app, "minh", Role.OFFICER, unit="kthtdt")


def leaves(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        assert leave(work(app, session, "leaves"), staff.id)


def read(owner: Owners, *names: str) -> dict[str, str]:
    return {name: owner(name).waits() for name in names}


def test_what_was_dropped_is_told_to_the_unit(app: App, minh: Staff, owner: Owners, clock: FrozenClock) -> None:
    notice = submitted(app, minh, late="drop", send_at=clock.now + timedelta(hours=2))
    tu = join(app, "tu", Role.OFFICER, unit="kthtdt")
    join(app, "vy", Role.OFFICER, unit="vhxh")
    leaves(app, minh)
    read(owner, "minh", "son", "tu", "vy")
    clock.advance(LONG)
    tick(app)
    tick(app)
    said = read(owner, "minh", "son", "tu", "vy")
    assert standing(app, notice.id).state == BroadcastState.MISSED
    assert [name for name, text in said.items() if "đã quá giờ" in text] == ["tu"]
    assert said["tu"].count("đã quá giờ") == 1
    assert tu.until is None


def test_and_where_nobody_is_left_there_to_the_leaders(
    app: App, minh: Staff, owner: Owners, clock: FrozenClock
) -> None:
    submitted(app, minh, late="drop", send_at=clock.now + timedelta(hours=2))
    join(app, "vy", Role.OFFICER, unit="vhxh")
    leaves(app, minh)
    read(owner, "minh", "son", "vy")
    clock.advance(LONG)
    tick(app)
    assert [name for name, text in read(owner, "minh", "son", "vy").items() if "đã quá giờ" in text] == ["son"]


def test_so_is_the_end_of_what_recurs(app: App, minh: Staff, owner: Owners, clock: FrozenClock) -> None:
    first = datetime(2026, 12, 7, 8, tzinfo=VIETNAM)
    weekly = Repeat(Every("week", 0), time(8), date(2026, 12, 20))
    submitted(app, minh, send_at=first, repeat=weekly, on_day=first.date())
    leaves(app, minh)
    read(owner, "minh", "son")
    for _ in range(20):
        clock.advance(timedelta(days=1))
        tick(app)
    said = read(owner, "minh", "son")
    assert "đã hết thời hạn" not in said["minh"]
    assert said["son"].count("đã hết thời hạn") == 1


def test_that_no_leader_decides_is_told_to_the_unit(app: App, owner: Owners, clock: FrozenClock) -> None:
    """Many registered after its author had left, and nobody is there who could approve it."""
    minh = join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "tu", Role.CLERK, unit="kthtdt")
    submitted(app, minh, audience=Audience(subjects=("von",)), send_at=clock.now + timedelta(hours=2))
    leaves(app, minh)
    people(app, 30, subjects=("", "von"))
    read(owner, "minh", "tu")
    clock.advance(timedelta(hours=2))
    tick(app)
    said = read(owner, "minh", "tu")
    assert "Chưa có lãnh đạo" not in said["minh"]
    assert said["tu"].count("Chưa có lãnh đạo") == 1


def test_what_a_leader_decides_is_told_to_the_unit(app: App, minh: Staff, owner: Owners) -> None:
    people(app, 30)
    notice = submitted(app, minh, send_at=app.clock() + timedelta(hours=2))
    join(app, "tu", Role.OFFICER, unit="kthtdt")
    leaves(app, minh)
    read(owner, "minh", "son", "tu")
    press(owner("son"), f"broadcast.approve:{notice.id}:{last_submission(app, notice.id)}")
    said = read(owner, "minh", "tu")
    assert "đã được duyệt" not in said["minh"]
    assert said["tu"].count("đã được duyệt") == 1
    assert f"Thông báo số {notice.number:02}/" in " ".join(press(owner("tu"), f"broadcast.open:{notice.id}"))
