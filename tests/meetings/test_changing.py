"""Another time, another place, no meeting after all: told once, applied once, and never before it may leave."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from bot.broadcasts import service
from bot.broadcasts.rules import Act
from bot.core.clock import FrozenClock
from bot.core.replies import Reply
from bot.feature import App
from bot.meetings import changing, due, rules
from bot.meetings.change_plan import Plan
from bot.meetings.invitation import Spot, rows
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState
from db.meetings import MeetingChange, MeetingEvent, MeetingState
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.broadcasts import crowd
from tests.crew import join
from tests.meetings.scene import chair, in_days, invite_crowd, meeting_of, organiser, person_of, work


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On each database."""
    return on_both_databases


def later(app: App, meeting_id: int, days: int = 12) -> Plan:
    """The same place two days later."""
    meeting = meeting_of(app, meeting_id)
    starts = in_days(app, days)
    return Plan(starts, starts - timedelta(hours=13), meeting.place, None)


def off(app: App, meeting_id: int) -> Plan:
    return changing.cancelling(meeting_of(app, meeting_id), "Chủ trì bận")


def propose(app: App, staff: Staff, meeting_id: int, plan: Plan, key: str = "event") -> int | None:
    """The id of the notice."""
    with app.database.write() as session:
        turn = work(app, session, f"{key}:{meeting_id}")
        notice = changing.propose(turn, session.get_one(Staff, staff.id), meeting_id, plan, app.clock())
        return notice.id if notice else None


def to_be_approved(app: App, meeting_id: int) -> None:
    """A leader had approved the invitation; so one has to approve its changes."""
    crowd.change(
        app,
        meeting_of(app, meeting_id).invitation_id or 0,
        needs_approval=True,
        approved_by=chair(app).id,
        settled=True,
    )


def decide(app: App, notice: int, *, approve: bool) -> None:
    with app.database.write() as session:
        leader = session.get_one(Staff, chair(app).id)
        rows = select(BroadcastEvent).where(BroadcastEvent.broadcast_id == notice, BroadcastEvent.act == Act.SUBMIT)
        submitted = session.exec(rows).one().id
        turn = work(app, session, "decision")
        done = (
            service.approve(turn, leader, notice, submitted)
            if approve
            else service.send_back(turn, leader, notice, submitted, "Chưa cần")
        )
        assert done


def changes_of(app: App) -> list[MeetingChange]:
    with app.database.read() as session:
        return list(session.exec(select(MeetingChange).order_by(col(MeetingChange.id))))


def acts_of(app: App, meeting_id: int) -> list[str]:
    with app.database.read() as session:
        rows = select(MeetingEvent.act).where(MeetingEvent.meeting_id == meeting_id).order_by(col(MeetingEvent.id))
        return list(session.exec(rows))


def file_of(app: App, broadcast_id: int) -> Any:
    """Its calendar file, as a parser has it."""
    return Calendar.from_ical(app.files.read(crowd.standing(app, broadcast_id).file_sha))


def test_another_time_counts_at_once_where_nobody_has_to_approve_it(app: App, meeting_id: int) -> None:
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id))
    assert notice
    meeting = meeting_of(app, meeting_id)
    assert (meeting.starts_at, meeting.sequence, meeting.state) == (in_days(app, 12), 1, MeetingState.CALLED)
    assert [(change.sequence, change.dropped) for change in changes_of(app)] == [(1, False)]
    calendar = file_of(app, notice)
    event = calendar.events[0]
    assert (str(calendar["METHOD"]), int(event["SEQUENCE"]), str(event["UID"])) == ("PUBLISH", 1, meeting.uid)
    assert event.start == in_days(app, 12)


def test_everybody_who_got_the_invitation_is_told_once(app: App, meeting_id: int) -> None:
    person_of(app, "nobody")
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id))
    for _ in range(3):
        tick(app)
    told = [row.person_id for row in crowd.rows_of(app, notice or 0)]
    assert told == sorted(person_of(app, who) for who in ("lan", "nam"))
    assert crowd.standing(app, notice or 0).kind == "meeting_change"


def test_the_invitation_where_it_has_arrived_says_what_is_right(app: App, meeting_id: int) -> None:
    propose(app, organiser(app), meeting_id, replace(later(app, meeting_id), place="Nhà văn hóa khu 3"))
    sent = crowd.standing(app, meeting_of(app, meeting_id).invitation_id or 0)
    assert "Nhà văn hóa khu 3" in sent.body
    assert "13/12/2026" in sent.body
    assert (sent.version, sent.settled, sent.expires_at) == (2, False, in_days(app, 12) - timedelta(hours=13))
    assert int(file_of(app, sent.id).events[0]["SEQUENCE"]) == 1
    tick(app)
    with app.database.read() as session:
        edits = session.exec(select(OutboxRow).where(col(OutboxRow.edits_id).is_not(None))).all()
    assert len(edits) == 2


