"""Announcements that recur: planned once a day however many tick, ended, stopped, alone cancelled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from bot.broadcasts import recurring, service
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import last_event
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import Act, Every
from bot.broadcasts.service import Draft
from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App, Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.broadcasts import Broadcast, BroadcastState, Recurrence
from db.staff import Role, Staff
from tests.broadcasts.crowd import people
from tests.crew import join
from tests.terminal import Owner

DAY = timedelta(days=1)
WEEKLY = Repeat(Every("week", 0), time(8), date(2026, 12, 31))


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def begun(app: App, author: Staff, repeat: Repeat = WEEKLY) -> Broadcast:
    first = datetime(2026, 12, 7, 8, tzinfo=VIETNAM)
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile(), "first")
        draft = Draft("Nhắc", "Nhớ nộp.", Audience(), send_at=first, repeat=repeat, on_day=first.date())
        found = service.submit(work, author, draft)
        assert found
        return found


def planned(app: App) -> list[tuple[str, str]]:
    with app.database.read() as session:
        rows = session.exec(select(Broadcast).order_by(col(Broadcast.on_day)))
        return [(f"{row.on_day:%d/%m}", str(row.state)) for row in rows if row.on_day]


def pass_days(app: App, clock: FrozenClock, days: int) -> None:
    for _ in range(days):
        clock.advance(DAY)
        tick(app)


def test_each_day_is_planned_once_and_the_end_is_told(
    app: App, clock: FrozenClock, owner: Callable[[str], Owner]
) -> None:
    minh = join(app, "minh", Role.OFFICER, unit="kthtdt")
    begun(app, minh)
    pass_days(app, clock, 5)
    recurring.plan(app)
    assert [day for day, _ in planned(app)] == ["07/12"]
    pass_days(app, clock, 40)
    assert [day for day, _ in planned(app)] == ["07/12", "14/12", "21/12", "28/12"]
    with app.database.read() as session:
        assert session.exec(select(Recurrence)).one().ended_at is not None
    assert owner("minh").waits().count("đã hết thời hạn") == 1


def test_nothing_follows_what_nobody_approved(app: App, clock: FrozenClock) -> None:
    people(app, 30)
    minh, son = join(app, "minh", Role.OFFICER, unit="kthtdt"), join(app, "son", Role.LEADER)
    notice = begun(app, minh)
    pass_days(app, clock, 14)
    assert planned(app) == [("07/12", "proposed")]
    with app.database.write() as session:
        waits = last_event(session, notice.id, Act.SUBMIT)
        assert waits
        assert service.approve(Work(app, session, clock.now, app.profile()), son, notice.id, waits.id)
    pass_days(app, clock, 1)
    found = dict(planned(app))
    assert found["07/12"] == "sending"
    assert found["14/12"] == "sending"
    with app.database.read() as session:
        approved = session.exec(select(Broadcast.approved_by)).all()
    assert set(approved) == {son.id}


def test_after_weeks_of_silence_only_the_last_missed_day_comes(app: App, clock: FrozenClock) -> None:
    begun(app, join(app, "minh", Role.OFFICER, unit="kthtdt"))
    clock.advance(timedelta(days=22))
    tick(app)
    assert [day for day, _ in planned(app)] == ["07/12", "21/12"]


def test_the_author_hears_once_which_days_were_passed_over(
    app: App, clock: FrozenClock, owner: Callable[[str], Owner]
) -> None:
    begun(app, join(app, "minh", Role.OFFICER, unit="kthtdt"), replace(WEEKLY, until=date(2027, 6, 1)))
    clock.advance(timedelta(days=8))
    tick(app)
    assert "bỏ qua" not in owner("minh").waits()
    clock.advance(timedelta(days=28))
    tick(app)
    tick(app)
    said = owner("minh").waits()
    assert said.count("bỏ qua không gửi bù") == 1
    assert "có 3 kỳ" in said
    assert "(14/12/2026, 21/12/2026, 28/12/2026)" in said
    assert "kỳ gần nhất: 04/01/2027" in said
    clock.advance(timedelta(days=7 * 15))
    tick(app)
    assert "có 14 kỳ đã qua ngày hẹn mà chưa gửi, bot bỏ qua không gửi bù (11/01/2027, …, 12/04/2027)" in (
        owner("minh").waits()
    )


def test_one_day_is_cancelled_alone_and_the_whole_is_stopped(app: App, clock: FrozenClock) -> None:
    minh = join(app, "minh", Role.OFFICER, unit="kthtdt")
    begun(app, minh)
    pass_days(app, clock, 11)
    with app.database.write() as session:
        second = session.exec(select(Broadcast).where(Broadcast.on_day == date(2026, 12, 14))).one()
        assert service.cancel(Work(app, session, clock.now, app.profile()), minh, second.id)
    pass_days(app, clock, 7)
    assert dict(planned(app))["14/12"] == "cancelled"
    assert dict(planned(app))["21/12"] == "scheduled"
    with app.database.write() as session:
        assert service.end_recurrence(Work(app, session, clock.now, app.profile()), minh, second.id)
        assert service.end_recurrence(Work(app, session, clock.now, app.profile()), minh, second.id) is None
    pass_days(app, clock, 14)
    assert "28/12" not in dict(planned(app))


def test_what_grew_beyond_what_few_may_get_waits_for_a_leader(app: App, clock: FrozenClock) -> None:
    begun(app, join(app, "minh", Role.OFFICER, unit="kthtdt"))
    pass_days(app, clock, 6)
    people(app, 30)
    pass_days(app, clock, 5)
    first, second = planned(app)
    assert (first[0], second) == ("07/12", ("14/12", str(BroadcastState.PROPOSED)))


def test_what_is_cancelled_before_its_approval_never_recurs(app: App, clock: FrozenClock) -> None:
    people(app, 30)
    minh = join(app, "minh", Role.OFFICER, unit="kthtdt")
    notice = begun(app, minh)
    with app.database.write() as session:
        assert service.cancel(Work(app, session, clock.now, app.profile()), minh, notice.id)
    pass_days(app, clock, 20)
    assert planned(app) == [("07/12", "cancelled")]
