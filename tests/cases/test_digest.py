"""What each of the staff reads at the opening of a working day: what is theirs, nothing else, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases import service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.clock import local_date
from bot.feature import Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.cases import Case
from db.staff import Role, Staff
from tests.cases.days import NOISE, Days
from tests.crew import join

APPROVED = Report(subject="via-he", text="Biển hiệu cửa hàng bị nhắc nhở, xin hướng dẫn kích thước được phép")


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


@pytest.fixture(autouse=True)
def late_in_the_morning(days: Days) -> None:
    """When the digests of the day are over."""
    days.at("2026-12-01 11:00")


def digests(days: Days, who: str) -> list[str]:
    return [text.split("\n", 1)[1] for text in days.heard(who, "digest:")]


def away(days: Days, staff: Staff, substitute: Staff) -> None:
    with days.app.database.write() as session:
        row = session.get_one(Staff, staff.id)
        row.absent_from = local_date(days.clock.now)
        row.absent_until = row.absent_from + timedelta(days=3)
        row.substitute_id = substitute.id


def test_nothing_to_tell_nothing_sent(days: Days) -> None:
    join(days.app, "quan", Role.ADMIN)
    days.at("2026-12-02 07:00")
    days.until("2026-12-04 18:00")
    assert [digests(days, who) for who in ("minh", "hai", "quan")] == [[], [], []]


def test_an_officer_reads_what_is_new_due_and_late(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.until("2026-12-02 08:00")
    assert digests(days, "minh") == ["• Phiếu mới: 1 [Mở phiếu VH-2026-0001]"]
    days.until("2026-12-10 08:00")
    assert digests(days, "minh")[1:] == ["• Đến hạn hôm nay hoặc sắp đến hạn: 1 [Mở phiếu VH-2026-0001]"]
    days.until("2026-12-15 08:00")
    assert digests(days, "minh")[-1] == "• Quá hạn trả lời: 1 [Mở phiếu VH-2026-0001]"
    assert len(digests(days, "minh")) == 5


def test_it_comes_at_the_opening_and_not_later(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.at("2026-12-02 07:29")
    tick(days.app)
    assert digests(days, "minh") == []
    days.at("2026-12-02 10:30")
    tick(days.app)
    assert digests(days, "minh") == []
    days.at("2026-12-02 10:29")
    tick(days.app)
    tick(days.app)
    assert len(digests(days, "minh")) == 1


def test_monday_tells_of_the_weekend_and_days_off_are_quiet(days: Days, minh: Staff) -> None:
    days.at("2026-11-20 16:00")
    days.took(minh, days.raised())
    days.at("2026-11-21 12:00")
    days.raised("hoa")
    days.until("2026-11-23 07:00")
    assert digests(days, "minh") == []
    days.until("2026-11-23 09:00")
    assert digests(days, "minh")[0].startswith("• Phiếu mới: 2")
    days.until("2026-11-25 07:00")
    assert len(digests(days, "minh")) == 1


def test_a_colleague_s_case_and_another_unit_s_are_not_told(days: Days, minh: Staff) -> None:
    join(days.app, "vy", Role.OFFICER, unit="kthtdt")
    join(days.app, "an", Role.OFFICER, unit="cap")
    days.took(minh, days.raised())
    days.until("2026-12-02 08:00")
    assert (len(digests(days, "minh")), digests(days, "vy"), digests(days, "an")) == (1, [], [])


def test_a_leader_reads_of_all_and_of_what_waits(days: Days, minh: Staff) -> None:
    days.raised(report=replace(NOISE, subject="can-bo"))
    case_id = days.raised("hoa", APPROVED)
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.until("2026-12-02 08:00")
    lines = (
        "• Câu trả lời chờ duyệt: 1",
        "• Về thái độ, hành vi cán bộ: 1",
        "• Phiếu mới: 2",
        "• Tổng số phiếu đang mở: 2 [Mở phiếu VH-2026-0002] [Mở phiếu VH-2026-0001]",
    )
    assert digests(days, "hai") == ["\n".join(lines)]


def test_clerk_and_admin_read_what_lies_about_and_nothing_protected(days: Days, minh: Staff) -> None:
    join(days.app, "tu", Role.CLERK, unit="vp")
    join(days.app, "quan", Role.ADMIN)
    days.raised(report=replace(NOISE, subject="can-bo"))
    days.raised("hoa")
    case_id = days.raised("mai")
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.blocks("mai")
    days.until("2026-12-02 08:00")
    told = "• Chưa có người nhận: 1\n• Chưa báo được cho người gửi: 1 [Mở phiếu VH-2026-0003] [Mở phiếu VH-2026-0002]"
    assert digests(days, "tu") == digests(days, "quan") == [told]


def test_a_head_reads_what_became_of_the_cases_logged_for_others(days: Days, minh: Staff) -> None:
    head = join(days.app, "to", Role.HEAD)
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile(), "stall")
        case_id = service.log(work, Actor(head.person_id, head), NOISE, reporter_id=None).id
    days.until("2026-12-02 08:00")
    assert digests(days, "to") == []
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.until("2026-12-04 08:00")
    assert digests(days, "to") == ["• Phiếu ông/bà ghi hộ vừa được trả lời: 1 [Mở phiếu VH-2026-0001]"]


def test_the_substitute_reads_for_the_absent(days: Days, minh: Staff) -> None:
    vy = join(days.app, "vy", Role.OFFICER, unit="kthtdt")
    days.took(minh, days.raised())
    days.at("2026-12-02 07:00")
    away(days, minh, vy)
    days.until("2026-12-02 08:00")
    assert digests(days, "minh") == []
    told = "• Phiếu mới: 1\nGồm cả việc của Cán bộ Minh, ông/bà đang làm thay. [Mở phiếu VH-2026-0001]"
    assert digests(days, "vy") == [told]


def test_whoever_stands_in_for_a_leader_reads_of_nothing_protected(days: Days, minh: Staff) -> None:
    days.raised(report=replace(NOISE, subject="can-bo"))
    days.at("2026-12-02 07:00")
    away(days, join(days.app, "hai", Role.LEADER), minh)
    days.until("2026-12-02 12:00")
    assert days.heard("minh") == []
    assert "chỉ lãnh đạo xem được" in days.heard("hai")[0]


def test_no_more_buttons_than_a_message_should_have(days: Days, minh: Staff) -> None:
    for number in range(9):
        days.took(minh, days.raised(f"owner{number}"))
    days.until("2026-12-02 08:00")
    assert digests(days, "minh")[0].count("[Mở phiếu") == 6
    assert digests(days, "minh")[0].startswith("• Phiếu mới: 9")


def test_a_merged_case_is_told_with_the_one_that_answers_it(days: Days, minh: Staff) -> None:
    first, second = days.raised(), days.raised("hoa")
    for case_id in (first, second):
        days.took(minh, case_id)
    with days.app.database.write() as session:
        session.get_one(Case, second).merged_into = first
    days.until("2026-12-02 08:00")
    assert digests(days, "minh")[0].startswith("• Phiếu mới: 1 ")
