"""Who answered hears of a change first, and of one that is near at night too; what a change takes from whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.broadcasts import corrections, overdue
from bot.broadcasts.history import proposed
from bot.broadcasts.rules import Act
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import change_flow, change_plan, changing, seats
from bot.meetings.organising import FLOWS
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import BroadcastEvent
from db.meetings import MeetingState
from db.outbox import Lane, OutboxRow, OutboxState
from db.staff import Role, Staff
from tests.broadcasts import crowd
from tests.crew import join
from tests.meetings.scene import (
    answered,
    called,
    chair,
    change,
    guests_of,
    in_days,
    invite,
    meeting_of,
    organiser,
    person_of,
    work,
)
from tests.meetings.test_changing import decide, file_of, later, off, propose, to_be_approved
from tests.meetings.test_seats import come, told
from tests.terminal import Owner

HOUR = timedelta(hours=1)
NIGHT = timedelta(hours=14)
"""From the nine o'clock of the tests to eleven at night."""


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On each database."""
    return on_both_databases


def lanes(app: App, notice: int) -> dict[int, int]:
    return {row.person_id or 0: row.lane for row in crowd.rows_of(app, notice)}


def rows_named(app: App, part: str) -> list[OutboxRow]:
    with app.database.read() as session:
        rows = select(OutboxRow).where(col(OutboxRow.dedupe).contains(part))
        return list(session.exec(rows.order_by(col(OutboxRow.id))))


def tomorrow(app: App, clock: FrozenClock) -> int:
    """A meeting at eight tomorrow, seen from eleven at night: lan is silent, nam comes, hoa waits."""
    number = called(app, days=1)
    for who in ("lan", "nam", "hoa"):
        invite(app, number, who)
    answered(app, number, "nam")
    answered(app, number, "hoa", "waiting", turn=1)
    clock.advance(NIGHT)
    return number


def test_who_answered_hears_at_night_that_tomorrow_is_off(app: App, clock: FrozenClock) -> None:
    number = tomorrow(app, clock)
    notice = propose(app, organiser(app), number, off(app, number)) or 0
    tick(app)
    expected = {"lan": Lane.NOTICE, "nam": Lane.URGENT, "hoa": Lane.URGENT}
    assert lanes(app, notice) == {person_of(app, who): lane for who, lane in expected.items()}
    assert "không tổ chức" in Owner(app, "nam").waits()
    assert Owner(app, "lan").waits() == "", "who never answered sleeps"


def test_of_what_is_far_nobody_hears_at_night_but_who_comes_is_the_first_in_the_morning(
    app: App, meeting_id: int, clock: FrozenClock
) -> None:
    answered(app, meeting_id, "nam")
    clock.advance(NIGHT)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    tick(app)
    assert set(lanes(app, notice).values()) == {Lane.NOTICE}
    assert Owner(app, "nam").waits() == ""
    first = min(crowd.rows_of(app, notice), key=lambda row: (row.not_before, row.id))
    assert first.person_id == person_of(app, "nam")


def test_a_meeting_that_was_to_begin_soon_and_is_put_off_for_long_is_near(app: App, clock: FrozenClock) -> None:
    number = tomorrow(app, clock)
    notice = propose(app, organiser(app), number, later(app, number, 9)) or 0
    tick(app)
    assert lanes(app, notice)[person_of(app, "nam")] == Lane.URGENT


def test_the_approval_of_what_is_near_is_asked_for_at_night(app: App, clock: FrozenClock) -> None:
    number = tomorrow(app, clock)
    to_be_approved(app, number)
    propose(app, organiser(app), number, off(app, number))
    leader = Owner(app, "son")
    leader.waits()
    clock.advance(HOUR)
    overdue.remind(app)
    assert "vẫn chờ" in leader.waits().lower()


def test_brought_forward_it_leaves_less_time_for_an_offer(app: App, clock: FrozenClock) -> None:
    number = called(app, days=10, capacity=1)
    for who in ("lan", "nam"):
        invite(app, number, who)
    come(app, number, "lan")
    answered(app, number, "nam", "waiting", turn=1)
    with app.database.write() as session:
        seats.decline(work(app, session), number, person_of(app, "lan"))
    [guest] = [each for each in guests_of(app, number) if each.answer == "offered"]
    nam = Owner(app, "nam")
    nam.waits()
    starts = app.clock() + 6 * HOUR
    plan = replace(later(app, number), starts_at=starts, closes_at=starts)
    assert propose(app, organiser(app), number, plan)
    [sooner] = [each for each in guests_of(app, number) if each.answer == "offered"]
    assert guest.offered_until
    assert sooner.offered_until == starts - HOUR < guest.offered_until
    tick(app)
    assert f"{starts - HOUR:%H} giờ" in nam.waits()
    clock.now = starts - HOUR
    tick(app)
    assert [each.answer for each in guests_of(app, number) if each.id == guest.id] == ["lapsed"]


def test_an_offer_is_not_read_after_its_end(app: App, clock: FrozenClock) -> None:
    number = called(app, days=10, capacity=1)
    come(app, number, "lan")
    answered(app, number, "nam", "waiting", turn=1)
    with app.database.write() as session:
        seats.decline(work(app, session), number, person_of(app, "lan"))
    [guest] = [each for each in guests_of(app, number) if each.answer == "offered"]
    assert guest.offered_until
    clock.now = guest.offered_until
    assert "Nhận" not in Owner(app, "nam").waits()
    [row] = rows_named(app, f":offer:{guest.id}:")
    assert (row.state, row.until) == (OutboxState.CANCELLED, guest.offered_until)


def test_a_reminder_does_not_arrive_once_it_has_begun(app: App, clock: FrozenClock) -> None:
    number = called(app)
    come(app, number, "lan")
    clock.now = meeting_of(app, number).starts_at - HOUR
    tick(app)
    clock.advance(HOUR)
    assert Owner(app, "lan").waits() == ""
    [row] = rows_named(app, ":hour:")
    assert (row.state, row.reason) == (OutboxState.CANCELLED, "it makes no sense any more")


@pytest.mark.parametrize("cancels", [True, False])
def test_a_reminder_that_has_not_left_does_not_outlive_a_change(app: App, clock: FrozenClock, cancels: bool) -> None:
    number = called(app)
    come(app, number, "lan")
    clock.now = meeting_of(app, number).starts_at - timedelta(days=1)
    tick(app)
    assert [row.state for row in rows_named(app, ":day:")] == [OutboxState.READY]
    assert propose(app, organiser(app), number, off(app, number) if cancels else later(app, number))
    assert [row.state for row in rows_named(app, ":day:")] == [OutboxState.CANCELLED]


def plan_with(app: App, meeting_id: int, **sets: str) -> change_plan.Plan:
    return replace(change_plan.as_it_is(meeting_of(app, meeting_id), ""), sets=sets)


def test_another_chair_is_told_and_asks_nobody_again(app: App, meeting_id: int, clock: FrozenClock) -> None:
    come(app, meeting_id, "lan")
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(days=1)
    tick(app)
    notice = propose(app, organiser(app), meeting_id, plan_with(app, meeting_id, chair="Chủ tịch UBND phường")) or 0
    meeting = meeting_of(app, meeting_id)
    assert (meeting.chair, meeting.sequence, meeting.starts_at) == ("Chủ tịch UBND phường", 1, in_days(app, 1))
    assert "Chủ tịch UBND phường" in crowd.standing(app, meeting.invitation_id or 0).body
    event = file_of(app, notice).events[0]
    assert (int(event["SEQUENCE"]), "Chủ tịch UBND phường" in str(event["DESCRIPTION"])) == (1, True)
    [guest] = guests_of(app, meeting_id)
    assert (guest.confirmed, guest.day_told) == (1, 1)
    assert [row.state for row in rows_named(app, ":day:")] == [OutboxState.READY], "it says nothing wrong"
    tick(app)
    read = Owner(app, "lan").waits()
    assert "không cần trả lời lại" in read
    assert "Tôi vẫn tham dự" not in read
    clock.now = meeting.starts_at - HOUR
    tick(app)
    assert len(told(app, "hour")) == 1


@pytest.mark.parametrize("name", ["contact", "takes_part", "agenda", "prepare"])
def test_what_else_stands_in_the_invitation_can_be_put_right(app: App, meeting_id: int, name: str) -> None:
    assert propose(app, organiser(app), meeting_id, plan_with(app, meeting_id, **{name: "0220 3555 777"}))
    assert getattr(meeting_of(app, meeting_id), name) == "0220 3555 777"


def test_a_later_closing_can_be_set(app: App, meeting_id: int) -> None:
    closes = in_days(app, 9)
    plan = replace(change_plan.as_it_is(meeting_of(app, meeting_id), ""), closes_at=closes)
    assert propose(app, organiser(app), meeting_id, plan)
    assert meeting_of(app, meeting_id).closes_at == closes
    assert crowd.standing(app, meeting_of(app, meeting_id).invitation_id or 0).expires_at == closes


def test_every_choice_of_the_dialogue_has_its_question() -> None:
    asked = set(change_flow.SAID) | {change_flow.TIME, change_flow.PLACE, change_flow.BOTH, change_flow.CLOSES}
    assert set(change_flow.KINDS) == asked
    assert set(change_flow.SAID.values()) == set(change_plan.SHORT) | set(change_plan.LONG)


def resize(app: App, meeting_id: int, capacity: int) -> bool:
    staff_id = organiser(app).id
    with app.database.write() as session:
        resized = changing.resize(work(app, session), session.get_one(Staff, staff_id), meeting_id, capacity)
        return resized is not None


def test_a_larger_room_is_offered_to_those_who_wait_and_no_smaller_one_takes_a_place(app: App) -> None:
    number = called(app, capacity=2)
    come(app, number, "lan", 2)
    answered(app, number, "nam", "waiting", turn=1)
    assert not resize(app, number, 1)
    assert resize(app, number, 3)
    assert [guest.answer for guest in guests_of(app, number)] == ["coming", "offered"]
    change(app, number, state=MeetingState.HELD)
    assert not resize(app, number, 9)


def test_the_words_of_an_invitation_are_not_corrected_apart_from_the_meeting(app: App, meeting_id: int) -> None:
    author_id, notice = organiser(app).id, meeting_of(app, meeting_id).invitation_id or 0
    with app.database.write() as session:
        staff = session.get_one(Staff, author_id)
        turn = work(app, session, "edit")
        assert corrections.correct_by_edit(turn, staff, notice, "Tên khác", "Nội dung khác") is None
    assert crowd.standing(app, notice).version == 1
    assert not corrections.edits(app, crowd.standing(app, notice))


def test_a_correction_that_waits_for_a_leader_is_overtaken_by_a_change(app: App, meeting_id: int) -> None:
    notice = meeting_of(app, meeting_id).invitation_id or 0
    author, leader = organiser(app), chair(app)
    with app.database.write() as session:
        event = BroadcastEvent(
            broadcast_id=notice,
            at=app.clock(),
            act=Act.PROPOSE_EDIT,
            staff_id=author.id,
            note='{"title": "Tên khác", "body": "Nội dung khác"}',
        )
        session.add(event)
        session.flush()
        waits = event.id
    assert propose(app, author, meeting_id, later(app, meeting_id))
    with app.database.write() as session:
        assert proposed(session, notice) is None
        turn = work(app, session, "approve")
        assert corrections.approve_edit(turn, session.get_one(Staff, leader.id), notice, waits) is None
    assert crowd.standing(app, notice).title == "Đối thoại về vỉa hè"


def leaves(app: App, staff: Staff) -> None:
    with app.database.write() as session:
        left = session.get_one(Staff, staff.id)
        left.until = app.clock()
        session.add(left)


@pytest.mark.parametrize("with_unit", [True, False])
def test_where_the_author_has_left_the_unit_hears_and_else_the_leaders(
    app: App, meeting_id: int, with_unit: bool
) -> None:
    to_be_approved(app, meeting_id)
    notice = propose(app, organiser(app), meeting_id, later(app, meeting_id)) or 0
    if with_unit:
        join(app, "cung phong", Role.OFFICER, unit="kthtdt")
    leaves(app, organiser(app))
    Owner(app, "son").waits()
    decide(app, notice, approve=False)
    tick(app)
    heard = {who: "không được gửi" in Owner(app, who).waits() for who in ("minh", "cung phong", "son")}
    assert heard == {"minh": False, "cung phong": with_unit, "son": not with_unit}


def test_of_what_nobody_can_decide_any_more_the_leaders_hear(app: App, meeting_id: int, clock: FrozenClock) -> None:
    to_be_approved(app, meeting_id)
    propose(app, organiser(app), meeting_id, later(app, meeting_id))
    leader = Owner(app, "son")
    leader.waits()
    clock.now = in_days(app, 10)
    tick(app)
    assert "không cần duyệt nữa" in leader.waits()


def test_every_dialogue_of_the_staff_ends_with_the_role(app: App) -> None:
    ours = {"meeting_party", "meeting_reason", "meeting_ask"}
    flows = {name for name in app.routes.flows if name.startswith("meeting_")}
    assert flows - ours == set(FLOWS)
