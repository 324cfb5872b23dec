"""What was sent is wrong: who may put it right, who looks at that first, what people see of it."""

from datetime import timedelta

import pytest

from bot.broadcasts import corrections, service
from bot.broadcasts.history import proposed
from bot.broadcasts.rendering import reply_of
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.people.staff import leave
from bot.settings import Settings
from db.staff import Role, Staff
from tests.broadcasts.composers import Owners, going, minh, press, work
from tests.broadcasts.crowd import standing
from tests.crew import join

__all__ = ["minh"]


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def test_a_correction_waits_for_a_leader_where_the_first_text_did(app: App, minh: Staff, clock: FrozenClock) -> None:
    notice, son = going(app, minh), join(app, "son", Role.LEADER)
    with app.database.write() as session:
        at_work = work(app, session, "k5")
        assert corrections.correct_by_edit(at_work, minh, notice.id, "Nộp phí", "Đúng là 30/12.")
        waits = proposed(session, notice.id)
        assert waits
        made = corrections.correct_by_notice(at_work, minh, notice.id, "Đính chính", "Đúng là 30/12.")
        assert made
        assert (made.needs_approval, made.audience, made.corrects_id) == (True, {"reached": notice.id}, notice.id)
        assert corrections.approve_edit(at_work, son, notice.id, waits.event + 1000) is None
    assert standing(app, notice.id).version == 1
    clock.advance(timedelta(minutes=5))
    with app.database.write() as session:
        assert corrections.approve_edit(work(app, session), son, notice.id, waits.event)
        assert corrections.approve_edit(work(app, session), son, notice.id, waits.event) is None
    now = standing(app, notice.id)
    assert (now.version, now.title, now.body, now.settled) == (2, "Nộp phí", "Đúng là 30/12.", False)
    assert now.edited_at == clock.now
    assert "đã sửa lúc 09 giờ 05 ngày 01/12/2026" in str(reply_of(app, now).text)


def test_nobody_approves_their_own_correction(app: App, minh: Staff, owner: Owners) -> None:
    notice, son = going(app, minh), join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert corrections.correct_by_edit(work(app, session), son, notice.id, "Nộp phí", "Đúng là 30/12.")
        waits = proposed(session, notice.id)
        assert waits
        assert corrections.approve_edit(work(app, session), son, notice.id, waits.event) is None
        assert corrections.return_edit(work(app, session), son, notice.id, waits.event, "x") is None
    assert "Không có" in owner("son").says("/duyetthongbao")
    assert "chính ông/bà soạn" in press(owner("son"), f"broadcast.mend:{notice.id}:{waits.event}")[0]
    assert "chính ông/bà soạn" in press(owner("son"), f"broadcast.unmend:{notice.id}:{waits.event}")[0]
    assert "Nộp phí" in owner("ha").says("/duyetthongbao")


def test_an_admin_hears_that_nobody_can_approve_a_correction(app: App, minh: Staff, owner: Owners) -> None:
    notice = going(app, minh)
    join(app, "tri", Role.ADMIN)
    leaders = [join(app, who, Role.LEADER) for who in ("son", "ha")]
    with app.database.write() as session:
        for leader in leaders:
            assert leave(work(app, session), leader.id)
    with app.database.write() as session:
        assert corrections.correct_by_edit(work(app, session), minh, notice.id, notice.title, "Đúng là 30/12.")
    assert "quản trị viên đã được báo" in owner("minh").waits()
    assert "chưa có lãnh đạo nào khác" in owner("tri").waits()


def test_a_correction_of_what_was_stopped_for_good_waits_no_more(app: App, minh: Staff, owner: Owners) -> None:
    notice = going(app, minh)
    with app.database.write() as session:
        assert corrections.correct_by_edit(work(app, session), minh, notice.id, "Nộp phí", "Đúng là 30/12.")
    with app.database.write() as session:
        assert service.cancel(work(app, session), minh, notice.id)
    assert "Không có" in owner("ha").says("/duyetthongbao")
    assert "chờ lãnh đạo duyệt" not in "".join(press(owner("minh"), f"broadcast.open:{notice.id}"))
