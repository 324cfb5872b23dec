"""One announcement on which the clock breaks holds up none of the others, and what is not near writes nothing."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, event
from sqlmodel import select

from bot.broadcasts import overdue, recurring
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import last_event
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import Act, Every
from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App
from db.broadcasts import Broadcast, Recurrence
from db.staff import Role
from tests.broadcasts.composers import submitted
from tests.broadcasts.crowd import people
from tests.crew import join

WEEKLY = Repeat(Every("week", 0), time(8), date(2031, 12, 1))


def recurs(app: App, key: str) -> int:
    """One that comes every Monday for five years; its recurrence."""
    first = datetime(2026, 12, 7, 8, tzinfo=VIETNAM)
    more = {"send_at": first, "repeat": WEEKLY, "on_day": first.date()}
    notice = submitted(app, join(app, "minh", Role.OFFICER, unit="kthtdt"), key, audience=Audience(), **more)
    return notice.recurrence_id or 0


def spoil(app: App, recurrence_id: int) -> None:
    """As no version of ours writes it."""
    with app.database.write() as session:
        session.get_one(Recurrence, recurrence_id).rule = {"kind": "never"}


def planned(app: App, recurrence_id: int) -> int:
    with app.database.read() as session:
        return len(session.exec(select(Broadcast.id).where(Broadcast.recurrence_id == recurrence_id)).all())


def test_a_recurrence_that_nobody_can_read_holds_up_no_other(
    app: App, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    spoiled, good = recurs(app, "a"), recurs(app, "b")
    spoil(app, spoiled)
    clock.now = datetime(2026, 12, 12, 9, tzinfo=VIETNAM)
    recurring.plan(app)
    assert (planned(app, spoiled), planned(app, good)) == (1, 2)
    assert f"recurrence {spoiled} not planned" in caplog.text


def test_one_that_cannot_be_told_holds_up_no_other_reminder(
    app: App, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    people(app, 30)
    spoiled = recurs(app, "a")
    good = submitted(app, join(app, "minh", Role.OFFICER), "b").id
    spoil(app, spoiled)
    clock.now = datetime(2026, 12, 7, 9, tzinfo=VIETNAM)
    overdue.remind(app)
    assert "not reminded of" in caplog.text
    with app.database.read() as session:
        assert last_event(session, good, Act.STILL_WAITS)


def test_what_is_not_near_takes_no_lock(app: App, clock: FrozenClock) -> None:
    recurs(app, "a")
    begun: list[bool] = []

    def note(connection: Connection) -> None:
        begun.append(connection.get_execution_options().get("reading", False))

    event.listen(app.database.engine, "begin", note)
    clock.advance(timedelta(hours=1))
    recurring.plan(app)
    assert begun
    assert all(begun)
