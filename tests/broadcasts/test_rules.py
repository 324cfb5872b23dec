"""What may be done with an announcement, by whom, and on which days one recurs: the tables hold for every case."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.broadcasts.markup import body_of
from bot.broadcasts.moments import day_of, moment, time_of
from bot.broadcasts.officer.compose_flow import Questions
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import COMPOSE, MAY, MOVES, Act, Every, buttons, may, needs_approval, sees
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import Text
from bot.feature import App
from bot.ward.news import Broadcasts
from db.broadcasts import Broadcast, BroadcastState
from db.staff import Role, Staff

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)
EVERY = st.one_of(
    st.builds(Every, st.just("month"), st.integers(1, 31)),
    st.builds(Every, st.just("quarter"), st.integers(1, 31), st.integers(1, 3)),
    st.builds(Every, st.just("week"), st.integers(0, 6)),
)
DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))
STATES, ACTS = st.sampled_from(list(BroadcastState)), st.sampled_from(list(Act))
ROLES = st.sampled_from(list(Role))


def staff(role: Role, unit: str = "kthtdt", number: int = 1) -> Staff:
    return Staff(id=number, person_id=number, role=role, unit=unit, name="x", since=NOW)


def broadcast(state: BroadcastState, author: int = 1, recurrence: int | None = None) -> Broadcast:
    values: dict[str, Any] = {"state": state, "author_id": author, "unit": "kthtdt", "recurrence_id": recurrence}
    return Broadcast(**values)


@given(EVERY, DAYS)
def test_a_recurrence_comes_as_often_as_it_says(every: Every, day: date) -> None:
    until = day + timedelta(days=800)
    days = list(every.days_after(day, until))
    longest = {"month": 31, "quarter": 92, "week": 7}[every.kind]
    assert days == sorted(set(days))
    assert all(day < each <= until and every.is_on(each) for each in days)
    assert all(0 < (later - earlier).days <= longest + 31 * (every.kind != "week") for earlier, later in pairwise(days))
    months = {(each.year, each.month) for each in days}
    assert every.kind == "week" or len(months) == len(days)


@given(st.integers(29, 31), DAYS)
def test_a_day_that_a_month_does_not_have_is_its_last_one(day: int, start: date) -> None:
    for found in Every("month", day).days_after(start, start + timedelta(days=400)):
        assert found.day == min(day, monthrange(found.year, found.month)[1])


@given(EVERY)
def test_a_recurrence_survives_being_kept(every: Every) -> None:
    assert Every.from_json(every.to_json()) == every


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": "month", "day": 0, "month": 0},
        {"kind": "month", "day": 1, "month": 1},
        {"kind": "quarter", "day": 1, "month": 4},
        {"kind": "week", "day": 7, "month": 0},
        {"kind": "year", "day": 1, "month": 0},
    ],
)
def test_what_is_no_recurrence_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no recurrence"):
        Every.from_json(kept)


def test_a_day_off_moves_it_to_the_next_working_day(app: App) -> None:
    questions = Questions(app.profile, FrozenClock(NOW))
    repeat = Repeat(Every("month", 26), time(8), date(2027, 12, 31), working_days_only=True)
    assert questions.sent_at(repeat, date(2026, 12, 26)) == datetime(2026, 12, 28, 8, tzinfo=VIETNAM)
    assert questions.sent_at(repeat, date(2027, 1, 26)) == datetime(2027, 1, 26, 8, tzinfo=VIETNAM)


@given(STATES, ACTS, ROLES, st.booleans(), st.booleans())
def test_nobody_does_what_the_tables_do_not_say(
    state: BroadcastState, act: Act, role: Role, author: bool, unit: bool
) -> None:
    one, notice = staff(role, "kthtdt" if unit else "vp"), broadcast(state, 1 if author else 2)
    allowed = may(one, notice, act)
    assert not allowed or ((state, act) in MOVES and act in MAY and sees(one, notice))
    assert not (allowed and act in {Act.APPROVE, Act.RETURN} and (author or role != Role.LEADER))
    assert not (allowed and role in {Role.ADMIN, Role.HEAD} and not author)
    gone = staff(role)
    gone.until = NOW
    assert not may(gone, notice, act)
    assert not sees(gone, notice)


@given(ROLES, st.sampled_from([BroadcastState.SENT, BroadcastState.CANCELLED, BroadcastState.MISSED]))
def test_what_has_ended_cannot_be_stopped(role: Role, state: BroadcastState) -> None:
    assert not {Act.PAUSE, Act.GO_ON, Act.CANCEL, Act.APPROVE} & set(buttons(staff(role), broadcast(state)))


@given(st.lists(ACTS, max_size=8))
def test_nothing_needs_an_act_after_it_was_cancelled(acts: list[Act]) -> None:
    state = BroadcastState.CANCELLED
    for act in acts:
        state = MOVES.get((state, act), state)
    assert state == BroadcastState.CANCELLED


def test_only_what_recurs_can_end_its_recurrence() -> None:
    assert not may(staff(Role.OFFICER), broadcast(BroadcastState.SENT), Act.END)
    assert may(staff(Role.OFFICER), broadcast(BroadcastState.SENT, recurrence=3), Act.END)


def test_who_composes_and_what_is_approved() -> None:
    rules = Broadcasts(approve_above=20)
    assert {Role.OFFICER, Role.CLERK, Role.LEADER} == COMPOSE
    assert [needs_approval(count, False, rules) for count in (0, 20, 21)] == [False, False, True]
    assert needs_approval(1, True, rules)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("25/12 8h", "2026-12-25 08:00"),
        ("8h30 ngày 25/12/2026", "2026-12-25 08:30"),
        ("mai 8 giờ", "2026-12-02 08:00"),
        ("hôm qua 8h", "2026-11-30 08:00"),
        ("3 giờ chiều mai", "2026-12-02 15:00"),
        ("thứ hai 8h", "2026-12-07 08:00"),
        ("thứ 3 8h", "2026-12-08 08:00"),
        ("thứ ba 10h", "2026-12-01 10:00"),
        ("8 giờ rưỡi thứ 5", "2026-12-03 08:30"),
        ("chủ nhật 7:15", "2026-12-06 07:15"),
        ("CN 7h", "2026-12-06 07:00"),
        ("1/1 8h", "2027-01-01 08:00"),
        ("20h", "2026-12-01 20:00"),
        ("8h sang mai", "2026-12-02 08:00"),
        ("25/12 lúc 8h", "2026-12-25 08:00"),
        ("25/12/27 8h", "2027-12-25 08:00"),
        ("2026-12-25 08:00", "2026-12-25 08:00"),
        ("8 giờ ngày 5 tháng 12", "2026-12-05 08:00"),
        ("25 tháng 12 năm 2026, 8h30", "2026-12-25 08:30"),
        ("thứ sáu tuần sau 8h", "2026-12-11 08:00"),
        ("thứ sáu tuần tới 8h", "2026-12-11 08:00"),
        ("8h gửi cho tôi nhé", None),
        ("9h tối nay", "2026-12-01 21:00"),
        ("9h đêm nay", "2026-12-01 21:00"),
        ("1 giờ trưa mai", "2026-12-02 13:00"),
        ("12h đêm nay", None),
        ("20h sáng", None),
        ("8h ngày 25", None),
        ("tuần sau 8h", None),
        ("tháng sau 8h", None),
        ("mồng 5 tết 8h", None),
        ("8 giờ kém 15 mai", None),
        ("8h một ngày đẹp", None),
        ("31/2 8h", None),
        ("25/12", None),
        ("25h", None),
        ("sớm nhất có thể", None),
    ],
)
def test_moments_as_they_are_typed(typed: str, meant: str | None) -> None:
    found = moment(typed, NOW)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == meant


@given(st.text(max_size=40), st.datetimes(datetime(2024, 1, 1), datetime(2033, 1, 1)))  # noqa: DTZ001 - aware below
def test_no_text_is_too_strange_for_a_moment(typed: str, now: datetime) -> None:
    moment(typed, now.replace(tzinfo=UTC))
    time_of(typed)
    day_of(typed, now.date())


@given(st.datetimes(datetime(2026, 12, 2), datetime(2027, 11, 30)))  # noqa: DTZ001 - local time, as people write it
def test_a_moment_that_is_written_out_is_that_moment(at: datetime) -> None:
    found = moment(f"{at:%d/%m/%Y %H:%M}", NOW)
    assert found == at.replace(second=0, microsecond=0, tzinfo=VIETNAM)


def test_stars_make_bold_and_nothing_else_becomes_markup() -> None:
    assert body_of(Text("Hạn *31/12* <b>không</b> & 2*3*4")) == (
        "Hạn <b>31/12</b> &lt;b&gt;không&lt;/b&gt; &amp; 2*3*4"
    )
    assert body_of(Text("Hạn 31/12", "Hạn <b>31/12</b>")) == "Hạn <b>31/12</b>"
