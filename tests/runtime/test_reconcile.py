"""Every message of a day is accounted for, and a gap is told to the admin with its key."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.channels.terminal import Terminal, raw_line
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.runtime.reconcile import Account, account
from bot.runtime.turn import receive
from db.inbox import InboxRow, InboxState
from db.questions import QuestionRow
from db.staff import Role
from tests.conftest import MORNING
from tests.crew import join
from tests.terminal import Owner

TODAY = MORNING.date()


def of_today(app: App) -> Account:
    return account(app, TODAY)


@pytest.fixture
def busy_day(app: App) -> App:
    """Questions, commands, a report, nonsense."""
    lan = Owner(app, "lan")
    lan.says("nộp hồ sơ online ở đâu", "/help", "/phananh", "đồng ý", "rác", "rác đổ trước cửa hàng cả tuần nay")
    lan.says("12 phố Chợ", "bỏ qua", "ẩn danh", "gửi", "[ảnh cua-hang.jpg]", "!!!")
    return app


def test_the_headings_of_a_day_add_up(busy_day: App) -> None:
    found = of_today(busy_day)
    assert found.gaps == ()
    assert found.total == 12
    assert found.headings["case"] == 1
    assert found.headings["answer"] >= 1
    assert found.headings["step"] >= 2
    assert found.headings["command"] >= 2
    assert sum(found.headings.values()) == found.total


def test_what_died_or_waits_or_left_no_trace_is_a_gap(busy_day: App, clock: FrozenClock) -> None:
    receive(busy_day, Terminal(busy_day.say, files=busy_day.files), key="waits", chat="lan", raw="{}")
    with busy_day.database.write() as session:
        rows = session.exec(select(InboxRow).where(InboxRow.outcome == "command")).all()
        rows[0].state = InboxState.DEAD
        asked = session.exec(select(QuestionRow)).first()
        assert asked
        lost = asked.key
        session.delete(asked)
        dead = rows[0].key
    assert set(of_today(busy_day).gaps) == {dead, lost}
    clock.advance(timedelta(minutes=20))
    assert set(of_today(busy_day).gaps) == {dead, lost, "waits"}


def test_the_admin_hears_of_a_gap_once_in_office_hours(busy_day: App, clock: FrozenClock) -> None:
    join(busy_day, "quan", Role.ADMIN, name="Quản trị")
    receive(busy_day, Terminal(busy_day.say, files=busy_day.files), key="waits", chat="nobody", raw="{}")
    clock.advance(timedelta(hours=20))
    tick(busy_day)
    assert Owner(busy_day, "quan").waits() == "", "it is night"
    clock.advance(timedelta(hours=4))
    tick(busy_day)
    tick(busy_day)
    assert Owner(busy_day, "quan").waits().count("waits") == 1


def test_a_day_without_a_gap_is_told_to_nobody(busy_day: App, clock: FrozenClock) -> None:
    join(busy_day, "quan", Role.ADMIN, name="Quản trị")
    clock.advance(timedelta(days=1))
    tick(busy_day)
    assert "Đối soát" not in Owner(busy_day, "quan").waits()


def test_a_key_that_a_turn_brought_twice_is_counted_once(app: App) -> None:
    key, raw = raw_line("lan", "xin chào", app.clock())
    channel = Terminal(app.say, files=app.files)
    receive(app, channel, key=key, chat="lan", raw=raw)
    receive(app, channel, key=key, chat="lan", raw=raw)
    assert of_today(app).total == 1
