"""Lists for the organiser, the table with names that is on record, one reminder to the silent, the calls of heads."""

import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import col, select

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import arriving
from bot.meetings.silent import tell_organisers
from bot.people.staff import leave
from bot.runtime.jobs import tick
from bot.settings import Settings
from bot.ward import SHIPPED
from db import invited
from db.broadcasts import Broadcast, BroadcastState, Visit
from db.businesses import Business
from db.meetings import Meeting
from db.orders import Order
from db.staff import Role
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import (
    TITLE,
    answered,
    called,
    chair,
    change,
    invite,
    invite_crowd,
    meeting_of,
    organiser,
    person_of,
    work,
)
from tests.meetings.test_door import gave_phone
from tests.people.test_registering import GROUPS
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings, tmp_path: Path) -> Settings:
    """SQLite and PostgreSQL in turn; a ward with two groups."""
    path = tmp_path / "ward.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace("[[authorities]]", f"{GROUPS}[[authorities]]", 1), "utf-8")
    return on_both_databases.model_copy(update={"ward_file": path})


@pytest.fixture
def meeting_id(app: App) -> int:
    """Lan comes with three, nam does not, hoa waits; tam and sau of group 1 and bay of group 12 are silent."""
    number = called(app)
    for who, group in {"lan": "tdp1", "nam": "", "hoa": "", "tam": "tdp1", "sau": "tdp1", "bay": "tdp12"}.items():
        invite(app, number, who)
        registered(app, who, group)
    answered(app, number, "lan", party=3, wished=3)
    answered(app, number, "nam", "declined", reason="Bận dọn hàng")
    answered(app, number, "hoa", "waiting", turn=1, wished=2)
    return number


def registered(app: App, who: str, group: str) -> None:
    person_id = person_of(app, who)
    with app.database.write() as session:
        now = app.clock()
        name = f"Cửa hàng {who}"
        session.add(Business(person_id=person_id, neighbourhood=group, name=name, registered_at=now, changed_at=now))


def let_in(app: App, meeting_id: int, clock: FrozenClock) -> None:
    """On the day bà Tư comes without an invitation."""
    clock.now = meeting_of(app, meeting_id).starts_at
    with app.database.write() as session:
        arriving.let_in(work(app, session), organiser(app), meeting_id, 2, name="Bà Tư", phone="")


def test_the_overview_and_each_list(app: App, meeting_id: int) -> None:
    said = presses(app, "minh", f"meeting.lists:{meeting_id}")
    for line in ("Tham dự: 1 phiếu, 3 người", "Không tham dự: 1 phiếu", "Danh sách chờ: 1 phiếu, 2 người"):
        assert line in said
    assert "Chưa trả lời: 3" in said
    minh = Owner(app, "minh")
    assert "1. Cửa hàng lan, 3 người (Tổ dân phố số 1)" in minh.says("Tham dự (1)")
    minh.says("« Danh sách trả lời")
    waits = minh.says("Danh sách chờ (1)")
    assert "1. Cửa hàng hoa, 2 người" in waits
    minh.says("« Danh sách trả lời")
    silent = minh.says("Chưa trả lời (3)")
    assert [who for who in ("tam", "sau", "bay", "lan", "nam") if f"Cửa hàng {who}" in silent] == ["tam", "sau", "bay"]


def test_who_was_at_the_door_without_an_invitation(app: App, meeting_id: int, clock: FrozenClock) -> None:
    let_in(app, meeting_id, clock)
    said = presses(app, "minh", f"meeting.lists:{meeting_id}")
    assert "Đã đến: 1 phiếu, 2 người" in said
    assert "Đến không đăng ký: 1 phiếu, 2 người" in said
    assert "Hết giờ nhận chỗ" not in said
    assert "Bà Tư, 2 người, đến 2 người lúc 08:00" in Owner(app, "minh").says("Đã đến (1)")


