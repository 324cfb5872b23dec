"""Calling a meeting: what is taken for an answer, what fits under the file, what stands in the way, what is kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from bot.broadcasts.officer.compose_flow import LONGEST_SIGNER, LONGEST_TITLE
from bot.broadcasts.officer.preview import visible_units
from bot.broadcasts.rendering import reply_of
from bot.core.channel import CAPTION
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import Phone, Place, Text, What
from bot.core.flow import Invalid, Value
from bot.feature import App
from bot.meetings import change_flow, change_plan, changing, invitation, organise_flow, rules
from bot.meetings.change_plan import Plan
from bot.meetings.organise_flow import Questions, capacity, contact, point, short
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast
from db.meetings import Meeting, MeetingState
from db.people import Person
from db.staff import Role, Staff
from tests.broadcasts import crowd
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import called, chair, in_days, meeting_of, organiser, person_of, work
from tests.terminal import Owner

Says = Callable[[str], Owner]

ANSWERS = (
    ("/doithoai", "Tên buổi đối thoại?"),
    ("Đối thoại về vỉa hè", "Họp lúc nào?"),
    ("12/12 8h", "Họp ở đâu?"),
    ("Hội trường UBND phường", "bản đồ"),
    ("[vị trí 20.94015, 106.31642]", "Ai chủ trì?"),
    ("Chủ tịch UBND phường", "Thành phần"),
    ("bỏ qua", "chương trình"),
    ("Kẻ vạch <vỉa hè> & hỏi đáp", "chuẩn bị"),
    ("bỏ qua", "Liên hệ ai"),
    ("0220 3892 000", "Có bao nhiêu chỗ?"),
    ("80", "Nhận trả lời"),
    ("1", "loại tin nào"),
    ("thông báo chung", "Mời ai?"),
    ("1", "Gửi giấy mời khi nào?"),
    ("gửi ngay", "Ai ký"),
    ("cán bộ minh", "Ông/bà xem lại"),
)


def tells(minh: Owner) -> str:
    """Answers every question; what was printed last."""
    printed = ""
    for said, asked in ANSWERS:
        printed = minh.says(said)
        assert asked in printed, printed
    return printed


def meetings_of(app: App) -> list[Meeting]:
    with app.database.read() as session:
        return list(session.exec(select(Meeting).order_by(col(Meeting.id))))


@pytest.fixture
def minh(app: App, owner: Says) -> Owner:
    """The officer at the terminal."""
    organiser(app)
    return owner("minh")


def test_one_submission_makes_the_meeting_and_its_invitation(app: App, minh: Owner) -> None:
    tells(minh)
    minh.says("gửi")
    (meeting,) = meetings_of(app)
    sent = crowd.standing(app, meeting.invitation_id or 0)
    assert (meeting.title, meeting.place, meeting.capacity) == ("Đối thoại về vỉa hè", "Hội trường UBND phường", 80)
    assert (meeting.latitude, meeting.longitude) == (20.94015, 106.31642)
    assert meeting.closes_at == in_days(app, 9).replace(hour=20)
    assert (sent.kind, sent.late, sent.expires_at) == ("invitation", "send", meeting.closes_at)
    assert (sent.unit, meeting.unit, meeting.author_id) == ("kthtdt", "kthtdt", sent.author_id)
    event = Calendar.from_ical(app.files.read(sent.file_sha)).events[0]
    assert (str(event["UID"]), event.start) == (meeting.uid, meeting.starts_at)
    assert str(event["DESCRIPTION"]) == "Chủ trì: Chủ tịch UBND phường. Liên hệ: 0220 3892 000."


def test_a_second_send_of_the_same_dialogue_makes_no_second_meeting(app: App, minh: Owner) -> None:
    tells(minh)
    minh.says("gửi", "gửi")
    assert len(meetings_of(app)) == 1


def test_what_was_typed_becomes_no_markup(app: App, minh: Owner) -> None:
    tells(minh)
    minh.says("gửi")
    (meeting,) = meetings_of(app)
    with app.database.read() as session:
        whole = invitation.whole(work(app, session), meeting)
    assert "Kẻ vạch &lt;vỉa hè&gt; &amp; hỏi đáp" in whole


def test_two_meetings_have_two_names_in_calendars(app: App, minh: Owner) -> None:
    tells(minh)
    minh.says("gửi", "/doithoai", "tổ chức buổi mới")
    for said, _ in ANSWERS[1:]:
        minh.says(said)
    minh.says("gửi")
    first, second = meetings_of(app)
    assert first.uid != second.uid


def test_too_late_for_the_custom_is_asked_once_more(app: App, minh: Owner) -> None:
    for said, _ in ANSWERS[:2]:
        minh.says(said)
    minh.says("5/12 8h")
    for said, _ in ANSWERS[3:14]:
        minh.says(said)
    asked = minh.says("gửi ngay")
    assert "Số ngày từ khi gửi giấy mời đến khi họp: 4. Lệ thường là ít nhất 5 ngày. Vẫn gửi?" in asked
    assert "1. Vẫn gửi" in asked
    minh.says("ừ thì gửi đi")
    assert meetings_of(app) == []
    minh.says("vẫn gửi", "cán bộ minh", "gửi")
    assert len(meetings_of(app)) == 1


@pytest.mark.parametrize(("days", "early"), [(5, True), (4, False), (0, False)])
def test_five_days_are_days_of_the_calendar(app: App, days: int, early: bool) -> None:
    starts = in_days(app, days).replace(hour=23)
    assert rules.is_early(app.clock(), starts, 5) is early


@pytest.mark.parametrize("said", ["hôm qua 8h", "1/12/2026 8h", "hôm nay 9h", "25/12", "mai", "không biết"])
def test_a_time_that_is_past_or_none_is_refused(app: App, said: str) -> None:
    assert isinstance(questions(app).start(Text(said)), Invalid)


def questions(app: App) -> Questions:
    return Questions(app.profile, app.clock)


def test_what_lay_too_long_is_not_sent(app: App, minh: Owner, clock: FrozenClock) -> None:
    tells(minh)
    clock.now = in_days(app, 11)
    printed = minh.says("gửi")
    while "Vẫn gửi?" in printed:
        printed = minh.says("vẫn gửi")
    printed = minh.says("gửi")
    assert "Giờ họp đã qua" in printed
    assert meetings_of(app) == []


GIVEN: Mapping[str, Value] = {
    "starts": "2026-12-12T08:00:00+07:00",
    "closes": "2026-12-10T20:00:00+07:00",
    "when": "now",
}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({}, None),
        ({"starts": "2026-12-01T08:00:00+07:00", "closes": "2026-12-01T07:00:00+07:00"}, "meeting.starts_in_the_past"),
        ({"when": "2026-12-12T09:00:00+07:00"}, "meeting.sent_too_late"),
        ({"closes": "2026-12-12T08:00:01+07:00"}, "meeting.closes_too_late"),
        ({"when": "2026-12-11T08:00:00+07:00"}, "meeting.closes_before_sent"),
        ({"closes": "2026-12-12T08:00:00+07:00"}, None),
    ],
)
def test_what_stands_in_the_way(app: App, changed: dict[str, Value], key: str | None) -> None:
    found = questions(app).hindrances({**GIVEN, **changed})
    assert found == ([key] if key else [])


@pytest.mark.parametrize(
    ("accept", "said", "kept"),
    [
        (capacity, Text("80"), "80"),
        (capacity, Text("1.200 người"), "1200"),
        (capacity, Text("Không giới hạn"), "0"),
        (capacity, Text("0"), None),
        (capacity, Text("90000"), None),
        (capacity, Text("vài chục"), None),
        (point, Place(20.94015, 106.31642), "20.940150,106.316420"),
        (point, Text("20.94015, 106.31642"), "20.940150,106.316420"),
        (point, Text("https://www.google.com/maps/@20.94015,106.31642,17z"), "20.940150,106.316420"),
        (point, Text("91.5000, 106.3164"), None),
        (point, Text("đường Thanh Niên"), None),
        (contact, Phone("02203892000", own=False), "02203892000"),
        (contact, Text("Anh trực,\n 0220 3892 000"), "Anh trực, 0220 3892 000"),
        (short(10), Text("năm chữ\ncái"), None),
        (short(12), Text("hai\n\ndòng"), "hai dòng"),
        (short(5), Text("🎉🎉🎉 a"), None),
    ],
)
def test_what_is_taken_for_an_answer(accept: Callable[[What], Value | Invalid], said: What, kept: str | None) -> None:
    found = accept(said)
    assert isinstance(found, Invalid) if kept is None else found == kept


def longest(app: App) -> Meeting:
    """Every field as long as the dialogue takes it."""
    return meeting_of(
        app,
        called(
            app,
            title="W" * LONGEST_TITLE,
            place="W" * organise_flow.LONGEST_PLACE,
            chair="W" * organise_flow.LONGEST_CHAIR,
            contact="W" * organise_flow.LONGEST_CONTACT,
        ),
    )


def as_it_arrives(app: App, meeting: Meeting, body: str, kind: str) -> int:
    """How long it is to people, signed by the longest name of the unit with the longest name."""
    unit = max(app.profile().units, key=lambda unit: len(unit.name))
    with app.database.read() as session:
        sent = session.get_one(Broadcast, meeting.invitation_id)
        values = {name: getattr(sent, name) for name in Broadcast.model_fields}
    values |= {
        "body": body,
        "kind": kind,
        "unit": unit.id,
        "signer": "W" * LONGEST_SIGNER,
        "number": 9999,
        "version": 2,
    }
    return visible_units(reply_of(app, Broadcast(**values)).text)


def test_the_longest_invitation_fits_under_its_file(app: App) -> None:
    meeting = longest(app)
    with app.database.read() as session:
        body = str(invitation.body(work(app, session), meeting))
        off = f"{app.say('meeting.is_off')}\n{body}"
    promised = len(
        "Kỳ trước (11/12/2026): 99 cam kết: 99 đã làm đúng hạn, 99 làm muộn, 99 chưa làm, 99 quá hạn. Xem /camket.\n"
    )
    assert as_it_arrives(app, meeting, off, "invitation") + promised <= CAPTION


@pytest.mark.parametrize("cancels", [False, True])
def test_the_longest_change_fits_under_its_file(app: App, cancels: bool) -> None:
    meeting = longest(app)
    starts = meeting.starts_at + timedelta(days=1)
    reason, place = "W" * change_flow.LONGEST_REASON, "M" * organise_flow.LONGEST_PLACE
    plan = Plan(starts, starts, place, None, reason)
    plan = changing.cancelling(meeting, reason) if cancels else plan
    with app.database.read() as session:
        draft = change_plan.draft_of(work(app, session), meeting, replace(plan, cancels=cancels), app.clock())
    assert as_it_arrives(app, meeting, draft.body, draft.kind) <= CAPTION


def test_everything_that_people_read_is_read_before_it_is_approved(app: App, minh: Owner, owner: Says) -> None:
    chair(app)
    crowd.people(app, 30)
    tells(minh)
    minh.says("gửi")
    read = owner("son").waits()
    assert "Giấy mời số 01/2026" in read
    assert "Kẻ vạch <vỉa hè> & hỏi đáp" in read


def test_what_waits_for_a_leader_is_nobody_elses_to_read(app: App, minh: Owner) -> None:
    chair(app)
    crowd.people(app, 30)
    tells(minh)
    minh.says("gửi")
    (meeting,) = meetings_of(app)
    assert meeting.state == MeetingState.PLANNED
    assert "không dùng được" in presses(app, "lan", f"meeting.full:{meeting.invitation_id}")
    assert "GIẤY MỜI" in presses(app, "minh", f"meeting.full:{meeting.invitation_id}")


def test_an_invitation_mended_after_its_meeting_was_given_up_invites_nobody(
    app: App, minh: Owner, clock: FrozenClock
) -> None:
    chair(app)
    crowd.people(app, 30)
    tells(minh)
    minh.says("gửi")
    son = Owner(app, "son")
    son.waits()
    son.says("trả lại", "Đổi sang ngày khác")
    clock.now = datetime(2026, 12, 12, 7, 50, tzinfo=VIETNAM)
    tick(app)
    minh.waits()
    presses(app, "minh", "meeting.again:1")
    starts, closes = (app.say.label(f"flow.meeting_call.{name}_short") for name in ("starts", "closes"))
    minh.says("vẫn gửi", f"sửa: {starts}", "20/12 8h", f"sửa: {closes}", "18/12 20h")
    clock.advance(timedelta(minutes=15))
    tick(app)
    minh.waits()
    assert "Tình trạng buổi đối thoại đã thay đổi" in minh.says("gửi", "gửi")
    (meeting,) = meetings_of(app)
    assert (meeting.state, crowd.standing(app, 1).state) == (MeetingState.CANCELLED, "returned")


@pytest.mark.parametrize("data", ["meeting.full:0", "meeting.full:abc", "meeting.full:", "meeting.full:99999999999999"])
def test_a_forged_button_opens_nothing(app: App, data: str) -> None:
    assert "không dùng được" in presses(app, "lan", data)


@pytest.mark.parametrize("name", ["open", "change", "call_off", "again", "try", "new"])
def test_buttons_of_organisers_are_nobody_elses(app: App, name: str) -> None:
    number = called(app)
    elsewhere = join(app, "khac", Role.OFFICER, unit="vhxh")
    assert elsewhere.id
    assert "Đối thoại về vỉa hè" not in presses(app, "lan", f"meeting.{name}:{number}")
    if name != "new":
        assert "Đối thoại về vỉa hè" not in presses(app, "khac", f"meeting.{name}:{number}")


def test_whose_role_ends_in_the_middle_is_told_and_asked_nothing_more(app: App, minh: Owner) -> None:
    tells(minh)
    with app.database.write() as session:
        rows = select(Staff).where(Staff.person_id == person_id_of(app, "minh"))
        leave(work(app, session, "leave"), session.exec(rows).one().id)
    said = minh.says("gửi")
    assert "phần đang soạn về đối thoại đã dừng" in said
    assert meetings_of(app) == []
    assert "chưa có lệnh này" in minh.says("/doithoai")


def person_id_of(app: App, who: str) -> int:
    with app.database.read() as session:
        return session.get_one(Person, person_of(app, who)).id


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """On each database."""
    return on_both_databases


def test_closing_times_on_offer_are_still_to_come(app: App) -> None:
    def offered(days: int, hour: int) -> list[datetime]:
        return rules.closing_offers(in_days(app, days).replace(hour=hour), app.clock())

    assert offered(10, 8) == [in_days(app, 8).replace(hour=20), in_days(app, 9).replace(hour=20)]
    assert offered(1, 8) == [in_days(app, 0).replace(hour=20), in_days(app, 1).replace(hour=7)]
    assert offered(0, 9) == []
