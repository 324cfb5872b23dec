"""However many come, a slice of reminders begins where the one before ended, and a change reads no whole table."""

import pytest

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings.remind import remind
from db import called as rows
from db import guests
from db.broadcasts import Broadcast
from tests.db.test_plans import Asked, asked, scans
from tests.meetings.scene import answered, called, guests_of, meeting_of
from tests.meetings.test_reminders import HOUR

__all__ = ["asked"]


@pytest.mark.parametrize(("what", "index"), [("day", "guest_day"), ("hour", "guest_hour"), ("asked", "guest_asked")])
def test_who_was_told_is_not_read_again(app: App, asked: Asked, what: str, index: str) -> None:
    meeting = meeting_of(app, called(app, sequence=2))
    asked.clear()
    with app.database.read() as session:
        guests.not_told(session, meeting, what, 50)
    [(statement, values)] = asked
    with app.database.engine.connect() as connection:
        plan = [str(step[3]) for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()]
    column = "confirmed" if what == "asked" else f"{what}_told"
    assert plan == [f"SEARCH guest USING INDEX {index} (meeting_id=? AND {column}<?)"], "no sorting, no told ones"


def test_what_a_change_does_to_those_who_answered_reads_no_whole_table(app: App, asked: Asked) -> None:
    meeting_id = called(app)
    answered(app, meeting_id, "lan")
    now = app.clock()
    asked.clear()
    with app.database.write() as session:
        broadcast = session.get_one(Broadcast, meeting_of(app, meeting_id).invitation_id)
        rows.is_near(session, broadcast, now)
        rows.offered_beyond(session, meeting_id, now)
        rows.stop_reminders(session, meeting_id, 0, now)
        rows.carry_over(session, meeting_id, 0, 1)
    ours = [each for each in asked if "guest" in each[0] or "meeting_change" in each[0]]
    assert len(ours) == 4
    assert scans(app, ours) == set()


def test_who_is_inside_already_is_not_reminded(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    answered(app, meeting_id, "lan", came_at=app.clock(), came_party=1)
    clock.now = meeting_of(app, meeting_id).starts_at - HOUR
    remind(app)
    assert [guest.hour_told for guest in guests_of(app, meeting_id)] == [-1]