def test_pages(app: App, meeting_id: int) -> None:
    invite_crowd(app, meeting_id, 20)
    first = presses(app, "minh", f"lists.page:{meeting_id}:7:1")
    assert "1–15 / 23" in first
    assert "16–23 / 23" in Owner(app, "minh").says("Trang sau »")
    assert "16–23 / 23" in presses(app, "minh", f"lists.page:{meeting_id}:7:99")
    for forged in ("8:1", "0:1", "1", "1:x"):
        assert "Cửa hàng" not in presses(app, "minh", f"lists.page:{meeting_id}:{forged}")


def test_by_group(app: App, meeting_id: int) -> None:
    said = presses(app, "minh", f"lists.groups:{meeting_id}")
    assert "Tổ dân phố số 1: 1 phiếu tham dự (3 người), 0 không tham dự, 0 chờ chỗ, 2 chưa trả lời" in said
    assert "Tổ dân phố số 12: 0 phiếu tham dự (0 người), 0 không tham dự, 0 chờ chỗ, 1 chưa trả lời" in said
    assert "Chưa rõ tổ dân phố: 0 phiếu tham dự (0 người), 1 không tham dự, 1 chờ chỗ, 0 chưa trả lời" in said
    of_one = Owner(app, "minh").says("Tham dự (Tổ dân phố số 1) (1)")
    assert "1–1 / 1" in of_one
    assert "Cửa hàng lan" in of_one
    assert "nam" not in presses(app, "minh", f"lists.page:{meeting_id}:2:1:tdp1")
    assert "nam" in presses(app, "minh", f"lists.page:{meeting_id}:2:1:-")


def test_the_organiser_hears_once_how_many_are_silent(app: App, meeting_id: int, clock: FrozenClock) -> None:
    tell_organisers(app)
    assert Owner(app, "minh").waits() == ""
    clock.now = meeting_of(app, meeting_id).closes_at - timedelta(hours=11)
    for _ in range(2):
        tell_organisers(app)
    said = Owner(app, "minh").waits()
    assert said.count("còn 3 người được mời chưa trả lời") == 1
    assert "Nhắc lại người chưa trả lời" in said
    assert "Nhờ tổ trưởng gọi" in said


def test_heads_who_have_it_are_not_counted_again(app: App, meeting_id: int) -> None:
    join(app, "to1", Role.HEAD, name="Tổ trưởng 1")
    with_group(app, "to1", "tdp1")
    assert "Đã nhắn 1 tổ trưởng" in presses(app, "minh", f"silent.heads:{meeting_id}")
    assert "1 tổ trưởng đã được nhắn từ trước" in presses(app, "minh", f"silent.heads:{meeting_id}")


@pytest.mark.parametrize("group", [None, "", "tdp1", "tdp12"])
def test_the_number_of_the_silent_is_that_of_their_list(app: App, meeting_id: int, group: str | None) -> None:
    with app.database.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        listed = invited.silent(session, meeting, group, first=0, size=50)
        assert invited.silent_count(session, meeting, group) == len(listed)
        counts = invited.silent_counts(session, meeting)
    assert len(listed) == (sum(counts.values()) if group is None else counts.get(group, 0))


def test_the_lists_are_for_those_who_organise(app: App, meeting_id: int) -> None:
    join(app, "ba", Role.OFFICER, unit="vhxh")
    for data in ("meeting.lists", "lists.groups", "lists.sheet", "silent.remind", "silent.send", "silent.heads"):
        for who in ("ba", "lan"):
            assert "Cửa hàng" not in presses(app, who, f"{data}:{meeting_id}")
    with app.database.read() as session:
        assert session.exec(select(Order)).all() == []
        assert session.exec(select(Broadcast).where(Broadcast.kind == "meeting_reminder")).all() == []


def the_order(app: App) -> Order:
    with app.database.read() as session:
        return session.exec(select(Order)).one()


