"""At the door: once, with whom, by whatever is known; every refusal says why, and strangers learn nothing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.core.clock import FrozenClock
from bot.feature import App, Work
from bot.meetings import arriving, seats
from bot.people.staff import leave
from bot.settings import Settings
from db.cases import Case
from db.drafts import in_hand
from db.meetings import Guest, MeetingEvent, MeetingState
from db.staff import Role, Staff
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import (
    answered,
    called,
    chair,
    change,
    code,
    guests_of,
    invite,
    meeting_of,
    organiser,
    person_of,
    work,
)
from tests.meetings.test_seats_simultaneous import insisting, together
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


@pytest.fixture
def today(app: App, meeting_id: int, clock: FrozenClock) -> int:
    """Half an hour before it begins: lan comes with three, nam does not."""
    answered(app, meeting_id, "lan", party=3, wished=3)
    answered(app, meeting_id, "nam", "declined")
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(minutes=30)
    return meeting_id


def scans_code(app: App, who: str, meeting_id: int, number: int = 1) -> str:
    """Somebody opens the link in the QR code of the guest of that number."""
    return Owner(app, who).says(f"/start mt{meeting_id}_{code(number)}")


def guest(app: App, number: int = 1) -> Guest:
    with app.database.read() as session:
        return session.exec(select(Guest).where(Guest.code == code(number))).one()


def typing(app: App, meeting_id: int) -> Owner:
    presses(app, "minh", f"door.codes:{meeting_id}")
    return Owner(app, "minh")


def test_a_scan_checks_in_once_and_a_second_one_says_when(app: App, today: int, clock: FrozenClock) -> None:
    said = scans_code(app, "minh", today)
    assert "lan: 3 người" in said
    assert "Đã đến 1 phiếu, 3 người / 3 người đăng ký" in said
    at = guest(app).came_at
    assert (guest(app).came_party, guest(app).checked_by) == (3, organiser(app).id)
    clock.advance(timedelta(minutes=10))
    assert "đã điểm danh lúc 07:30, 3 người" in scans_code(app, "minh", today)
    assert guest(app).came_at == at


def test_the_owner_sees_the_ticket_and_a_stranger_nothing(app: App, today: int) -> None:
    assert code(1) in scans_code(app, "lan", today)
    stranger = scans_code(app, "nam", today)
    assert stranger == Owner(app, "hoa").says(f"/start mt{today}_CFGHXX")
    assert stranger == Owner(app, "hoa").says("/start mt99_CFGHXX")
    assert "lan" not in stranger
    assert guest(app).came_at is None


@pytest.mark.parametrize(("role", "unit"), [(Role.ADMIN, ""), (Role.HEAD, ""), (Role.OFFICER, "vhxh")])
def test_staff_of_others_are_strangers(app: App, today: int, role: Role, unit: str) -> None:
    join(app, "hoa", role, unit=unit)
    assert "mã vào cửa của một người được mời" in scans_code(app, "hoa", today)
    assert "Đã đến" not in presses(app, "hoa", f"meeting.door:{today}")
    assert "lan" not in presses(app, "hoa", f"door.admit:{guest(app).id}")
    assert guest(app).came_at is None


def test_an_officer_whose_role_has_ended_checks_nobody_in(app: App, today: int) -> None:
    minh = typing(app, today)
    with app.database.write() as session:
        leave(work(app, session), organiser(app).id)
    assert "không còn phụ trách" in minh.says(code(1))
    assert "mã vào cửa của một người được mời" in scans_code(app, "minh", today)
    presses(app, "minh", f"door.admit:{guest(app).id}")
    assert guest(app).came_at is None


def test_codes_one_after_the_other_with_look_alikes(app: App, today: int) -> None:
    answered(app, today, "hoa")
    minh = typing(app, today)
    assert "lan: 3 người" in minh.says(f" {code(1)[:3].lower()}-{code(1)[3:].lower()} ")
    said = minh.says(code(3).replace("5", "S").replace("2", "Z"))
    assert "hoa: 1 người" in said
    assert "gõ mã tiếp theo" in said
    assert "Không có khách nào mang mã này" in minh.says("CFGHXX")
    assert "gồm 6 ký tự" in minh.says("xin chào")
    assert "Đã đến 2 phiếu, 4 người" in minh.says("Xong")
    with app.database.read() as session:
        assert in_hand(session, organiser(app).person_id) is None


def test_the_code_of_another_meeting(app: App, today: int) -> None:
    other = called(app, days=3, title="Đối thoại về thuế")
    answered(app, other, "tam", code="KKKKKK")
    minh = typing(app, today)
    assert "của buổi khác: Đối thoại về thuế" in minh.says("KKKKKK")
    assert "của buổi khác: Đối thoại về thuế" in minh.says(f"/start mt{other}_KKKKKK")
    minh.says("Xong")
    assert "không họp hôm nay" in minh.says(f"/start mt{other}_KKKKKK")
    assert (
        "không họp hôm nay" in Owner(app, "minh").says(f"/start mt{other}_KKKKKK")
        or not guests_of(app, other)[0].came_at
    )
    assert guests_of(app, other)[0].came_at is None


def test_another_day_and_a_cancelled_one(app: App, today: int, clock: FrozenClock) -> None:
    clock.advance(timedelta(days=-1))
    assert "không họp hôm nay" in scans_code(app, "minh", today)
    assert "không có buổi đối thoại nào" in Owner(app, "minh").says("/diemdanh")
    clock.advance(timedelta(days=1))
    change(app, today, state=MeetingState.CANCELLED)
    assert "đã hủy" in scans_code(app, "minh", today)
    assert "đã hủy" in presses(app, "minh", f"door.admit:{guest(app).id}")
    change(app, today, state=MeetingState.PLANNED)
    assert "chưa mời ai" in scans_code(app, "minh", today)
    assert guest(app).came_at is None


def test_a_declined_guest_who_comes_is_let_in_by_an_officer(app: App, today: int) -> None:
    said = scans_code(app, "minh", today, 2)
    assert "nam đã báo không dự" in said
    assert guest(app, 2).came_at is None
    assert "nam: 1 người" in Owner(app, "minh").says("Vẫn cho vào")
    assert (guest(app, 2).answer, guest(app, 2).came_party) == ("declined", 1)
    assert meeting_of(app, today).taken == 3


def test_a_waiting_guest_who_comes(app: App, today: int) -> None:
    answered(app, today, "hoa", "waiting", turn=1, wished=2)
    assert "danh sách chờ, thứ 1, 2 người" in scans_code(app, "minh", today, 3)
    assert "hoa: 2 người" in Owner(app, "minh").says("Vẫn cho vào")
    assert (guest(app, 3).answer, guest(app, 3).turn, guest(app, 3).came_party) == ("waiting", 1, 2)


def test_who_was_offered_a_place_and_comes_has_taken_it(app: App, today: int) -> None:
    answered(app, today, "hoa", "offered", turn=1, party=2, wished=2, offered_until=app.clock() + timedelta(minutes=20))
    assert "hoa: 2 người" in scans_code(app, "minh", today, 3)
    assert (guest(app, 3).answer, meeting_of(app, today).taken) == ("coming", 5)


def test_another_number_of_people_and_a_mistake_taken_back(app: App, today: int) -> None:
    scans_code(app, "minh", today)
    number = guest(app).id
    assert "lan: 2 người đến" in presses(app, "minh", f"door.number:{number}:2")
    assert guest(app).came_party == 2
    presses(app, "minh", f"door.number:{number}:11")
    assert guest(app).came_party == 2
    assert "Đã bỏ điểm danh của lan" in presses(app, "minh", f"door.undo:{number}")
    assert (guest(app).came_at, guest(app).came_party, guest(app).checked_by) == (None, None, None)
    presses(app, "minh", f"door.undo:{number}")
    with app.database.read() as session:
        undone = session.exec(select(MeetingEvent).where(MeetingEvent.act == arriving.UNDONE)).one()
    assert (undone.staff_id, undone.note) == (organiser(app).id, str(number))
    assert "lan: 3 người" in scans_code(app, "minh", today)


def test_a_walk_in_by_name_and_taken_back(app: App, today: int) -> None:
    presses(app, "minh", f"door.walk_in:{today}")
    assert "Bà Tư bún cá: 2 người" in Owner(app, "minh").says("Bà Tư bún cá", "2")
    new = guests_of(app, today)[-1]
    assert (new.person_id, new.name, new.phone, new.answer, new.came_party) == (
        None,
        "Bà Tư bún cá",
        "",
        "walked_in",
        2,
    )
    assert meeting_of(app, today).taken == 3
    presses(app, "minh", f"door.undo:{new.id}")
    assert len(guests_of(app, today)) == 2


def gave_phone(app: App, who: str, number: str, **more: object) -> int:
    """Somebody gave that number with a case."""
    person_id = person_of(app, who)
    with app.database.write() as session:
        values: dict[str, Any] = {
            "key": f"{who}{number}",
            "code": f"VH-2026-{person_id:04}",
            "year": 2026,
            "number": person_id,
            "subject": "vevh",
            "text": "x",
            "phone": number,
            "reporter_id": person_id,
            "source": "bot",
            "unit": "kthtdt",
            "received_at": app.clock(),
            "acknowledge_by": app.clock(),
            "due_on": app.clock().date(),
        }
        session.add(Case(**(values | more)))
    return person_id


def test_a_walk_in_by_phone_is_the_person_who_gave_it(app: App, today: int) -> None:
    hoa = invite(app, today, "hoa")
    gave_phone(app, "hoa", "0912345678")
    minh = typing(app, today)
    assert "được mời nhưng chưa trả lời" in minh.says("0912 345 678")
    assert "hoa: 2 người" in minh.says("2")
    assert guests_of(app, today)[-1].person_id == hoa
    assert "đã điểm danh lúc" in minh.says("0912345678")
    assert len(guests_of(app, today)) == 3


def test_a_guest_without_the_code_is_found_by_phone(app: App, today: int) -> None:
    gave_phone(app, "lan", "0912345678")
    assert "lan: 3 người" in typing(app, today).says("0912345678")
    assert guest(app).came_party == 3


def test_the_number_of_a_protected_case_leads_to_nobody(app: App, today: int) -> None:
    gave_phone(app, "lan", "0912345678", protected=True)
    typing(app, today).says("0912345678", "1")
    new = guests_of(app, today)[-1]
    assert (new.person_id, new.phone) == (None, "0912345678")
    assert guest(app).came_at is None
    assert "đã điểm danh" in Owner(app, "minh").says("0912345678")


def test_buttons_in_the_middle_of_codes_lead_back_to_them(app: App, today: int) -> None:
    minh = typing(app, today)
    minh.says(code(1))
    assert "gõ mã tiếp theo" in minh.says("Bấm nhầm, bỏ điểm danh")
    assert guest(app).came_at is None
    assert "gõ mã tiếp theo" in minh.says(f"/start mt{today}_{code(1)}")
    assert guest(app).came_at is not None
    assert "nam đã báo không dự" in minh.says(code(2))
    assert "gõ mã tiếp theo" in minh.says("Vẫn cho vào")
    assert guest(app, 2).came_at is not None
    assert "Điểm danh" not in minh.says("Xong", "xin chào")[-200:]


def test_a_leader_counts_with_the_door(app: App, today: int) -> None:
    chair(app)
    scans_code(app, "minh", today)
    assert "Đã đến 1 phiếu, 3 người / 3 người đăng ký" in Owner(app, "son").says("/diemdanh")
    assert "Đã đến 1 phiếu" in presses(app, "son", f"door.count:{today}")


@pytest.mark.usefixtures("today")
def test_two_officers_at_two_phones_check_in_once(app: App) -> None:
    son, number = chair(app), guest(app).id
    first: list[bool] = []
    barrier = threading.Barrier(2)

    def checks(staff: Staff) -> None:
        with app.database.write() as session:
            met = arriving.check_in(Work(app, session, app.clock(), app.profile()), staff, number)
        assert met
        first.append(met[1])

    def at_once(staff: Staff) -> None:
        barrier.wait()
        insisting(lambda: checks(staff))()

    together(lambda: at_once(organiser(app)), lambda: at_once(son))
    assert sorted(first) == [False, True]


def test_two_officers_let_the_same_person_in_once(app: App, today: int) -> None:
    hoa, minh = invite(app, today, "hoa"), organiser(app)
    barrier = threading.Barrier(2)

    def lets_in() -> None:
        with app.database.write() as session:
            at_work = Work(app, session, app.clock(), app.profile())
            arriving.let_in(at_work, minh, today, 1, person_id=hoa, phone="0912345678")

    def at_once() -> None:
        barrier.wait()
        insisting(lets_in)()

    together(at_once, at_once)
    assert [each.person_id for each in guests_of(app, today)].count(hoa) == 1


def test_who_is_inside_says_nothing_more_to_the_invitation(app: App, today: int) -> None:
    scans_code(app, "minh", today)
    lan = person_of(app, "lan")
    with app.database.write() as session:
        assert seats.decline(work(app, session), today, lan) is None
    assert meeting_of(app, today).taken == 3
