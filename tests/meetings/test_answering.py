"""What a guest's press does that a transcript does not show: files, old and forged buttons, the plans of queries."""

from datetime import timedelta

import pytest

from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.feature import App
from bot.meetings import arriving, seats
from bot.meetings.answering import typed_party
from bot.meetings.remind import end_offers, give_places, remind
from bot.papers import qr
from bot.people.service import unite
from bot.runtime.turn import run
from db import guests
from db.broadcasts import Broadcast, BroadcastState
from db.meetings import MeetingState
from db.people import Person
from tests.db.test_plans import Asked, asked, scans
from tests.meetings.scene import called, change, guests_of, invite, meeting_of, organiser, person_of, work
from tests.meetings.test_seats import come, decline, standing
from tests.people.test_registering import presses
from tests.terminal import Owner

__all__ = ["asked"]
AHEAD = (timedelta(days=1), timedelta(hours=1))
OLD = "Nút này đã cũ, không dùng được nữa."


def pressed(app: App, who: str, data: str) -> str:
    return "\n".join(presses(app, who, data))


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("3", 3),
        (" 3 người ", 3),
        ("đi 12 nguoi", 12),
        ("có 2 người", 2),
        ("ba", None),
        ("3 người được không", None),
        ("0912345678", None),
        ("٣", None),
    ],
)
def test_a_number_of_people(text: str, party: int | None) -> None:
    assert typed_party(text) == party


def test_the_calendar_file_of_the_invitation_comes_with_the_code(app: App, meeting_id: int) -> None:
    with app.database.write() as session:
        invitation = session.get_one(Broadcast, meeting_of(app, meeting_id).invitation_id)
        invitation.file_sha, invitation.file_name = app.files.put(b"BEGIN:VCALENDAR"), "doi-thoai.ics"
        invitation.file_kind = "document"
    come_in = f"meeting.come:{meeting_of(app, meeting_id).invitation_id}"
    with app.database.write() as session:
        lan = Owner(app, "lan")
        event = Incoming("come", ChatRef("terminal", "lan"), Sender("lan"), app.clock(), Press(come_in))
        calendar, ticket = run(app, lan.channel, session, event, app.clock()).replies
    [guest] = guests_of(app, meeting_id)
    assert calendar.file
    assert (calendar.file.name, app.files.read(calendar.file.sha)) == ("doi-thoai.ics", b"BEGIN:VCALENDAR")
    assert ticket.file
    assert app.files.read(ticket.file.sha) == qr.png(f"/start {seats.payload(guest)}")
    assert guest.code in ticket.text
    assert [button.label for button in ticket.rows[0]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "data",
    [
        "meeting.come:99",
        "meeting.come:x",
        "meeting.party:1",
        "meeting.party:1:0",
        "meeting.party:1:11",
        "meeting.quit:7",
    ],
)
def test_a_button_that_never_was(app: App, meeting_id: int, data: str) -> None:
    assert pressed(app, "lan", data).startswith(OLD)
    assert guests_of(app, meeting_id) == []


def test_nobody_answers_an_invitation_that_has_not_left(app: App, meeting_id: int) -> None:
    change(app, meeting_id, state=MeetingState.PLANNED)
    invitation_id = meeting_of(app, meeting_id).invitation_id
    with app.database.write() as session:
        invitation = session.get_one(Broadcast, invitation_id)
        invitation.state, invitation.started_at = BroadcastState.PROPOSED, None
    assert pressed(app, "lan", f"meeting.come:{invitation_id}").startswith(OLD)
    with app.database.write() as session:
        session.get_one(Broadcast, invitation_id).started_at = app.clock()
    pressed(app, "lan", f"meeting.come:{invitation_id}")
    assert standing(app, meeting_id, "lan") == ("coming", 1), "it left, and the clock has not seen it yet"


def test_a_cancelled_meeting_says_so(app: App, meeting_id: int) -> None:
    come(app, meeting_id, "lan")
    change(app, meeting_id, state=MeetingState.CANCELLED)
    assert "đã hủy" in pressed(app, "lan", f"meeting.party:{meeting_id}:3")
    assert standing(app, meeting_id, "lan") == ("coming", 1)


def test_who_is_late_is_told_whom_to_ask(app: App, meeting_id: int, clock: FrozenClock) -> None:
    clock.now = meeting_of(app, meeting_id).closes_at
    said = pressed(app, "lan", f"meeting.come:{meeting_of(app, meeting_id).invitation_id}")
    assert "đã hết hạn đăng ký lúc 19 giờ 00, thứ Năm, 10/12/2026" in said
    assert "0220 3892 000" in said


def test_still_coming_after_a_change(app: App, meeting_id: int) -> None:
    come(app, meeting_id, "lan", 2)
    change(app, meeting_id, sequence=1)
    assert "ông/bà vẫn dự" in pressed(app, "lan", f"meeting.confirm:{meeting_id}")
    assert [guest.confirmed for guest in guests_of(app, meeting_id)] == [1]
    pressed(app, "nam", f"meeting.confirm:{meeting_id}")
    assert standing(app, meeting_id, "nam") == ("coming", 1), "who had not answered answers now"
    pressed(app, "nam", f"meeting.quit:{meeting_id}")
    assert standing(app, meeting_id, "nam") == ("declined", 1)


def test_several_meetings_are_listed(app: App, meeting_id: int) -> None:
    other = called(app, days=20, title="Đối thoại về thuế")
    invite(app, other, "lan")
    come(app, meeting_id, "lan")
    said = Owner(app, "lan").says("/lichhop")
    assert "11/12 · Tham dự · Đối thoại về vỉa hè" in said
    assert "21/12 · Chưa trả lời · Đối thoại về thuế" in said
    assert "không có buổi đối thoại" in Owner(app, "hoa").says("/lichhop")


