"""The lists of an organiser and what others are told of questions run on an index, however many are invited."""

import pytest

from bot.feature import App
from bot.meetings.supporters import tell
from db import by_hand, guests, invited
from db.meetings import Meeting
from tests.db.test_plans import Asked, asked, scans
from tests.meetings.scene import invite_crowd, meeting_of
from tests.meetings.test_seats import come

__all__ = ["asked"]


@pytest.mark.parametrize("group", [None, "tdp1"])
def test_the_silent_are_found_without_a_scan(app: App, meeting_id: int, asked: Asked, group: str | None) -> None:
    people = invite_crowd(app, meeting_id, 20)
    come(app, meeting_id, "lan")
    del asked[:]
    with app.database.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        invited.silent_count(session, meeting, group)
        invited.silent(session, meeting, group, first=0, size=10)
        invited.one_silent(session, meeting, people[0])
        assert guests.invited(session, meeting.invitation_id, people[0])
    tell(app)
    mine = [(said, values) for said, values in asked if "outbox" in said or "question" in said]
    assert mine
    assert scans(app, mine) == set()
    assert meeting_of(app, meeting_id)


def test_who_was_told_by_hand_is_found_without_a_scan(app: App, meeting_id: int, asked: Asked) -> None:
    invite_crowd(app, meeting_id, 20)
    del asked[:]
    with app.database.read() as session:
        session.execute(by_hand.told(9, [meeting_of(app, meeting_id).invitation_id or 0, 8]))
    mine = [(said, values) for said, values in asked if "visit" in said]
    assert mine
    assert scans(app, mine) == set()
