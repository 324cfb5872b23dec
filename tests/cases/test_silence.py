"""Owners who say nothing are reminded, and in the end their case ends."""

import pytest
from sqlmodel import col, select

from bot.cases import service
from bot.cases.rules import Actor
from bot.feature import Work
from bot.settings import Settings
from db.cases import CaseEvent, Status
from db.staff import Staff
from tests.cases.days import Days


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


def asked(days: Days, minh: Staff) -> int:
    case_id = days.raised()
    days.took(minh, case_id)
    days.asked(minh, case_id)
    days.until("2026-12-01 10:00")
    assert days.case(case_id).silent_since == days.clock.now
    return case_id


def silence(days: Days) -> list[tuple[str, str]]:
    return [one for one in days.rungs() if one[1].startswith(("waiting", "answered"))]


def test_who_was_asked_for_more_is_told_twice_before_it_ends(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.until("2026-12-14 18:00")
    assert silence(days) == [("04/12 08:00", "waiting:3:2026-12-01"), ("09/12 08:00", "waiting:7:2026-12-01")]
    told = days.heard("lan", "reminder:")
    assert "đến hết thứ Hai, 14/12/2026" in told[0]
    assert all("quán nào, mấy giờ" in text and "[Bổ sung]" in text for text in told)
    assert days.case(case_id).status == Status.WAITING
    days.until("2026-12-15 08:00")
    assert days.case(case_id).status == Status.CLOSED
    assert "chưa nhận được bổ sung" in days.heard("lan")[-1]


def test_reminders_that_were_missed_are_made_up_for_before_it_ends(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.at("2026-12-21 07:00")
    days.until("2026-12-23 18:00")
    assert silence(days) == [("21/12 08:00", "waiting:3:2026-12-01"), ("22/12 08:00", "waiting:7:2026-12-01")]
    assert "đến hết thứ Tư, 23/12/2026" in days.heard("lan", "reminder:")[1]
    assert days.case(case_id).status == Status.WAITING
    days.until("2026-12-24 08:00")
    assert days.case(case_id).status == Status.CLOSED


def test_who_adds_something_is_not_reminded_and_a_second_silence_counts_anew(days: Days, minh: Staff) -> None:
    case_id = asked(days, minh)
    days.until("2026-12-04 09:00")
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.supplement(work, Actor(days.case(case_id).reporter_id), case_id, "Quán số 12, từ 19 giờ")
    days.asked(minh, case_id)
    days.until("2026-12-14 18:00")
    rungs = ["waiting:3:2026-12-01", "waiting:3:2026-12-04", "waiting:7:2026-12-04"]
    assert [rung for _, rung in silence(days)] == rungs


def test_who_was_answered_is_reminded_once(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.until("2026-12-07 18:00")
    assert silence(days) == [("04/12 08:00", "answered:3:2026-12-01")]
    assert "[Đã rõ] [Chưa thỏa đáng]" in days.heard("lan", "reminder:")[0]
    assert days.case(case_id).status == Status.ANSWERED
    days.until("2026-12-08 08:00")
    assert days.case(case_id).status == Status.CLOSED
    with days.app.database.read() as session:
        last = session.exec(select(CaseEvent).order_by(col(CaseEvent.id).desc())).first()
    assert last
    assert (last.act, last.person_id) == ("lapse", None)


def test_nobody_is_silent_about_what_did_not_arrive(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.answered(minh, case_id)
    days.blocks("lan")
    days.until("2026-12-23 18:00")
    assert silence(days) == []
    assert days.case(case_id).status == Status.ANSWERED


def test_who_is_not_reached_by_the_bot_is_reminded_by_people(days: Days, minh: Staff) -> None:
    asked(days, minh)
    days.blocks("lan")
    days.until("2026-12-04 18:00")
    assert "không nhắn được cho người gửi" in days.heard("minh", "reminder:1:waiting")[0]
