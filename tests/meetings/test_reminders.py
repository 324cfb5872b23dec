"""Reminders: to those who come, each once for when and where it is, whatever restarts, however many clocks tick."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App
from bot.meetings import seats
from bot.meetings.remind import owed, remind
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import guests
from db.meetings import Meeting, MeetingChange, MeetingState
from db.outbox import Lane, OutboxRow
from tests.broadcasts.crowd import people
from tests.meetings.scene import answered, called, change, code, guests_of, in_days, meeting_of, person_of, work
from tests.meetings.test_seats import come, told
from tests.terminal import Owner

HOUR = timedelta(hours=1)
STARTS = datetime(2026, 12, 11, 8, 0, tzinfo=VIETNAM)


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Everything here on each database."""
    return on_both_databases


def put_off(app: App, meeting_id: int, starts_at: datetime) -> None:
    """What the clock does once the notice of a change may leave."""
    meeting = meeting_of(app, meeting_id)
    with app.database.write() as session:
        row = MeetingChange(
            meeting_id=meeting_id,
            broadcast_id=meeting.invitation_id or 0,
            starts_at=starts_at,
            closes_at=meeting.closes_at,
            place=meeting.place,
            created_at=app.clock(),
            applied_at=app.clock(),
            sequence=meeting.sequence + 1,
        )
        session.add(row)
    change(app, meeting_id, starts_at=starts_at, sequence=meeting.sequence + 1)


def lanes(app: App, what: str) -> set[int]:
    with app.database.read() as session:
        return set(session.exec(select(OutboxRow.lane).where(col(OutboxRow.dedupe).contains(f":{what}:"))))


@pytest.mark.parametrize(
    ("before", "changed", "what"),
    [
        (timedelta(days=3), None, ""),
        (timedelta(days=1), None, "day"),
        (4 * HOUR, None, "day"),
        (3 * HOUR, None, ""),
        (HOUR, None, "hour"),
        (timedelta(minutes=1), None, "hour"),
        (timedelta(), None, ""),
        (timedelta(days=3), 23 * HOUR, ""),
        (timedelta(days=3), 24 * HOUR, "asked"),
        (timedelta(days=1), 2 * HOUR, ""),
        (timedelta(days=1), 3 * HOUR, "day"),
        (HOUR, 2 * HOUR, "hour"),
    ],
)
def test_what_is_owed_when(before: timedelta, changed: timedelta | None, what: str) -> None:
    now = STARTS - before
    values: dict[str, Any] = {"state": MeetingState.CALLED, "starts_at": STARTS}
    meeting = Meeting(**values)
    assert owed(meeting, now - changed if changed else None, now) == what
    meeting.state = MeetingState.CANCELLED
    assert owed(meeting, None, now) == ""


def test_those_who_come_hear_a_day_and_an_hour_before(app: App, clock: FrozenClock, meeting_id: int) -> None:
    come(app, meeting_id, "lan", 3)
    answered(app, meeting_id, "nam", "declined")
    starts_at = meeting_of(app, meeting_id).starts_at
    clock.now = starts_at - timedelta(days=1, minutes=1)
    tick(app)
    assert told(app, "day") == []
    clock.now = starts_at - timedelta(days=1)
    for _ in range(3):
        tick(app)
    [guest] = [guest for guest in guests_of(app, meeting_id) if guest.answer == "coming"]
    assert told(app, "day") == [f"meeting:{meeting_id}:0:day:{guest.id}#1"]
    assert lanes(app, "day") == {Lane.NOTICE}
    lan = Owner(app, "lan")
    assert lan.waits().startswith("Nhắc lịch: Đối thoại về vỉa hè\n08 giờ 00, thứ Sáu, 11/12/2026")
    clock.now = starts_at - HOUR
    for _ in range(2):
        tick(app)
    assert (len(told(app, "hour")), lanes(app, "hour")) == (1, {Lane.URGENT})
    assert lan.waits().startswith("Sắp đến giờ: Đối thoại về vỉa hè")
    assert Owner(app, "nam").waits() == ""


