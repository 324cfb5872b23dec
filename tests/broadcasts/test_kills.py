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
    """`rate` messages a second are allowed; `mean` is the most that a kill may repeat on average."""

    rate: int
    round_trip: float
    people: int
    kills: int
    mean: float
    seed: int = 1


QUICK = [
    Drill(rate=300, round_trip=0.008, people=600, kills=3, mean=IN_FLIGHT),
    Drill(rate=30, round_trip=0.08, people=200, kills=3, mean=IN_FLIGHT),
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
        given = (self.server.url, self.server.token, str(self.data), str(self.drill.rate))
        command = [sys.executable, "-m", "tests.bench.senders", "ours", *given]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(self.data), stderr=subprocess.PIPE, stdin=subprocess.PIPE, text=True
        )

    def kill(self) -> None:
        kill_9(self.process)
        self.process = self._start()


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
        assert eventually(lambda: unsent(database) == 0, 240), unsent(database)
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
    assert survive(tmp_path, drill) <= drill.mean


@pytest.mark.drill
@pytest.mark.parametrize("drill", LONG, ids=lambda drill: f"{drill.rate}/s")
def test_many_kills_while_a_broadcast_goes_out(tmp_path: Path, drill: Drill) -> None:
    mean = survive(tmp_path, drill)
    print(f"{drill.rate}/s: {mean:.2f} twice a kill")
    assert mean <= drill.mean
