"""What a leader decides on: never what is too late already, and with the numbers that were counted once."""

from datetime import timedelta

from bot.broadcasts import service
from bot.core.clock import FrozenClock
from bot.feature import App
from db.broadcasts import BroadcastState
from db.people import Chat
from db.staff import Role, Staff
from tests.broadcasts.composers import last_submission, minh, press, submitted, work
from tests.broadcasts.crowd import people, standing
from tests.crew import join
from tests.terminal import Owner

__all__ = ["minh"]


def test_what_has_expired_is_not_approved_and_the_leader_reads_why(app: App, minh: Staff, clock: FrozenClock) -> None:
    notice = submitted(app, minh, expires_at=app.clock() + timedelta(hours=2))
    read = last_submission(app, notice.id)
    clock.advance(timedelta(hours=2))
    with app.database.write() as session:
        assert service.approve(work(app, session), join(app, "son", Role.LEADER), notice.id, read) is None
    said = " ".join(press(Owner(app, "son"), f"broadcast.approve:{notice.id}:{read}"))
    assert "đã quá hạn" in said
    assert "được quyết định trước đó" not in said
    assert standing(app, notice.id).state == BroadcastState.PROPOSED


def test_before_it_expires_it_is_approved(app: App, minh: Staff, clock: FrozenClock) -> None:
    notice = submitted(app, minh, expires_at=app.clock() + timedelta(hours=2))
    clock.advance(timedelta(hours=2, seconds=-1))
    press(Owner(app, "son"), f"broadcast.approve:{notice.id}:{last_submission(app, notice.id)}")
    assert standing(app, notice.id).state == BroadcastState.SCHEDULED


def test_how_many_it_reaches_is_counted_at_its_submission(app: App, minh: Staff) -> None:
    with app.database.write() as session:
        session.add(Chat(channel="telegram", address="1", person_id=minh.person_id, heard_at=app.clock()))
    notice = submitted(app, minh)
    assert (notice.people, notice.reachable) == (30, 30)
    people(app, 5)
    waits = Owner(app, "son").waits()
    assert "30 người, 30 người nhận được qua bot" in waits
    assert "30 người" in " ".join(press(Owner(app, "son"), f"broadcast.open:{notice.id}"))
