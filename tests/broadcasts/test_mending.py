"""Between submitting and leaving: taken back, mended, reminded of, grown beyond what few may get."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import select

from bot.broadcasts import service
from bot.broadcasts.audience import Audience
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import Every
from bot.broadcasts.service import Draft
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast, BroadcastState, Recurrence
from db.staff import Role, Staff
from tests.broadcasts.composers import Owners, answers, last_submission_in, minh, press, submitted, work
from tests.broadcasts.crowd import people, standing
from tests.crew import join

__all__ = ["minh"]
SUBMITTED = BroadcastState.PROPOSED


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def test_the_author_takes_it_back_before_it_leaves(app: App, minh: Staff, owner: Owners, clock: FrozenClock) -> None:
    assert minh
    answers(owner("minh"), "Hạn 31/12.", "1", "mai 8h", "1", "cán bộ minh", "gửi")
    notice, son = standing(app, 1), join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    shown = "".join(press(owner("minh"), "broadcast.withdraw:1"))
    assert "Đã rút thông báo số 01/2026 về để sửa" in shown
    assert (standing(app, 1).state, standing(app, 1).approved_by) == (BroadcastState.RETURNED, None)
    owner("minh").says("sửa: nội dung", "Hạn 30/12.", "gửi")
    again = standing(app, 1)
    assert (again.state, again.body, again.number) == (SUBMITTED, "Hạn 30/12.", notice.number)
    assert "không còn ở bước này" in press(owner("ha"), "broadcast.withdraw:1")[0]
    clock.advance(timedelta(days=2))
    tick(app)
    assert standing(app, 1).state == SUBMITTED


def test_what_is_to_be_mended_is_found_again(app: App, minh: Staff, owner: Owners, clock: FrozenClock) -> None:
    assert minh
    answers(owner("minh"), "Hạn 31/12.", "1", "10h", "1", "cán bộ minh", "gửi")
    press(owner("minh"), "broadcast.withdraw:1")
    owner("minh").says("hủy")
    clock.advance(timedelta(hours=3))
    assert "Chờ sửa, trình lại · 01/2026" in owner("minh").says("/soanthongbao")
    press(owner("minh"), "broadcast.again:1")
    assert "Giờ hẹn gửi đã qua" in owner("minh").says("gửi")
    assert standing(app, 1).state == BroadcastState.RETURNED
    owner("minh").says("sửa: thời gian", "gửi ngay")
    assert "Đã trình" in owner("minh").says("gửi")


def test_what_outgrew_the_limit_before_it_leaves_is_approved_first(
    app: App, minh: Staff, owner: Owners, clock: FrozenClock
) -> None:
    audience = Audience(subjects=("von",))
    notice = submitted(app, minh, audience=audience, send_at=clock.now + timedelta(days=1))
    assert notice.state == BroadcastState.SCHEDULED
    people(app, 21, subjects=("", "von"))
    clock.advance(timedelta(days=1))
    tick(app)
    waits = standing(app, notice.id)
    assert (waits.state, waits.needs_approval, waits.people) == (SUBMITTED, True, 21)
    assert "21 người" in owner("minh").waits()
    assert "chờ ông/bà duyệt" in owner("ha").waits()
    son = join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    tick(app)
    assert standing(app, notice.id).state == BroadcastState.SENDING


def test_exactly_the_limit_needs_nobody(app: App, minh: Staff, clock: FrozenClock) -> None:
    people(app, 20, subjects=("", "von"))
    small = submitted(app, minh, audience=Audience(subjects=("von",)), send_at=clock.now + timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    tick(app)
    assert (small.people, standing(app, small.id).state) == (20, BroadcastState.SENDING)


def test_leaders_are_reminded_once_of_what_is_near_its_time(
    app: App, minh: Staff, owner: Owners, clock: FrozenClock
) -> None:
    submitted(app, minh, send_at=clock.now + timedelta(hours=2))
    owner("son").waits()
    clock.advance(timedelta(minutes=60))
    tick(app)
    assert owner("son").waits() == ""
    clock.advance(timedelta(minutes=31))
    tick(app)
    tick(app)
    assert owner("son").waits().count("vẫn chờ ông/bà duyệt") == 1
    assert owner("minh").waits().count("Bot đã nhắc lãnh đạo") == 1
    clock.advance(timedelta(hours=2))
    tick(app)
    assert owner("son").waits() == ""
    assert "đã qua" in "".join(press(owner("son"), "broadcast.open:1"))


def test_a_recurrence_that_is_mended_to_come_once_comes_once(app: App, minh: Staff, clock: FrozenClock) -> None:
    weekly = Repeat(Every("week", 0), time(8), date(2026, 12, 31))
    notice = submitted(app, minh, repeat=weekly, send_at=clock.now + timedelta(days=6), on_day=date(2026, 12, 7))
    son = join(app, "son", Role.LEADER)
    with app.database.write() as session:
        read = last_submission_in(session, notice.id)
        assert service.send_back(work(app, session), son, notice.id, read, "Một lần thôi")
        once = Draft("Nộp thuế", "Hạn 31/12.", Audience(), again=notice.id)
        assert service.submit(work(app, session, "k2"), minh, once)
        assert service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    assert standing(app, notice.id).recurrence_id is None
    for _ in range(20):
        clock.advance(timedelta(days=1))
        tick(app)
    with app.database.read() as session:
        assert len(session.exec(select(Broadcast.id)).all()) == 1
        assert session.exec(select(Recurrence)).one().ended_at
