"""The minutes go to those who came, once a leader has seen them, and those who came say what they thought."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import heard
from db.broadcasts import Broadcast, BroadcastState
from db.meetings import Answer, Guest, MeetingState
from db.staff import Role
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import answered, chair, change, invite_crowd, meeting_of, organiser, work
from tests.terminal import Owner

TEXT = "Đã trả lời 12 câu hỏi. UBND phường hứa kẻ vạch vỉa hè trước ngày 31/12/2026."


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


@pytest.fixture
def held(app: App, meeting_id: int, clock: FrozenClock) -> int:
    """The meeting is over; lan came, nam said so and did not."""
    starts_at = meeting_of(app, meeting_id).starts_at
    answered(app, meeting_id, "lan", came_at=starts_at, came_party=2)
    answered(app, meeting_id, "nam")
    clock.now = starts_at + timedelta(hours=2)
    return meeting_id


def crowd_came(app: App, meeting_id: int, number: int) -> None:
    """So many more were there: then a leader has to approve."""
    ids = invite_crowd(app, meeting_id, number)
    with app.database.write() as session:
        for place, person_id in enumerate(ids):
            session.add(
                Guest(
                    meeting_id=meeting_id,
                    person_id=person_id,
                    answer=Answer.COMING,
                    answered_at=app.clock(),
                    code=f"X{place:05}",
                    came_at=app.clock(),
                    came_party=1,
                )
            )


def written(app: App, meeting_id: int, text: str = TEXT) -> str:
    """The organiser writes them and sends."""
    presses(app, "minh", f"meeting.minutes:{meeting_id}")
    return Owner(app, "minh").says(text, "gửi")


def minutes_of(app: App) -> Broadcast:
    with app.database.read() as session:
        return session.exec(select(Broadcast).where(Broadcast.kind == "minutes")).one()


def test_not_before_it_began(app: App, meeting_id: int) -> None:
    assert "chưa diễn ra" in presses(app, "minh", f"meeting.minutes:{meeting_id}")


def test_those_who_came_get_them_and_nobody_else(app: App, held: int) -> None:
    assert "đang được gửi cho người dự: 1 người" in written(app, held)
    assert meeting_of(app, held).state == MeetingState.HELD
    assert meeting_of(app, held).minutes == TEXT
    for _ in range(3):
        tick(app)
    said = Owner(app, "lan").waits()
    assert "Biên bản buổi đối thoại" in said
    assert TEXT in said
    assert "5 – rất hài lòng" in said
    assert Owner(app, "nam").waits() == ""


def test_the_mark_counts_once_and_can_be_changed(app: App, held: int) -> None:
    written(app, held)
    for _ in range(3):
        tick(app)
    Owner(app, "lan").waits()
    assert "4/5" in Owner(app, "lan").says("4 – hài lòng")
    assert "3/5" in presses(app, "lan", f"meeting.mark:{held}:3")
    for who, data in (("nam", f"{held}:5"), ("hoa", f"{held}:5"), ("lan", f"{held}:6"), ("lan", "x:5"), ("lan", "5")):
        assert "/5" not in presses(app, who, f"meeting.mark:{data}")
    with app.database.read() as session:
        assert heard.marks(session, held) == (1, 3.0)
    assert "1 người dự chấm điểm buổi đối thoại, trung bình 3,0/5" in presses(app, "minh", f"meeting.minutes:{held}")


def test_many_get_them_only_after_a_leader_approved(app: App, held: int) -> None:
    chair(app)
    crowd_came(app, held, 25)
    assert "chờ lãnh đạo duyệt. Người dự nhận được: 26 người" in written(app, held)
    tick(app)
    assert Owner(app, "lan").waits() == ""
    said = Owner(app, "son").waits()
    assert TEXT in said
    assert "26 người" in said
    Owner(app, "son").says("1")
    for _ in range(3):
        tick(app)
    assert TEXT in Owner(app, "lan").waits()


def test_returned_minutes_are_mended_and_submitted_again(app: App, held: int) -> None:
    chair(app)
    crowd_came(app, held, 25)
    written(app, held)
    Owner(app, "son").waits()
    Owner(app, "son").says("trả lại", "Thiếu phần trả lời về thuế")
    assert minutes_of(app).state == BroadcastState.RETURNED
    assert "Thiếu phần trả lời về thuế" in Owner(app, "minh").waits()
    said = presses(app, "minh", f"meeting.minutes_again:{minutes_of(app).id}")
    assert "Thiếu phần trả lời về thuế" in said
    assert TEXT in said
    Owner(app, "minh").says("sửa: nội dung", f"{TEXT} Thuế cơ sở trả lời hai câu.", "gửi")
    mended = minutes_of(app)
    assert (mended.state, mended.id) == (BroadcastState.PROPOSED, meeting_of(app, held).minutes_id)
    assert "Thuế cơ sở" in mended.body


def test_minutes_are_written_once(app: App, held: int) -> None:
    written(app, held)
    said = presses(app, "minh", f"meeting.minutes:{held}")
    assert f"Biên bản số {minutes_of(app).number:02}/2026" in said
    change(app, held, minutes_id=None)
    assert "gõ nội dung biên bản" in presses(app, "minh", f"meeting.minutes:{held}")


def test_of_two_who_write_them_the_second_has_the_words_back(app: App, held: int) -> None:
    join(app, "vu", Role.OFFICER, unit="kthtdt", name="Cán bộ Vũ")
    for who in ("minh", "vu"):
        presses(app, who, f"meeting.minutes:{held}")
    Owner(app, "minh").says(TEXT, "gửi")
    said = Owner(app, "vu").says("Biên bản của cán bộ Vũ.", "gửi")
    assert "đã có người viết và gửi trước" in said
    assert "Biên bản của cán bộ Vũ." in said
    assert TEXT in minutes_of(app).body


def test_only_those_who_may_write_them(app: App, held: int) -> None:
    join(app, "vu", Role.OFFICER, unit="vhxh")
    for who in ("vu", "lan"):
        assert "biên bản" not in presses(app, who, f"meeting.minutes:{held}").lower()
    presses(app, "minh", f"meeting.minutes:{held}")
    Owner(app, "minh").says(TEXT)
    minh = organiser(app)
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    Owner(app, "minh").says("gửi")
    with app.database.read() as session:
        assert session.exec(select(Broadcast).where(Broadcast.kind == "minutes")).all() == []
    assert meeting_of(app, held).state == MeetingState.CALLED
