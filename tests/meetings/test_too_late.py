"""A change that is decided too late is told to nobody; what it overtakes does not leave any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.broadcasts import due as broadcasts_due
from bot.broadcasts import service
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import due, silent
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import audience
from db.broadcasts import BroadcastEvent, BroadcastState
from db.meetings import Meeting, MeetingState
from db.outbox import OutboxRow, OutboxState
from db.staff import Staff
from tests.broadcasts import crowd
from tests.meetings.scene import called, in_days, invite, meeting_of, organiser, person_of, work
from tests.meetings.test_changing import acts_of, changes_of, decide, later, off, propose, to_be_approved
from tests.terminal import Owner

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On each database."""
    return on_both_databases


def state_of(app: App, broadcast_id: int) -> str:
    return str(crowd.standing(app, broadcast_id).state)


def acts_on(app: App, broadcast_id: int) -> list[str]:
    with app.database.read() as session:
        rows = select(BroadcastEvent.act).where(BroadcastEvent.broadcast_id == broadcast_id)
        return list(session.exec(rows.order_by(col(BroadcastEvent.id))))


def test_put_off_and_approved_after_the_old_time_tells_nobody_but_the_author(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    clock.now = in_days(app, 10) + HOUR
    decide(app, notice, approve=True)
    for _ in range(2):
        tick(app)
    assert crowd.rows_of(app, notice) == []
    assert state_of(app, notice) == BroadcastState.CANCELLED
    assert acts_on(app, notice)[-1] == "cancel"
    assert [(each.dropped, each.sequence) for each in changes_of(app)] == [(True, None)]
    assert meeting_of(app, meeting_id).sequence == 0
    assert Owner(app, "minh").waits().count("không được gửi") == 1


def test_brought_forward_and_approved_after_the_new_time_leaves_the_meeting_as_it_is(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id, 5)) or 0
    clock.now = in_days(app, 5) + HOUR
    decide(app, notice, approve=True)
    tick(app)
    meeting = meeting_of(app, meeting_id)
    assert (meeting.starts_at, meeting.sequence) == (in_days(app, 5), 0)
    assert (crowd.rows_of(app, notice), state_of(app, notice)) == ([], BroadcastState.CANCELLED)


def test_what_nobody_decided_before_the_meeting_is_closed_and_cannot_be_approved(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    clock.now = in_days(app, 10)
    tick(app)
    assert [each.dropped for each in changes_of(app)] == [True]
    assert state_of(app, notice) == BroadcastState.CANCELLED
    assert meeting_of(app, meeting_id).state == MeetingState.CALLED
    assert acts_of(app, meeting_id)[-1] == "dropped"


def reminder(app: App, meeting_id: int) -> int:
    """The reminder to the silent, waiting for a leader; its id."""
    author_id = organiser(app).id
    with app.database.write() as session:
        meeting = session.get_one(Meeting, meeting_id)
        author = session.get_one(Staff, author_id)
        sent = service.submit(
            work(app, session), author, silent._draft(work(app, session), meeting), key=silent._key(meeting, 0)
        )
        assert sent is not None
        return sent.id


@pytest.mark.parametrize("state", [BroadcastState.PROPOSED, BroadcastState.SCHEDULED, BroadcastState.SENDING])
@pytest.mark.parametrize("cancels", [True, False])
def test_the_reminder_to_the_silent_does_not_outlive_what_it_says(
    app: App, meeting_id: int, cancels: bool, state: BroadcastState
) -> None:
    sent = reminder(app, meeting_id)
    began = {"started_at": app.clock()} if state == BroadcastState.SENDING else {}
    crowd.change(app, sent, state, needs_approval=False, send_at=app.clock() + HOUR, **began)
    plan = off(app, meeting_id) if cancels else later(app, meeting_id)
    assert propose(app, organiser(app), meeting_id, plan)
    assert state_of(app, sent) == BroadcastState.CANCELLED
    tick(app)
    assert [row for row in crowd.rows_of(app, sent) if row.state == OutboxState.READY] == []
    with app.database.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        buttons = [button.data for button in silent.ways(work(app, session), meeting, 2)]
    assert (f"silent.remind:{meeting_id}" in buttons) == (not cancels)


def test_of_a_meeting_that_was_called_off_nobody_is_silent(app: App, meeting_id: int) -> None:
    with app.database.read() as session:
        assert audience.count(session, {"silent": meeting_id}, "")[0] == 2
    propose(app, organiser(app), meeting_id, off(app, meeting_id))
    with app.database.read() as session:
        assert audience.count(session, {"silent": meeting_id}, "")[0] == 0


def test_no_notice_leaves_before_its_change_counts(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    decide(app, notice, approve=True)
    broadcasts_due.start(app)
    while broadcasts_due.move(app):
        pass
    assert crowd.rows_of(app, notice) == [], "who presses “Tôi vẫn tham dự” says it of the new time"
    due.follow_changes(app)
    broadcasts_due.start(app)
    while broadcasts_due.move(app):
        pass
    assert len(crowd.rows_of(app, notice)) == 2


def test_one_tick_applies_a_change_and_then_tells_it(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    decide(app, notice, approve=True)
    tick(app)
    assert meeting_of(app, meeting_id).sequence == 1
    assert len(crowd.rows_of(app, notice)) == 2


def test_the_invitation_does_not_arrive_after_the_closing(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    person_of(app, "lan")
    invite(app, meeting_id, "nam")
    plan = replace(later(app, meeting_id), closes_at=app.clock() + HOUR / 2)
    assert propose(app, organiser(app), meeting_id, plan)
    sent = crowd.standing(app, meeting_of(app, meeting_id).invitation_id or 0)
    assert sent.expires_at == plan.closes_at
    clock.now = plan.closes_at
    tick(app)
    with app.database.read() as session:
        edits = session.exec(select(OutboxRow).where(col(OutboxRow.edits_id).is_not(None))).all()
    assert len(edits) == 1
    Owner(app, "nam").waits()
    with app.database.read() as session:
        [state] = session.exec(select(OutboxRow.state).where(col(OutboxRow.edits_id).is_not(None))).all()
    assert state == OutboxState.SENT, "what has arrived says what is right all the same"