def test_the_table_has_everybody_and_who_took_it_is_on_record(app: App, meeting_id: int, clock: FrozenClock) -> None:
    gave_phone(app, "tam", "0912345678")
    let_in(app, meeting_id, clock)
    presses(app, "minh", f"lists.sheet:{meeting_id}")
    order = the_order(app)
    assert (order.kind, order.state, order.rows, order.masked) == ("meeting_guests", "made", 7, False)
    assert (order.staff_id, order.reason) == (organiser(app).id, f"Tổ chức buổi đối thoại: {TITLE}")
    assert order.asked_at == clock.now
    with app.files.path(order.sha).open("rb") as file:
        cells = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    rows = {row[1]: row[2:9] for row in cells if isinstance(row[0], int)}
    assert rows["Cửa hàng lan"][:4] == ("Tổ dân phố số 1", None, "Tham dự", 3)
    assert rows["Cửa hàng nam"][2:7] == ("Không tham dự", 1, None, None, "Bận dọn hàng")
    assert rows["Bà Tư"][2:6] == ("Đến không đăng ký", 2, 2, "08:00")
    assert rows["Cửa hàng tam"][:3] == ("Tổ dân phố số 1", "0912345678", "Chưa trả lời")


def test_a_table_is_not_made_for_a_role_that_has_ended(app: App, meeting_id: int) -> None:
    with app.database.write() as session:
        leave(work(app, session), organiser(app).id)
    presses(app, "minh", f"lists.sheet:{meeting_id}")
    with app.database.read() as session:
        assert session.exec(select(Order)).all() == []


def reminders(app: App) -> list[Broadcast]:
    with app.database.read() as session:
        rows = select(Broadcast).where(Broadcast.kind == "meeting_reminder").order_by(col(Broadcast.id))
        return list(session.exec(rows))


def remind(app: App, meeting_id: int, who: str = "minh") -> str:
    return presses(app, who, f"silent.send:{meeting_id}")


def test_the_silent_are_reminded_once(app: App, meeting_id: int) -> None:
    shown = presses(app, "minh", f"silent.remind:{meeting_id}")
    assert "Nhắc trả lời giấy mời" in shown
    assert "3 người chưa trả lời" in shown
    assert "bắt đầu gửi: 3 người" in Owner(app, "minh").says("Gửi nhắc")
    for _ in range(3):
        tick(app)
    assert "Nhắc trả lời giấy mời" in Owner(app, "tam").waits()
    assert "đã đăng ký dự" in Owner(app, "tam").says("Tham dự")
    assert Owner(app, "lan").waits() == ""
    assert "đã nhắc người chưa trả lời một lần" in remind(app, meeting_id)
    assert "đã nhắc" in presses(app, "minh", f"silent.remind:{meeting_id}")
    assert "Nhắc lại" not in presses(app, "minh", f"meeting.lists:{meeting_id}")
    assert [each.key for each in reminders(app)] == [f"meeting:{meeting_id}:silent:0"]


def test_who_answers_before_it_leaves_gets_none(app: App, meeting_id: int) -> None:
    remind(app, meeting_id)
    answered(app, meeting_id, "tam", "declined")
    for _ in range(3):
        tick(app)
    assert Owner(app, "tam").waits() == ""
    assert "Nhắc trả lời" in Owner(app, "sau").waits()


def test_never_after_the_closing(app: App, meeting_id: int, clock: FrozenClock) -> None:
    remind(app, meeting_id)
    clock.now = meeting_of(app, meeting_id).closes_at
    for _ in range(3):
        tick(app)
    assert Owner(app, "tam").waits() == ""
    assert [each.state for each in reminders(app)] == ["missed"]
    assert "hết hạn trả lời" in remind(app, meeting_id)
    assert "hết hạn trả lời" in presses(app, "minh", f"silent.heads:{meeting_id}")
    assert len(reminders(app)) == 1


def test_not_of_a_cancelled_meeting(app: App, meeting_id: int) -> None:
    change(app, meeting_id, state="cancelled")
    assert "không còn mời" in remind(app, meeting_id)
    assert reminders(app) == []


