"""What the clock does about announcements, over a clock that stands still: once, whatever restarts or ticks twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.broadcasts import due
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import broadcast_rows, dispatch, fan_out
from db.broadcasts import BroadcastEvent, BroadcastState
from db.inbox import Scope
from db.outbox import OutboxRow, OutboxState
from tests.broadcasts.crowd import announce, change, people, rows_of, standing

HOUR = timedelta(hours=1)
SENDING, PAUSED, CANCELLED = BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.CANCELLED


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three people in a transaction."""
    monkeypatch.setattr(fan_out, "SLICE", dict.fromkeys(fan_out.SLICE, 3))
    monkeypatch.setattr(broadcast_rows, "MOVED_AT_ONCE", 3)


def told(app: App) -> list[str]:
    """What authors were told, by what it was about."""
    with app.database.read() as session:
        rows = select(OutboxRow.dedupe).where(col(OutboxRow.broadcast_id).is_(None)).order_by(col(OutboxRow.id))
        found = [dedupe.partition(":") for dedupe in session.exec(rows) if dedupe]
    return [about for of, _, about in found if of == "broadcast"]


def acts(app: App, broadcast_id: int) -> list[str]:
    with app.database.read() as session:
        rows = select(BroadcastEvent.act).where(BroadcastEvent.broadcast_id == broadcast_id)
        return list(session.exec(rows.order_by(col(BroadcastEvent.id))))


def states(app: App, broadcast_id: int) -> Counter[str]:
    return Counter(str(row.state) for row in rows_of(app, broadcast_id))


def deliver(app: App, most: int = 100) -> None:
    """What delivery does when everything arrives."""
    with app.database.write() as session:
        for row, _ in dispatch.claim(session, Scope("telegram"), app.clock(), room=most):
            dispatch.mark(session, row.id)
            dispatch.sent(session, row, app.clock(), "1", version=1)


def test_it_goes_out_when_its_time_comes_and_ends_with_its_tally(app: App, clock: FrozenClock) -> None:
    people(app, 4)
    broadcast_id = announce(app, after=HOUR)
    tick(app)
    assert standing(app, broadcast_id).state == "scheduled"
    clock.advance(HOUR)
    tick(app)
    assert (standing(app, broadcast_id).state, states(app, broadcast_id)) == ("sending", {"ready": 4})
    tick(app)
    assert told(app) == []
    deliver(app)
    tick(app)
    tick(app)
    assert standing(app, broadcast_id).state == "sent"
    assert told(app) == [f"{broadcast_id}:ended:0#1"]
    assert acts(app, broadcast_id) == ["start", "end"]


@pytest.mark.parametrize(
    ("late", "by", "state", "heard"),
    [
        ("send", timedelta(minutes=50), "sending", []),
        ("drop", timedelta(minutes=50), "sending", []),
        ("send", 5 * HOUR, "sending", ["late#1"]),
        ("drop", 5 * HOUR, "missed", ["missed#1"]),
    ],
)
def test_down_over_the_time_it_is_sent_or_dropped_once(  # noqa: PLR0917 - one parameter a column of the table
    app: App, clock: FrozenClock, late: str, by: timedelta, state: str, heard: list[str]
) -> None:
    people(app, 2)
    broadcast_id = announce(app, late=late)
    clock.advance(by)
    for _ in range(3):
        tick(app)
    assert standing(app, broadcast_id).state == state
    assert told(app) == [f"{broadcast_id}:{what}" for what in heard]
    assert len(rows_of(app, broadcast_id)) == (2 if state == "sending" else 0)