def test_a_number_is_a_question_again_where_nobody_answered(app: App, meeting_id: int) -> None:
    Owner(app, "lan").says("7 người")
    assert guests_of(app, meeting_id) == []


def test_no_statement_of_guests_reads_a_whole_table(app: App, asked: Asked, clock: FrozenClock) -> None:
    meeting_id = called(app, capacity=2)
    for who in ("lan", "nam", "hoa", "tu"):
        invite(app, meeting_id, who)
    invitation = meeting_of(app, meeting_id).invitation_id
    asked.clear()
    for who in ("lan", "nam", "hoa", "tu"):
        pressed(app, who, f"meeting.come:{invitation}")
        pressed(app, who, f"meeting.wait:{meeting_id}:2")
    for button in ("quit", "mine", "join", "ticket", "accept", "confirm"):
        pressed(app, "lan", f"meeting.{button}:{meeting_id}")
    pressed(app, "hoa", f"meeting.accept:{meeting_id}")
    Owner(app, "nam").says("/lichhop", "2 người", "/lichhop")
    for moment in (clock.now, *(meeting_of(app, meeting_id).starts_at - at for at in AHEAD)):
        clock.now = moment
        for owed in (end_offers, give_places, remind):
            owed(app)
    assert len(asked) > 100
    mine = [(said, values) for said, values in asked if "guest" in said or "meeting" in said]
    found = {(step, said) for step, said in scans(app, mine) if "meeting_ahead" not in step}  # a handful of rows
    assert found == set()


@pytest.mark.parametrize("act", ["come", "decline", "ask"])
def test_whoever_is_not_invited_has_no_button(app: App, meeting_id: int, act: str) -> None:
    invitation = meeting_of(app, meeting_id).invitation_id
    assert pressed(app, "hoa", f"meeting.{act}:{invitation}").startswith(OLD)
    assert guests_of(app, meeting_id) == []


@pytest.mark.parametrize(
    "act", ["join", "quit", "confirm", "accept", "mine", "ticket", "party", "wait", "whole", "ask_new", "heard", "more"]
)
def test_nor_any_other_one(app: App, meeting_id: int, act: str) -> None:
    size = ":2" if act in {"party", "wait", "whole"} else ""
    assert pressed(app, "hoa", f"meeting.{act}:{meeting_id}{size}").startswith(OLD)
    assert guests_of(app, meeting_id) == []


@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.CALLED])
def test_an_invitation_is_answered_and_asked_under_before_the_clock_calls_it(
    app: App, meeting_id: int, state: MeetingState
) -> None:
    change(app, meeting_id, state=state)
    assert "Trước khi gửi câu hỏi" in pressed(app, "lan", f"meeting.ask_new:{meeting_id}")
    assert "Mã vào cửa" in pressed(app, "nam", f"meeting.join:{meeting_id}")


def test_a_planned_meeting_is_nobodys_to_ask_about(app: App) -> None:
    number = called(app, state=MeetingState.PLANNED, title="Bí mật")
    assert pressed(app, "lan", f"meeting.ask:{meeting_of(app, number).invitation_id}").startswith(OLD)
    assert pressed(app, "lan", f"meeting.ask_new:{number}").startswith(OLD)


def test_who_is_inside_reads_only_that(app: App, meeting_id: int, clock: FrozenClock) -> None:
    come(app, meeting_id, "lan", 2)
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(minutes=30)
    admitted(app, meeting_id, "lan")
    for data in (f"meeting.mine:{meeting_id}", f"meeting.party:{meeting_id}:3", f"meeting.quit:{meeting_id}"):
        said = pressed(app, "lan", data)
        assert "đã được điểm danh lúc 07:30, 2 người" in said
        assert "Tôi không đi được nữa" not in said


def test_who_is_inside_waits_for_nothing(app: App, meeting_id: int, clock: FrozenClock) -> None:
    change(app, meeting_id, capacity=1)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who)
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(minutes=90)
    admitted(app, meeting_id, "nam")
    with app.database.read() as session:
        assert guests.ahead_in_line(session, meeting_id) == 1
    decline(app, meeting_id, "lan")
    assert standing(app, meeting_id, "hoa")[0] == "offered"
    assert standing(app, meeting_id, "nam")[0] == "waiting"


def admitted(app: App, meeting_id: int, who: str) -> None:
    """The organiser lets somebody in."""
    minh, person_id = organiser(app), person_of(app, who)
    with app.database.write() as session:
        guest = guests.guest_now(session, meeting_id, person_id)
        assert guest
        assert arriving.check_in(work(app, session), minh, guest.id)


def test_a_newcomer_does_not_overtake_who_waits(app: App, meeting_id: int) -> None:
    """Two guests turn out to be one: what becomes free is not a newcomer's before the clock comes."""
    change(app, meeting_id, capacity=2)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who)
    people = {who: person_of(app, who) for who in ("lan", "nam")}
    with app.database.write() as session:
        unite(session, session.get_one(Person, people["nam"]), session.get_one(Person, people["lan"]))
    invite(app, meeting_id, "ba")
    said = pressed(app, "ba", f"meeting.come:{meeting_of(app, meeting_id).invitation_id}")
    assert "đã đủ" in said
    assert standing(app, meeting_id, "hoa")[0] == "offered"
    assert standing(app, meeting_id, "ba")[0] == "none"
