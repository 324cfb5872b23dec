"""An officer writes an announcement; leaders decide; it goes. What people see of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import select

from bot.broadcasts import service
from bot.broadcasts.audience import Audience
from bot.broadcasts.rules import Act
from bot.broadcasts.service import Draft
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.broadcasts.composers import (
    Owners,
    answers,
    last_submission,
    last_submission_in,
    minh,
    pressed,
    submitted,
    work,
)
from tests.broadcasts.crowd import standing
from tests.crew import join

__all__ = ["minh"]
SUBMITTED = BroadcastState.PROPOSED


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def test_the_same_event_submits_once(app: App, minh: Staff) -> None:
    first, again = submitted(app, minh), submitted(app, minh)
    assert (first.id, first.number, len(first.proof), first.proof) == (again.id, 1, 8, again.proof)
    assert submitted(app, minh, "k2").number == 2


def test_nobody_submits_without_the_role_for_it(app: App, minh: Staff) -> None:
    others = [join(app, "to", Role.HEAD), join(app, "tri", Role.ADMIN)]
    with app.database.write() as session:
        left = leave(work(app, session), minh.id)
        assert left
        for one in (*others, left):
            assert service.submit(work(app, session, "k"), one, Draft("a", "b", Audience())) is None


def test_an_old_button_approves_nothing_new(app: App, minh: Staff, owner: Owners) -> None:
    son, ha = join(app, "son", Role.LEADER), join(app, "ha", Role.LEADER)
    notice = submitted(app, minh)
    read = last_submission(app, notice.id)
    with app.database.write() as session:
        assert service.send_back(work(app, session), son, notice.id, read, "Thiếu địa điểm")
        anew = Draft("Nộp thuế", "Khác hẳn.", Audience(), again=notice.id)
        assert service.submit(work(app, session, "k2"), minh, anew)
    with app.database.write() as session:
        assert service.approve(work(app, session), ha, notice.id, read) is None
    assert standing(app, notice.id).state == SUBMITTED
    assert standing(app, notice.id).number == notice.number
    with app.database.write() as session:
        assert service.approve(work(app, session), ha, notice.id, last_submission(app, notice.id))
    assert "Khác hẳn" in owner("son").waits()


def test_of_two_leaders_one_decides(app: App, minh: Staff) -> None:
    notice, leaders = submitted(app, minh), (join(app, "son", Role.LEADER), join(app, "ha", Role.LEADER))
    for leader, expected in zip(leaders, (True, False), strict=True):
        with app.database.write() as session:
            done = service.approve(work(app, session), leader, notice.id, last_submission(app, notice.id))
            assert (done is not None) == expected
    assert standing(app, notice.id).approved_by == leaders[0].id


def test_two_leaders_press_at_the_same_moment(app: App, minh: Staff) -> None:
    notice = submitted(app, minh)
    read, leaders = last_submission(app, notice.id), [join(app, who, Role.LEADER) for who in ("son", "ha")]
    both = Barrier(2)

    def press_it(leader: Staff) -> bool:
        both.wait(timeout=30)
        with app.database.write() as session:
            return service.approve(work(app, session), leader, notice.id, read) is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press_it, leaders)) == [False, True]
    with app.database.read() as session:
        events = session.exec(select(BroadcastEvent).where(BroadcastEvent.act == Act.APPROVE)).all()
    assert [event.staff_id for event in events] == [standing(app, notice.id).approved_by]


def test_a_leader_approves_nothing_of_their_own(app: App, minh: Staff, owner: Owners) -> None:
    assert minh
    son = join(app, "son", Role.LEADER)
    notice = submitted(app, son)
    with app.database.write() as session:
        assert service.approve(work(app, session), son, notice.id, last_submission(app, notice.id)) is None
    assert "Không có" in owner("son").says("/duyetthongbao")
    assert "01/2026" in owner("ha").says("/duyetthongbao")
    small = submitted(app, son, "k2", audience=Audience(cases="thue"))
    assert (small.state, small.needs_approval) == (BroadcastState.SCHEDULED, False)


def test_an_approval_after_the_time_sends_at_once(app: App, minh: Staff, clock: FrozenClock) -> None:
    notice = submitted(app, minh, send_at=clock.now + timedelta(hours=1), late="drop")
    son = join(app, "son", Role.LEADER)
    clock.advance(timedelta(hours=5))
    with app.database.write() as session:
        done = service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
        assert done
        assert done.send_at == clock.now
    tick(app)
    assert standing(app, notice.id).state == BroadcastState.SENDING


def test_what_does_not_fit_one_message_is_not_submitted(app: App, minh: Staff, owner: Owners) -> None:
    assert minh
    said = answers(owner("minh"), "chữ " * 870, "1", "gửi ngay", "cán bộ minh")
    assert "dài hơn" not in said
    photo = app.files.folder.parent / "anh.jpg"
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(b"\xff\xd8\xff a picture")
    owner("minh").says(f"[ảnh {photo}]")
    shown = owner("minh").says("gửi")
    assert "kèm tệp chỉ dài được 1.024 ký tự" in shown
    assert "Sửa: Nội dung" in shown
    owner("minh").says("bỏ tệp")
    assert "Đã trình" in owner("minh").says("gửi")


def test_a_photo_goes_with_it(app: App, minh: Staff, owner: Owners, tmp_path: Path) -> None:
    assert minh
    photo = tmp_path / "mời họp.jpg"
    photo.write_bytes(b"\xff\xd8\xff a picture")
    said = answers(owner("minh"), f"[ảnh {photo}] Mời xem *ảnh*.", "1", "gửi ngay", "cán bộ minh")
    assert "mời họp.jpg" in said
    assert "Đã trình" in owner("minh").says("gửi")
    notice = standing(app, 1)
    assert (notice.file_name, notice.file_kind, notice.body) == ("mời họp.jpg", "photo", "Mời xem <b>ảnh</b>.")
    assert app.files.has(notice.file_sha)
    assert "mời họp.jpg" in owner("son").waits()


def test_a_voice_message_goes_with_nothing(minh: Staff, owner: Owners) -> None:
    assert minh
    assert "chỉ kèm được ảnh hoặc tài liệu" in answers(owner("minh"), "[ghi âm a.ogg]")


def test_a_tester_gets_it_alone(app: App, minh: Staff, owner: Owners) -> None:
    assert minh
    answers(owner("minh"), "Hạn 31/12.", "1", "gửi ngay", "cán bộ minh")
    assert "Hạn 31/12." in owner("minh").says("gửi thử cho tôi")
    with app.database.read() as session:
        assert session.exec(select(Broadcast)).all() == []
        bodies = [row.body for row in session.exec(select(OutboxRow)) if row.channel == "telegram"]
    assert bodies == []


def test_reports_of_officials_choose_nobody(app: App, minh: Staff, owner: Owners) -> None:
    assert minh
    offered = answers(owner("minh"), "Hạn 31/12.", "người có phiếu đang xử lý của một lĩnh vực")
    assert "Thuế, hóa đơn" in offered
    assert app.profile().protected.title not in offered


def test_who_leaves_leaves_their_notices_to_the_leaders_once(app: App, minh: Staff, owner: Owners) -> None:
    notice = submitted(app, minh)
    owner("son").waits()
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    said = owner("son").waits()
    assert "Cán bộ Minh" in said
    assert "01/2026 Nộp thuế (Chờ duyệt)" in said
    assert owner("son").waits() == ""
    assert standing(app, notice.id).state == SUBMITTED


def test_who_leaves_hears_no_more_of_what_they_wrote(app: App, minh: Staff, owner: Owners) -> None:
    notice = submitted(app, minh)
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    owner("minh").waits()
    son = join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    assert owner("minh").waits() == ""


def test_a_role_that_ends_in_the_middle_ends_the_writing(app: App, minh: Staff, owner: Owners) -> None:
    answers(owner("minh"), "Hạn 31/12.", "1", "gửi ngay", "cán bộ minh")
    with app.database.write() as session:
        assert leave(work(app, session), minh.id)
    assert "Đã trình" not in owner("minh").says("gửi")
    with app.database.read() as session:
        assert session.exec(select(Broadcast)).all() == []


def test_the_rest_of_a_long_text_is_not_lost_in_silence(minh: Staff, owner: Owners) -> None:
    assert minh
    assert "chưa vào" in answers(owner("minh"), "Phần một.", "Phần hai, " + "rất dài " * 20)


def test_what_is_urgent_does_not_recur(minh: Staff, owner: Owners) -> None:
    assert minh
    said = answers(owner("minh"), "Hạn.", "1", "gửi định kỳ", "hằng tuần", "1", "8h", "31/12/2027", "1", "1", "1")
    assert "Định kỳ" in said
    owner("minh").says("sửa: mức độ")
    assert "không gửi định kỳ" in owner("minh").says("khẩn cấp (gửi cả trong giờ yên tĩnh, lãnh đạo phải duyệt)")


def test_strangers_press_in_vain(app: App, minh: Staff, owner: Owners) -> None:
    notice = submitted(app, minh)
    join(app, "tuan", Role.OFFICER, unit="vhxh")
    for who in ("lan", "tuan"):
        for data in ("approve", "open", "show", "pause", "cancel", "cancelled", "correct", "end_recurrence", "again"):
            pressed(owner(who), f"broadcast.{data}:{notice.id}:{last_submission(app, notice.id)}")
            pressed(owner(who), f"broadcast.{data}:{notice.id}")
            pressed(owner(who), f"broadcast.{data}:x")
    assert standing(app, notice.id).state == SUBMITTED