def test_two_that_tick_at_once_send_it_once(app: App) -> None:
    people(app, 20)
    broadcasts = [announce(app) for _ in range(3)]
    threads = [threading.Thread(target=tick, args=(app,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(app)
    for broadcast_id in broadcasts:
        assert len(rows_of(app, broadcast_id)) == len({row.person_id for row in rows_of(app, broadcast_id)}) == 20
        assert acts(app, broadcast_id) == ["start"]


@pytest.mark.usefixtures("small_slices")
def test_a_restart_between_any_two_steps_changes_nothing(app: App) -> None:
    people(app, 8)
    broadcast_id = announce(app)
    due.start(app)
    steps = 0
    while due.move(app):  # what is known of it between two steps is what the tables say
        steps += 1
        due.start(app)
    assert steps == 3
    assert states(app, broadcast_id) == {"ready": 8}
    assert standing(app, broadcast_id).fanned_at == app.clock()
    deliver(app)
    assert not due.move(app)
    assert (standing(app, broadcast_id).state, acts(app, broadcast_id)) == ("sent", ["start", "end"])


@pytest.mark.usefixtures("small_slices")
def test_paused_in_the_middle_it_goes_on_later(app: App) -> None:
    people(app, 8)
    broadcast_id = announce(app)
    due.start(app)
    due.move(app)
    change(app, broadcast_id, PAUSED)
    tick(app)
    assert states(app, broadcast_id) == {"held": 3}
    assert standing(app, broadcast_id).settled
    deliver(app)
    assert states(app, broadcast_id) == {"held": 3}
    change(app, broadcast_id, SENDING)
    tick(app)
    assert states(app, broadcast_id) == {"ready": 8}
    deliver(app)
    tick(app)
    assert states(app, broadcast_id) == {"sent": 8}
    assert standing(app, broadcast_id).state == "sent"


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize("before", [SENDING, PAUSED])
def test_cancelled_in_the_middle_nothing_more_leaves(app: App, before: BroadcastState) -> None:
    people(app, 8)
    broadcast_id = announce(app)
    due.start(app)
    due.move(app)
    deliver(app, 2)
    change(app, broadcast_id, before)
    tick(app)
    change(app, broadcast_id, CANCELLED)
    tick(app)
    tick(app)
    left = states(app, broadcast_id)
    assert (left["sent"], left["ready"], left["held"]) == (2, 0, 0)
    assert (standing(app, broadcast_id).state, standing(app, broadcast_id).settled) == ("cancelled", True)
    assert standing(app, broadcast_id).ended_at == app.clock()


def test_what_was_on_its_way_at_a_crash_is_in_doubt_when_it_is_cancelled(app: App) -> None:
    people(app, 3)
    broadcast_id = announce(app)
    tick(app)
    scope = Scope("telegram")
    with app.database.write() as session:
        row, _ = dispatch.claim(session, scope, app.clock(), room=1)[0]
        dispatch.mark(session, row.id)
    with app.database.write() as session:
        dispatch.recover(session, scope, app.clock())
    change(app, broadcast_id, CANCELLED)
    tick(app)
    assert states(app, broadcast_id) == {"doubt": 1, "cancelled": 2}


def test_a_correction_edits_what_has_left_and_is_told_of_once(app: App) -> None:
    people(app, 5)
    broadcast_id = announce(app)
    tick(app)
    deliver(app, 3)
    change(app, broadcast_id, version=2, body="Hạn nộp là <b>30/12</b>.")
    tick(app)
    edits = [row for row in rows_of(app, broadcast_id) if row.edits_id is not None]
    first = {row.id: row for row in rows_of(app, broadcast_id) if row.edits_id is None}
    assert len(edits) == 3
    assert [first[row.edits_id or 0].state for row in edits] == ["sent"] * 3
    assert all(row.person_id == first[row.edits_id or 0].person_id for row in edits)
    tick(app)
    assert len(rows_of(app, broadcast_id)) == 8
    _deliver_all(app, version=2)
    tick(app)
    assert {row.version for row in rows_of(app, broadcast_id)} == {2}
    with app.database.read() as session:
        assert broadcast_rows.tally(session, broadcast_id)["sent"] == 5
    assert standing(app, broadcast_id).state == "sent"


def _deliver_all(app: App, version: int) -> None:
    for _ in range(3):
        with app.database.write() as session:
            for row, _ in dispatch.claim(session, Scope("telegram"), app.clock(), room=100):
                dispatch.mark(session, row.id)
                dispatch.sent(session, row, app.clock(), "1", version=version)


def test_a_correction_after_the_end_is_a_round_of_edits(app: App) -> None:
    people(app, 2)
    broadcast_id = announce(app)
    tick(app)
    deliver(app)
    tick(app)
    change(app, broadcast_id, version=2)
    tick(app)
    _deliver_all(app, version=2)
    tick(app)
    assert acts(app, broadcast_id) == ["start", "end", "correct"]
    assert told(app) == [f"{broadcast_id}:ended:0#1", f"{broadcast_id}:ended:2#1"]


def test_one_that_cannot_be_moved_holds_up_no_other(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    people(app, 2)
    broken, whole = announce(app), announce(app)
    due.start(app)
    original: Callable[..., int] = fan_out.fan_out_slice

    def fail_for_one(session: object, broadcast: object, *more: object) -> int:
        if getattr(broadcast, "id", 0) == broken:
            raise ValueError
        return original(session, broadcast, *more)

    monkeypatch.setattr(due, "fan_out_slice", fail_for_one)
    tick(app)
    assert (len(rows_of(app, broken)), len(rows_of(app, whole))) == (0, 2)
    assert {row.state for row in rows_of(app, whole)} == {OutboxState.READY}