def test_the_day_before_waits_for_the_morning_and_the_hour_before_does_not(app: App, clock: FrozenClock) -> None:
    late = called(app, starts_at=in_days(app, 3).replace(hour=22), closes_at=in_days(app, 2))
    come(app, late, "lan")
    starts_at = meeting_of(app, late).starts_at
    clock.now = starts_at - timedelta(days=1)
    tick(app)
    assert told(app, "day") == []
    clock.now = in_days(app, 1).replace(hour=6, minute=30)
    tick(app)
    assert len(told(app, "day")) == 1
    clock.now = starts_at - HOUR
    tick(app)
    assert len(told(app, "hour")) == 1
    assert "Sắp đến giờ" in Owner(app, "lan").waits()


def test_a_bot_that_was_away_does_not_say_late_what_was_for_the_day_before(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    come(app, meeting_id, "lan")
    clock.now = meeting_of(app, meeting_id).starts_at - 2 * HOUR
    tick(app)
    clock.advance(HOUR + timedelta(minutes=50))
    tick(app)
    assert (len(told(app, "day")), len(told(app, "hour"))) == (0, 1)
    clock.advance(timedelta(minutes=10))
    come(app, meeting_id, "nam")
    tick(app)
    assert len(told(app, "hour")) == 1


def test_who_says_yes_on_the_last_day_is_not_reminded_of_it_at_once(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, closes_at=in_days(app, 10))
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(hours=20)
    come(app, meeting_id, "lan")
    tick(app)
    assert told(app, "day") == []


def test_after_a_change_who_has_not_confirmed_is_asked_once(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who)
    put_off(app, meeting_id, in_days(app, 14))
    with app.database.write() as session:
        assert seats.confirm(work(app, session), meeting_id, person_of(app, "lan"))
    clock.advance(23 * HOUR)
    tick(app)
    assert told(app, "ask") == []
    clock.advance(timedelta(days=1))
    for _ in range(3):
        tick(app)
    assert len(told(app, "ask")) == 2
    come(app, meeting_id, "tu")
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(days=1)
    tick(app)
    tick(app)
    assert (len(told(app, "ask")), len(told(app, "day"))) == (2, 4), "everybody hears of the day before"
    assert all(":1:day:" in name for name in told(app, "day"))


def test_a_change_on_the_last_day_asks_instead_of_reminding(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    come(app, meeting_id, "lan")
    come(app, meeting_id, "nam")
    clock.now = meeting_of(app, meeting_id).starts_at - timedelta(days=1)
    tick(app)
    assert len(told(app, "day")) == 2
    put_off(app, meeting_id, meeting_of(app, meeting_id).starts_at + 3 * HOUR)
    with app.database.write() as session:
        assert seats.confirm(work(app, session), meeting_id, person_of(app, "nam"))
    clock.advance(2 * HOUR)
    tick(app)
    assert told(app, "ask") == [], "they are reading the notice"
    clock.advance(HOUR)
    tick(app)
    tick(app)
    assert len(told(app, "ask")) == 1
    assert [name for name in told(app, "day") if ":1:day:" in name] == [
        f"meeting:{meeting_id}:1:day:{guests_of(app, meeting_id)[1].id}#1"
    ]


def test_many_guests_are_told_slice_by_slice_by_two_clocks_at_once(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    for number, person_id in enumerate(people(app, 120)):
        with app.database.write() as session:
            guest = seats.come(work(app, session), meeting_id, person_id, 1 + number % 3)
            assert guest is not None
    clock.now = meeting_of(app, meeting_id).starts_at - HOUR

    def clock_ticks() -> None:
        while remind(app):
            pass

    threads = [threading.Thread(target=clock_ticks) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while remind(app):
        pass
    assert len(told(app, "hour")) == 120
    with app.database.read() as session:
        assert guests.not_told(session, meeting_of(app, meeting_id), "hour", 1) == []


def test_who_came_without_an_account_is_not_reminded(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app)
    answered(app, meeting_id, "lan", "coming", code=code(9))
    with app.database.write() as session:
        guest = guests.fresh(session, guests_of(app, meeting_id)[0].id)
        assert guest is not None
        guest.person_id, guest.name = None, "Bà Hoa"
        session.add(guest)
    clock.now = meeting_of(app, meeting_id).starts_at - HOUR
    tick(app)
    assert told(app, "hour") == []
