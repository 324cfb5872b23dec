"""Meetings: an invitation to a ward full of people, and how long the turn of an answer takes while thousands come."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import compose
from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.runtime.turn import Outcome, receive, take_one
from bot.settings import Settings
from db import broadcast_rows
from db.broadcasts import Broadcast, BroadcastState
from db.fan_out import fan_out_slice
from db.inbox import Scope
from db.meetings import Meeting
from tests.bench import memory
from tests.bench.senders import FIRST, MORNING, fill
from tests.bench.table import table
from tests.cases.test_thousand import Presses
from tests.meetings.scene import called, meeting_of
from tests.process import ROOT, environment

INVITED, ANSWERS, CAPACITY = 100_000, 10_000, 500
EVERY_FIFTH = 5
"""So many press again, to bring more people or to stay at home."""


def answering() -> str:
    """An invitation to 100,000 and 10,000 who answer in a burst: a large hall, and one for 500 where the rest wait."""
    shown = []
    for name, capacity in (("unlimited", 0), (f"room for {CAPACITY}", CAPACITY)):
        found = _measured(capacity)
        shown.append(
            [
                name,
                f"{found['fan']:.1f}",
                f"{found['turns']:,}",
                *(f"{found[which]:.1f}" for which in ("p50", "p95", "longest", "cpu", "received")),
                f"{found['a_second']:.0f}",
                f"{found['mb']:.0f}",
            ]
        )
    header = (
        *("places", "fan-out s", "turns", "p50 ms", "p95 ms", "longest ms", "CPU ms", "inbox p95 ms"),
        *("turns/s", "peak MB"),
    )
    return table(f"{ANSWERS:,} answers in a burst to an invitation of {INVITED:,}, SQLite", header, shown)


def _measured(capacity: int) -> Any:
    """In a process of its own, for the memory; what it printed as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.meetings", folder, str(capacity)]
        ended = subprocess.run(command, cwd=ROOT, env=environment(Path(folder)), capture_output=True, check=True)
    return json.loads(ended.stdout)


def measure(folder: Path, capacity: int) -> dict[str, float]:
    """Milliseconds of a turn with its commit, as the one writer of the app does them, one after the other."""
    app = compose(Settings(data_dir=folder), clock=FrozenClock(MORNING))
    fill(app.database, INVITED)
    with app.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM broadcast")  # the meeting's is the only one
    meeting_id = called(app, capacity=capacity)
    began = time.perf_counter()
    _fan_out(app, meeting_of(app, meeting_id))
    fan = time.perf_counter() - began
    channel = Presses(Terminal(app.say, files=app.files), name="telegram")
    received = [_timed(partial(_receive, app, channel, press)) for press in _presses(app, meeting_id)]
    cpu, began = time.process_time(), time.perf_counter()
    taken = list(_turns(app, channel))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    _check(meeting_of(app, meeting_id))
    with app.database.read() as session:
        assert (
            session.connection().exec_driver_sql("SELECT count(*) FROM outbox WHERE person_id > 0").scalar() == INVITED
        )
    app.database.close()
    return {
        "fan": fan,
        "turns": len(taken),
        "p50": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[18],
        "longest": max(taken),
        "cpu": 1000 * cpu / len(taken),
        "received": statistics.quantiles(received, n=20)[18],
        "a_second": len(taken) / seconds,
        "mb": memory.peak(),
    }


def _fan_out(app: App, meeting: Meeting) -> None:
    """The invitation's rows, as the clock makes them, and as if all of them had been sent."""
    with app.database.write() as session:
        invitation = session.get_one(Broadcast, meeting.invitation_id)
        invitation.fanned_at, invitation.audience, invitation.cursor = None, {}, 0
    more = 1
    while more:
        with app.database.write() as session:
            locked = broadcast_rows.locked(session, meeting.invitation_id or 0)
            more = fan_out_slice(session, locked, app.clock()) if locked else 0
    with app.database.write() as session:
        session.get_one(Broadcast, meeting.invitation_id).state = BroadcastState.SENT
        session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'sent', settled_at = created_at WHERE broadcast_id = ?", (meeting.invitation_id,)
        )


def _presses(app: App, meeting_id: int) -> Iterator[tuple[int, str]]:
    """Who presses what: everybody that they come, every fifth soon after that more come or nobody does."""
    invitation = meeting_of(app, meeting_id).invitation_id
    for number in range(1, ANSWERS + 1):
        who = FIRST + number * (INVITED // ANSWERS)
        yield who, f"meeting.come:{invitation}"
        if number % EVERY_FIFTH == 0:
            yield who, f"meeting.quit:{meeting_id}" if number % 2 else f"meeting.party:{meeting_id}:3"
        elif number % EVERY_FIFTH == 1:
            yield who, f"meeting.wait:{meeting_id}:1"


def _receive(app: App, channel: Presses, press: tuple[int, str]) -> None:
    who, data = press
    raw = json.dumps({"who": str(who), "data": data, "at": datetime.isoformat(app.clock())})
    receive(app, channel, key=f"{who}:{data}", chat=str(who), raw=raw)


def _turns(app: App, channel: Presses) -> Iterator[float]:
    scope, done = Scope("telegram"), [Outcome.HANDLED]
    while done[-1] is Outcome.HANDLED:
        yield _timed(lambda: done.append(take_one(app, channel, scope).outcome))
    assert done[-1] is Outcome.NOTHING_OPEN


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _check(meeting: Meeting) -> None:
    assert meeting.taken <= meeting.capacity if meeting.capacity else meeting.taken > ANSWERS / 2
    assert meeting.starts_at - MORNING > timedelta(days=1)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
