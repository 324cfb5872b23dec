"""An officer writes an announcement; leaders decide; it goes, stops, is corrected. What people see of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.broadcasts import service
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import last_event
from bot.broadcasts.rules import Act
from bot.broadcasts.service import Draft
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.feature import App, Work
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.runtime.turn import run
from db.broadcasts import Broadcast, BroadcastState
from db.outbox import OutboxRow
from db.staff import Role, Staff
from tests.broadcasts.crowd import people, standing
from tests.crew import join
from tests.terminal import Owner

Owners = Callable[[str], Owner]
SUBMITTED = BroadcastState.PROPOSED


@pytest.fixture
def minh(app: App) -> Staff:
    """An officer, with two leaders, and thirty registered people around."""
    join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")
    join(app, "ha", Role.LEADER, name="Lãnh đạo Hà")
    people(app, 30)
    return join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


def work(app: App, session: Session, key: str = "") -> Work:
    return Work(app, session, app.clock(), app.profile(), key)


def submitted(app: App, author: Staff, key: str = "k1", **other: object) -> Broadcast:
    with app.database.write() as session:
        draft = Draft(**({"title": "Nộp thuế", "body": "Hạn 31/12.", "audience": Audience()} | other))  # type: ignore[arg-type]
        found = service.submit(work(app, session, key), author, draft)
        assert found
        return found


def last_submission(app: App, broadcast_id: int) -> int:
    with app.database.read() as session:
        return last_submission_in(session, broadcast_id)


def last_submission_in(session: Session, broadcast_id: int) -> int:
    found = last_event(session, broadcast_id, Act.SUBMIT)
    assert found
    return found.id


def answers(owner: Owner, *lines: str) -> str:
    """The first four questions answered, and then what is given; the last thing that is said."""
    owner.says("/soanthongbao", "thông báo chung", "thông báo thường", "Nộp thuế")
    return [owner.says(line) for line in lines][-1]


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


def test_a_correction_waits_for_a_leader_where_the_first_text_did(app: App, minh: Staff) -> None:
    notice = submitted(app, minh)
    son = join(app, "son", Role.LEADER)
    with app.database.write() as session:
        service.approve(work(app, session), son, notice.id, last_submission_in(session, notice.id))
    tick(app)
    with app.database.write() as session:
        at_work = work(app, session, "k5")
        assert service.correct_by_edit(at_work, minh, notice.id, "Đúng là 30/12.")
        waits = service.proposed_edit(session, notice.id)
        assert waits
        made = service.correct_by_notice(at_work, minh, notice.id, "Đính chính", "Đúng là 30/12.")
        assert made
        assert (made.needs_approval, made.audience, made.corrects_id) == (True, {"reached": notice.id}, notice.id)
        assert service.approve_edit(at_work, son, notice.id, waits.id + 1000) is None
    assert standing(app, notice.id).version == 1
    with app.database.write() as session:
        assert service.approve_edit(work(app, session), son, notice.id, waits.id)
        assert service.approve_edit(work(app, session), son, notice.id, waits.id) is None
    now = standing(app, notice.id)
    assert (now.version, now.body, now.settled) == (2, "Đúng là 30/12.", False)


def test_strangers_press_in_vain(app: App, minh: Staff, owner: Owners) -> None:
    notice = submitted(app, minh)
    join(app, "tuan", Role.OFFICER, unit="vhxh")
    for who in ("lan", "tuan"):
        for data in ("approve", "open", "show", "pause", "cancel", "cancelled", "correct", "end_recurrence", "again"):
            pressed(owner(who), f"broadcast.{data}:{notice.id}:{last_submission(app, notice.id)}")
            pressed(owner(who), f"broadcast.{data}:{notice.id}")
            pressed(owner(who), f"broadcast.{data}:x")
    assert standing(app, notice.id).state == SUBMITTED


def pressed(owner: Owner, data: str) -> None:
    with owner.app.database.write() as session:
        incoming = Incoming(
            f"{owner.name} {data}", ChatRef("terminal", owner.name), Sender(owner.name), owner.app.clock(), Press(data)
        )
        turn = run(owner.app, owner.channel, session, incoming, owner.app.clock())
        assert [str(reply.text) for reply in turn.replies] == [owner.app.say.label("turn.old_button")]