def test_it_waits_for_the_leader_where_the_invitation_did(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    assert crowd.standing(app, notice).state == BroadcastState.PROPOSED
    tick(app)
    assert (meeting_of(app, meeting_id).starts_at, meeting_of(app, meeting_id).sequence) == (in_days(app, 10), 0)
    decide(app, notice, approve=True)
    for _ in range(3):
        due.follow_changes(app)
    assert (meeting_of(app, meeting_id).starts_at, meeting_of(app, meeting_id).sequence) == (in_days(app, 12), 1)
    assert acts_of(app, meeting_id) == ["propose_change", "changed"]


def test_one_change_at_a_time(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    assert propose(app, organiser(app), meeting_id, later(app, meeting_id), "first")
    assert propose(app, organiser(app), meeting_id, later(app, meeting_id, 13), "second") is None
    assert propose(app, organiser(app), meeting_id, off(app, meeting_id), "third") is None


def test_what_a_leader_returned_is_dropped_and_another_may_be_made(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id), "first") or 0
    decide(app, notice, approve=False)
    tick(app)
    assert [(change.dropped, change.sequence) for change in changes_of(app)] == [(True, None)]
    assert meeting_of(app, meeting_id).sequence == 0
    second = propose(app, organiser(app), meeting_id, later(app, meeting_id, 13), "second")
    assert second
    assert int(file_of(app, second).events[0]["SEQUENCE"]) == 1


def test_calling_it_off_takes_it_out_of_calendars_and_keeps_the_rest_from_leaving(app: App, meeting_id: int) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id or 0
    crowd.change(app, invitation, BroadcastState.SENDING)
    notice = propose(app, organiser(app), meeting_id, off(app, meeting_id)) or 0
    meeting = meeting_of(app, meeting_id)
    assert (meeting.state, meeting.sequence, meeting.ended_at) == (MeetingState.CANCELLED, 1, app.clock())
    calendar = file_of(app, notice)
    assert (str(calendar["METHOD"]), str(calendar.events[0]["STATUS"])) == ("CANCEL", "CANCELLED")
    assert int(calendar.events[0]["SEQUENCE"]) == 1
    assert crowd.standing(app, invitation).state == BroadcastState.CANCELLED
    tick(app)
    assert len(crowd.rows_of(app, notice)) == 2


def test_of_one_that_was_called_off_the_invitation_says_so(app: App, meeting_id: int) -> None:
    propose(app, organiser(app), meeting_id, off(app, meeting_id))
    sent = crowd.standing(app, meeting_of(app, meeting_id).invitation_id or 0)
    assert "không tổ chức nữa" in sent.body
    assert sent.version == 2


def test_who_may(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    plan = later(app, meeting_id)
    elsewhere = join(app, "khac", Role.OFFICER, unit="vhxh")
    clerk = join(app, "vanthu", Role.CLERK, unit="vp")
    assert propose(app, elsewhere, meeting_id, plan, "1") is None
    assert propose(app, clerk, meeting_id, plan, "2") is None
    of_unit = join(app, "cung phong", Role.OFFICER, unit="kthtdt")
    assert propose(app, of_unit, meeting_id, plan, "3")
    meeting = meeting_of(app, meeting_id)
    assert rules.sees(clerk, meeting)
    assert not rules.sees(elsewhere, meeting)


def test_whose_role_has_ended_changes_nothing_and_the_unit_goes_on(app: App, meeting_id: int) -> None:
    author = organiser(app)
    with app.database.write() as session:
        left = session.get_one(Staff, author.id)
        left.until = app.clock()
        session.add(left)
    assert propose(app, author, meeting_id, later(app, meeting_id), "1") is None
    of_unit = join(app, "cung phong", Role.OFFICER, unit="kthtdt")
    assert propose(app, of_unit, meeting_id, off(app, meeting_id), "2")
    assert meeting_of(app, meeting_id).state == MeetingState.CANCELLED


def test_nothing_changes_once_it_has_begun(app: App, meeting_id: int, clock: FrozenClock) -> None:
    clock.now = in_days(app, 10)
    assert propose(app, organiser(app), meeting_id, off(app, meeting_id)) is None


def test_the_new_place_is_under_the_invitation(app: App, meeting_id: int) -> None:
    plan = replace(later(app, meeting_id), spot=Spot(20.94, 106.31))
    propose(app, organiser(app), meeting_id, plan)
    sent = crowd.standing(app, meeting_of(app, meeting_id).invitation_id or 0)
    links = [button.url for button in Reply(app.say("meeting.is_off"), rows(app, sent)).buttons if button.url]
    assert links == ["https://www.google.com/maps/search/?api=1&query=20.94,106.31"]


def test_the_clock_applies_each_change_once_whatever_stops_it(app: App, meeting_id: int) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    decide(app, notice, approve=True)
    change = changes_of(app)[0].id
    with app.database.write() as session:
        assert changing.follow(work(app, session), change)
        session.rollback()
    assert meeting_of(app, meeting_id).sequence == 0
    with app.database.write() as session:
        assert changing.follow(work(app, session), change)
    with app.database.write() as session:
        assert not changing.follow(work(app, session), change)
    assert meeting_of(app, meeting_id).sequence == 1


def test_a_crowd_is_told_through_the_notice(app: App, meeting_id: int) -> None:
    ids = invite_crowd(app, meeting_id, 30)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    with app.database.read() as session:
        assert session.get_one(Broadcast, notice).needs_approval
    decide(app, notice, approve=True)
    tick(app)
    assert {row.person_id for row in crowd.rows_of(app, notice)} >= set(ids)


@pytest.mark.parametrize(
    ("closes", "new", "expected"),
    [
        ((8, 20), (12, 14), (10, 20)),
        ((10, 6), (12, 14), (12, 6)),
        ((8, 20), (1, 8), (1, 7)),
        ((10, 8), (12, 7), (12, 6)),
    ],
)
def test_answers_close_as_many_days_before_the_new_time(
    app: App, closes: tuple[int, int], new: tuple[int, int], expected: tuple[int, int]
) -> None:
    def at(day: int, hour: int) -> datetime:
        return in_days(app, day).replace(hour=hour)

    start = in_days(app, 10)
    found = rules.closing_after(at(*closes), start, at(*new), app.clock())
    assert found == at(*expected)
