"""kill -9 while a broadcast goes out: nobody is left out, and few get it twice."""

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.runtime.jobs import EVERY
from db.broadcasts import Broadcast, BroadcastState
from db.outbox import OutboxRow, OutboxState
from db.session import Database
from tests.bench.senders import FIRST, fill
from tests.botapi.faults import Limits
from tests.process import ROOT, environment, kill_9
from tests.telegram_bot import eventually
from tests.telegram_server import TelegramServer

IN_FLIGHT = 8


@dataclass(frozen=True)
class Drill:
    """`rate` messages a second are allowed; `mean` is the most that a kill may repeat on average.

    It means something over many kills; over few `IN_FLIGHT` holds, which `survive` asserts of any number. The clock
    ticks `every` so many seconds.
    """

    rate: int
    round_trip: float
    people: int
    kills: int
    mean: float = IN_FLIGHT
    seed: int = 1
    every: float = EVERY


QUICK = [
    Drill(rate=300, round_trip=0.008, people=600, kills=3),
    Drill(rate=30, round_trip=0.08, people=200, kills=3),
]
LONG = [
    Drill(rate=300, round_trip=0.008, people=10_000, kills=25, mean=12),
    Drill(rate=30, round_trip=0.08, people=1_500, kills=25, mean=3),
]


def reached(server: TelegramServer, number: int) -> bool:
    return len(server.world.ledger.delivered) >= number


class Restless:
    """A sender that is killed again and again."""

    def __init__(self, data: Path, server: TelegramServer, drill: Drill) -> None:
        self.data, self.server, self.drill = data, server, drill
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        given = (self.server.url, self.server.token, str(self.data), str(self.drill.rate), str(self.drill.every))
        command = [sys.executable, "-m", "tests.bench.senders", "ours", *given]
        with self.said.open("a") as stderr:
            return subprocess.Popen(command, cwd=ROOT, env=environment(self.data), stderr=stderr, text=True)

    @property
    def said(self) -> Path:
        return self.data / "stderr.txt"

    def kill(self) -> None:
        """And start it again; one that has ended by itself shows why."""
        assert self.process.poll() is None, self.said.read_text()
        kill_9(self.process)
        self.process = self._start()

    def restart(self) -> None:
        """Kill it, and wait until the next one serves."""
        before = self.server.requests["getUpdates"]
        self.kill()
        assert eventually(lambda: self.server.requests["getUpdates"] > before, 120), self.said.read_text()


def prepared(data: Path, people: int) -> Database:
    database = Database(f"sqlite:///{data}/dong-hanh.sqlite3")
    database.migrate()
    fill(database, people)
    return database


def unsent(database: Database) -> int:
    with database.read() as session:
        rows = select(func.count()).select_from(OutboxRow).where(col(OutboxRow.broadcast_id) == 1)
        everybody = session.exec(rows).one()
        done = session.exec(rows.where(col(OutboxRow.state) == OutboxState.SENT)).one()
    return -1 if not everybody else everybody - done


