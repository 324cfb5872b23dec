"""A meeting that is past when the bot comes back: no invitation leaves; a meeting follows what invites to it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import due
from bot.meetings.rules import HELD_AFTER
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import called as db_called
from db.broadcasts import BroadcastState
from db.meetings import MeetingState
from db.outbox import OutboxState
from tests.broadcasts import crowd
from tests.db.test_plans import scans
from tests.meetings.scene import called, in_days, invite, meeting_of, organiser, person_of
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On each database."""
    return on_both_databases


def wants_news(app: App, who: str) -> None:
    number = person_of(app, who)
    with app.database.write() as session:
        crowd.register(session, number, app.clock())


def announced(app: App, **more: object) -> int:
    """An invitation to everybody, due in an hour, for a meeting in ten days."""
    given: dict[str, Any] = {"after": timedelta(hours=1), "expires_at": in_days(app, 10), "number": 100, **more}
    return crowd.announce(app, author_id=organiser(app).id, kind="invitation", **given)


def planned(app: App, invitation: int) -> int:
    """The meeting of that invitation, as it was submitted."""
    number = called(app, state=MeetingState.PLANNED)
    with app.database.write() as session:
        meeting = session.get_one(type(meeting_of(app, number)), number)
        meeting.invitation_id = invitation
        session.add(meeting)
    return number


def state_of(app: App, broadcast_id: int) -> str:
    return str(crowd.standing(app, broadcast_id).state)


def test_the_meeting_was_past_when_the_bot_came_back(app: App, clock: FrozenClock) -> None:
    wants_news(app, "lan")
    invitation = announced(app)
    meeting = planned(app, invitation)
    clock.now = in_days(app, 10)
    for _ in range(3):
        tick(app)
    assert state_of(app, invitation) == BroadcastState.MISSED
    assert crowd.rows_of(app, invitation) == []
    assert Owner(app, "lan").waits() == ""
    assert meeting_of(app, meeting).state == MeetingState.CANCELLED
    told = Owner(app, "minh").waits()
    assert "thông báo đã quá hạn" in told
    assert "bot coi như buổi này không tổ chức" in told


def test_a_second_before_the_meeting_it_still_leaves(app: App, clock: FrozenClock) -> None:
    wants_news(app, "lan")
    invitation = announced(app, late="send")
    clock.now = in_days(app, 10) - timedelta(seconds=1)
    tick(app)
    assert "Nộp thuế quý IV" in Owner(app, "lan").waits()
    assert state_of(app, invitation) != BroadcastState.MISSED


def test_what_waits_in_the_queue_does_not_leave_any_more(app: App, clock: FrozenClock) -> None:
    wants_news(app, "lan")
    invitation = announced(app)
    clock.advance(timedelta(hours=1))
    tick(app)
    assert [row.state for row in crowd.rows_of(app, invitation)] == [OutboxState.READY]
    clock.now = in_days(app, 10)
    assert Owner(app, "lan").waits() == ""
    (row,) = crowd.rows_of(app, invitation)
    assert (row.state, row.reason) == (OutboxState.CANCELLED, "it makes no sense any more")
    tick(app)
    assert state_of(app, invitation) == BroadcastState.SENT


def test_without_an_end_it_leaves_however_late(app: App, clock: FrozenClock) -> None:
    wants_news(app, "lan")
    announced(app, expires_at=None)
    clock.advance(timedelta(days=30))
    tick(app)
    assert "Nộp thuế quý IV" in Owner(app, "lan").waits()


def test_a_meeting_is_called_once_its_invitation_may_leave(app: App) -> None:
    invitation = announced(app, state=BroadcastState.PROPOSED, needs_approval=False)
    meeting = planned(app, invitation)
    due.follow_invitations(app)
    assert meeting_of(app, meeting).state == MeetingState.PLANNED
    crowd.change(app, invitation, BroadcastState.SCHEDULED)
    due.follow_invitations(app)
    assert meeting_of(app, meeting).state == MeetingState.CALLED


def test_what_nobody_approved_in_time_is_given_up(app: App, clock: FrozenClock) -> None:
    invitation = announced(app, state=BroadcastState.PROPOSED, needs_approval=False)
    meeting = planned(app, invitation)
    clock.now = meeting_of(app, meeting).starts_at
    for _ in range(2):
        due.follow_invitations(app)
    assert meeting_of(app, meeting).state == MeetingState.CANCELLED
    assert Owner(app, "minh").waits().count("bot coi như buổi này không tổ chức") == 1


@pytest.mark.parametrize(("began", "state"), [(False, MeetingState.CANCELLED), (True, MeetingState.CALLED)])
def test_an_invitation_that_is_stopped_before_anybody_has_it_takes_the_meeting_along(
    app: App, began: bool, state: MeetingState
) -> None:
    invitation = announced(app, started_at=app.clock() if began else None)
    meeting = planned(app, invitation)
    crowd.change(app, invitation, BroadcastState.CANCELLED)
    due.follow_invitations(app)
    assert meeting_of(app, meeting).state == state


def test_six_hours_after_it_began_it_was_held(app: App, clock: FrozenClock) -> None:
    meeting = called(app)
    invite(app, meeting, "lan")
    clock.now = in_days(app, 10) + HELD_AFTER - timedelta(seconds=1)
    due.follow_invitations(app)
    assert meeting_of(app, meeting).state == MeetingState.CALLED
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        due.follow_invitations(app)
    assert (meeting_of(app, meeting).state, meeting_of(app, meeting).ended_at) == (MeetingState.HELD, clock.now)


def test_what_the_clock_and_the_lists_ask_is_found_on_an_index(app: App) -> None:
    meeting = meeting_of(app, called(app))
    asked: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(app.database.engine, "before_cursor_execute", keep)
    with app.database.read() as session:
        db_called.open_ones(session, app.clock())
        db_called.recent(session, app.clock(), 4)
        db_called.open_changes(session)
        db_called.open_change(session, meeting.id)
        db_called.change_of_notice(session, 1)
        db_called.events(session, meeting.id)
    event.remove(app.database.engine, "before_cursor_execute", keep)
    if app.database.engine.dialect.name == "sqlite":
        of_meetings = [each for each in asked if "meeting" in each[0]]
        assert len(of_meetings) == 7
        allowed = ("meeting_ahead", "meeting_change_one_open")
        assert {step for step, _ in scans(app, of_meetings) if not any(name in step for name in allowed)} == set()
