"""What the clock owes about deadlines: each reminder once, in office hours, of where a case stands now."""

from dataclasses import replace

import pytest
from sqlmodel import select

from bot.cases import service
from bot.cases.rules import Actor
from bot.feature import Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.cases import Status
from db.clockwork import Reminder
from db.staff import Role, Staff
from tests.cases.days import NOISE, Days, taken
from tests.crew import join


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


def ladder(days: Days) -> list[tuple[str, str]]:
    return [one for one in days.rungs() if one[1] != "acknowledge"]


@pytest.mark.parametrize(
    ("raised", "until", "rungs"),
    [
        pytest.param(
            "2026-11-16 09:00",
            "2026-12-03 18:00",
            [
                ("27/11 08:00", "warn:2026-12-01"),
                ("01/12 08:00", "due:2026-12-01"),
                ("02/12 08:00", "late:2026-12-02"),
                ("02/12 08:00", "leader:2026-12-01"),
                ("03/12 08:00", "late:2026-12-03"),
            ],
            id="24/11 is no working day, nor is the weekend",
        ),
        pytest.param(
            "2026-11-20 09:00",
            "2026-12-07 18:00",
            [
                ("03/12 08:00", "warn:2026-12-05"),
                ("05/12 08:00", "due:2026-12-05"),
                ("07/12 08:00", "late:2026-12-07"),
                ("07/12 08:00", "leader:2026-12-05"),
            ],
            id="due on a Saturday that is worked instead",
        ),
        pytest.param(
            "2026-11-27 17:30",
            "2026-12-12 18:00",
            [("09/12 08:00", "warn:2026-12-11"), ("11/12 08:00", "due:2026-12-11")],
            id="after hours counts from Monday; nothing on a Saturday that is off",
        ),
    ],
)
def test_the_ladder(days: Days, minh: Staff, raised: str, until: str, rungs: list[tuple[str, str]]) -> None:
    days.at(raised)
    days.took(minh, days.raised())
    days.at(f"{raised[:10]} 20:00")
    days.until(until)
    assert ladder(days) == rungs
    assert len(days.heard("minh", "reminder:")) == sum(not rung.startswith("leader") for _, rung in rungs)
    assert len(days.heard("hai", "reminder:")) == sum(rung.startswith("leader") for _, rung in rungs)


def test_nobody_looked_at_it(days: Days) -> None:
    days.raised()
    days.until("2026-12-02 09:00")
    assert days.rungs() == []
    days.until("2026-12-04 18:00")
    assert days.rungs() == [("02/12 10:00", "acknowledge")]
    assert "chưa có cán bộ nào nhận" in days.heard("minh", "reminder:")[0]
    assert "[Mở phiếu VH-2026-0001]" in days.heard("hai", "reminder:")[0]


def test_who_looked_is_not_reminded_to_look(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.until("2026-12-04 18:00")
    assert days.rungs() == []


def test_a_protected_case_is_told_to_leaders_alone(days: Days) -> None:
    join(days.app, "vy", Role.OFFICER, unit="vp")
    days.raised(report=replace(NOISE, subject="can-bo"))
    days.until("2026-12-17 18:00")
    assert days.heard("minh") == days.heard("vy") == []
    told = days.heard("hai", "reminder:")
    assert [("quá hạn" in text, "Báo cáo" in text) for text in told] == [(False, False)] * 3 + [(True, False)] * 3


def test_a_bot_that_was_away_says_only_where_the_case_stands(days: Days, minh: Staff) -> None:
    days.took(minh, days.raised())
    days.at("2026-12-22 10:00")
    tick(days.app)
    assert [rung for _, rung in days.rungs()] == ["late:2026-12-22", "leader:2026-12-14"]
    days.at("2026-12-22 18:00")
    tick(days.app)
    assert len(days.rungs()) == 2


def test_an_extension_is_a_new_ladder(days: Days, minh: Staff) -> None:
    case_id = days.raised()
    days.took(minh, case_id)
    days.until("2026-12-10 20:00")
    assert [rung for _, rung in days.rungs()] == ["warn:2026-12-14"]
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.extend(work, Actor(minh.person_id, minh), case_id, 3, "Chờ kết quả đo tiếng ồn")
    days.until("2026-12-18 07:00")
    assert [rung for _, rung in days.rungs()][1:] == ["warn:2026-12-17", "due:2026-12-17"]


def test_who_waits_or_is_answered_or_merged_is_not_on_the_ladder(days: Days, minh: Staff) -> None:
    waiting, answered, merged, main = (days.raised(who) for who in ("lan", "hoa", "mai", "cuc"))
    for case_id in (waiting, answered, merged, main):
        days.took(minh, case_id)
    days.asked(minh, waiting)
    days.answered(minh, answered)
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        assert service.merge(work, Actor(minh.person_id, minh), merged, main)
    days.at("2026-12-14 09:00")
    tick(days.app)
    with days.app.database.read() as session:
        assert [row.case_id for row in session.exec(select(Reminder))] == [main]


def test_who_leaves_hands_back_what_is_open(days: Days, minh: Staff) -> None:
    case_id = taken(days, minh, "lan")
    with days.app.database.write() as session:
        work = Work(days.app, session, days.clock.now, days.app.profile())
        for feature in days.app.features:
            if feature.staff_left:
                feature.staff_left(work, minh)
    assert (days.case(case_id).assignee_id, days.case(case_id).status) == (None, Status.RECEIVED)