def survive(data: Path, drill: Drill) -> float:
    """Kill at random moments, let it finish; how many a kill repeated on average."""
    chance = random.Random(drill.seed)
    database = prepared(data, drill.people)
    with TelegramServer(limits=Limits(per_second=drill.rate), latency=drill.round_trip) as server:
        for number in range(1, drill.people + 1):
            server.person({"id": FIRST + number, "is_bot": False, "first_name": "Ban"}, started=True)
        restless = Restless(data, server, drill)
        for moment in sorted(chance.sample(range(1, drill.people * 9 // 10), drill.kills)):
            assert server.wait_for(partial(reached, server, moment), 120)
            time.sleep(chance.uniform(0, 0.1))
            restless.kill()
        while (left := unsent(database)) != 0:  # however slow the machine is: as long as it goes on
            assert eventually(lambda: unsent(database) != left, 60), left
        kill_9(restless.process)
        database.close()
        got = Counter(sent.chat_id for sent in server.delivered if sent.chat_id > FIRST)
        refused = server.refusals
    assert set(got) == {FIRST + number for number in range(1, drill.people + 1)}
    assert [refusal for refusal in refused if refusal.status != 429] == []
    twice = sum(got.values()) - drill.people - _told_author(got)
    assert twice <= drill.kills * IN_FLIGHT
    return twice / drill.kills


def _told_author(got: Counter[int]) -> int:
    """The first person is also the author, who hears that it has ended."""
    return int(got[FIRST + 1] > 1)


@pytest.mark.parametrize("drill", QUICK, ids=lambda drill: f"{drill.rate}/s")
def test_three_kills_while_a_broadcast_goes_out(tmp_path: Path, drill: Drill) -> None:
    survive(tmp_path, drill)


RIGHT = "Đã sửa: hạn nộp thuế quý IV là 30/12."
ACTS: dict[str, dict[str, object]] = {
    "paused": {"state": BroadcastState.PAUSED},
    "cancelled": {"state": BroadcastState.CANCELLED},
    "corrected": {"version": 2, "body": RIGHT},
}
CROWD = Drill(rate=300, round_trip=0.008, people=240, kills=2, every=1)


def alter(database: Database, **values: object) -> None:
    """What an officer does to it, as the service writes it."""
    with database.write() as session:
        broadcast = session.get_one(Broadcast, 1)
        broadcast.sqlmodel_update({"settled": False, **values})
        session.add(broadcast)


def settled(database: Database) -> bool:
    with database.read() as session:
        return session.get_one(Broadcast, 1).settled


def states(database: Database) -> Counter[str]:
    with database.read() as session:
        rows = select(OutboxRow.state).where(col(OutboxRow.broadcast_id) == 1, col(OutboxRow.edits_id).is_(None))
        return Counter(str(state) for state in session.exec(rows))


def seen(server: TelegramServer) -> dict[int, list[str]]:
    """What everybody has on the screen now."""
    found: dict[int, list[str]] = {}
    for sent in server.delivered:
        message = server.shown(sent.chat_id, sent.message_id) or {}
        found.setdefault(sent.chat_id, []).append(str(message.get("text")))
    return {chat: texts for chat, texts in found.items() if chat > FIRST + 1}  # the first is the author too


@pytest.mark.parametrize("act", ACTS)
def test_kills_while_it_is_stopped_or_corrected(tmp_path: Path, act: str) -> None:
    chance, database = random.Random(act), prepared(tmp_path, CROWD.people)
    with TelegramServer(limits=Limits(per_second=CROWD.rate), latency=CROWD.round_trip) as server:
        for number in range(1, CROWD.people + 1):
            server.person({"id": FIRST + number, "is_bot": False, "first_name": "Ban"}, started=True)
        restless = Restless(tmp_path, server, CROWD)
        try:
            assert server.wait_for(partial(reached, server, 60), 60)
            alter(database, **ACTS[act])
            for _ in range(CROWD.kills):
                time.sleep(chance.uniform(0, 0.05))
                restless.restart()
            assert eventually(lambda: ended(database, act), 120), states(database)
            if act == "paused":
                alter(database, state=BroadcastState.SENDING)
                assert eventually(lambda: ended(database, "sent"), 120), states(database)
        finally:
            kill_9(restless.process)
        found = seen(server)
        assert [refusal for refusal in server.refusals if refusal.status != 429] == []
    left = states(database)
    database.close()
    assert sum(len(texts) - 1 for texts in found.values()) <= CROWD.kills * IN_FLIGHT
    assert abs(len(found) + 1 - left["sent"]) <= IN_FLIGHT if act == "cancelled" else len(found) + 1 == CROWD.people
    if act == "corrected":
        assert [texts for texts in found.values() if not any(RIGHT in text for text in texts)] == []


def ended(database: Database, act: str) -> bool:
    """Whether everything that was still to leave has followed: nothing is on its way, nothing waits.

    What was on the wire at a kill is in doubt when it is cancelled.
    """
    last = {"paused": {"sent", "held"}, "cancelled": {"sent", "cancelled"}}.get(act, {"sent"})
    found = states(database)
    known = found.keys() - {"doubt"} if act == "cancelled" else found.keys()
    return settled(database) and found.total() > 0 and known == last


@pytest.mark.drill
@pytest.mark.parametrize("drill", LONG, ids=lambda drill: f"{drill.rate}/s")
def test_many_kills_while_a_broadcast_goes_out(tmp_path: Path, drill: Drill) -> None:
    mean = survive(tmp_path, drill)
    print(f"{drill.rate}/s: {mean:.2f} twice a kill")
    assert mean <= drill.mean