def test_one_that_a_leader_returned_reached_nobody_and_counts_for_nothing(app: App, meeting_id: int) -> None:
    invite_crowd(app, meeting_id, app.profile().broadcasts.approve_above)
    chair(app)
    assert "chờ lãnh đạo duyệt" in remind(app, meeting_id)
    assert "một lần" in remind(app, meeting_id)
    with app.database.write() as session:
        session.get_one(Broadcast, reminders(app)[0].id).state = BroadcastState.RETURNED
    assert "chờ lãnh đạo duyệt" in remind(app, meeting_id)
    assert [each.key[-1] for each in reminders(app)] == ["0", "1"]


def test_heads_get_their_list_once_and_mark_what_a_call_achieved(app: App, meeting_id: int) -> None:
    gave_phone(app, "tam", "0912345678")
    join(app, "to1", Role.HEAD, name="Tổ trưởng 1")
    with_group(app, "to1", "tdp1")
    assert "Đã nhắn 1 tổ trưởng" in presses(app, "minh", f"silent.heads:{meeting_id}")
    head = Owner(app, "to1")
    assert "Tổ dân phố số 1 có 2 người được mời chưa trả lời" in head.waits()
    presses(app, "minh", f"silent.heads:{meeting_id}")
    assert head.waits() == ""
    listed = head.says("Danh sách cần gọi")
    assert "Cửa hàng tam: 0912345678" in listed
    assert "Cửa hàng sau: chưa có số điện thoại" in listed
    assert "bay" not in listed
    head.says("Cửa hàng tam")
    assert "Cửa hàng tam: 0912345678 – Đã báo" in head.says("Đã báo")
    with app.database.read() as session:
        visit = session.exec(select(Visit)).one()
    assert (visit.broadcast_id, visit.person_id, visit.result) == (
        meeting_of(app, meeting_id).invitation_id,
        person_of(app, "tam"),
        "told",
    )


def with_group(app: App, who: str, group: str) -> None:
    """The head leads that group."""
    from db.staff import serving  # noqa: PLC0415 - here alone

    with app.database.write() as session:
        staff = serving(session, person_of(app, who))
        assert staff
        staff.neighbourhood = group


def test_a_head_sees_no_other_group(app: App, meeting_id: int) -> None:
    join(app, "to1", Role.HEAD, name="Tổ trưởng 1")
    with_group(app, "to1", "tdp1")
    for group in ("tdp12", "-", "tdp99"):
        assert "Cửa hàng" not in presses(app, "to1", f"silent.list:{meeting_id}:1:{group}")
    assert "Cửa hàng" not in presses(app, "to1", f"silent.who:{meeting_id}:{person_of(app, 'bay')}")
    presses(app, "to1", f"silent.mark:{meeting_id}:{person_of(app, 'bay')}:1")
    presses(app, "to1", f"silent.mark:{meeting_id}:{person_of(app, 'lan')}:1")
    presses(app, "to1", f"silent.mark:{meeting_id}:{person_of(app, 'tam')}:9")
    with app.database.read() as session:
        assert session.exec(select(Visit)).all() == []
    assert "Cửa hàng tam" in presses(app, "to1", f"silent.list:{meeting_id}:1:tdp1")
    assert "Cửa hàng" not in presses(app, "tam", f"silent.list:{meeting_id}:1:tdp1")


def test_the_organiser_calls_a_group_without_a_head(app: App, meeting_id: int) -> None:
    assert "Chưa có tổ trưởng nào" in presses(app, "minh", f"silent.heads:{meeting_id}")
    presses(app, "minh", f"lists.groups:{meeting_id}")
    said = Owner(app, "minh").says("Danh sách cần gọi: Tổ dân phố số 12 (1)")
    assert re.search(r"1\. Cửa hàng bay: chưa có số", said)


def test_nobody_is_called_once_the_time_is_over(app: App, meeting_id: int, clock: FrozenClock) -> None:
    clock.now = meeting_of(app, meeting_id).starts_at + timedelta(hours=1)
    assert "Cửa hàng" not in presses(app, "minh", f"silent.list:{meeting_id}:1:tdp1")
