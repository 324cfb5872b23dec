"""Announcements: the share of the platform's limit that is reached, fan-out, claims, and answers in the meantime."""

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.session import Database
from tests.bench.senders import FIRST, ROOM, fill
from tests.bench.table import table
from tests.bench.telegram import _cpu
from tests.botapi.faults import (
    BAD_REQUEST,
    DROPPED_AFTER,
    FORBIDDEN,
    SERVER_ERROR,
    Chooser,
    Limits,
    seeded,
    slow,
)
from tests.postgresql import running
from tests.process import ROOT, environment
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

RATE = 30
STRICT = Limits(per_second=RATE)
ROUND_TRIP = 0.08
FEW, MANY = 200, 900
SENDERS = {
    "loop": ("loop, sleep(0.05)", FEW),
    "gather": ("gather, AIORateLimiter(max_retries=5)", MANY),
    "ours": ("this project", MANY),
}
FINAL = ("forbidden", "bad request")
CROWD, ASKED = 100_000, 60
OWNERS = 20
"""So many ask in turn: nobody asks so often that what the platform allows a chat is what they wait for."""

PATIENCE = 300.0


def mix() -> Chooser:
    """What goes wrong with a mass send on an ordinary day."""
    odds = {FORBIDDEN: 0.03, BAD_REQUEST: 0.005, SERVER_ERROR: 0.01, DROPPED_AFTER: 0.005, slow(0.5): 0.005}
    return seeded(7, odds)


def throughput() -> str:
    """Share of a strict 30 a second, any sliding second, of floods caused, of messages lost, CPU a send."""
    shown = []
    for faults in (False, True):
        for kind, (name, people) in SENDERS.items():
            shown.append([name, "mix" if faults else "none", *_sent(kind, people, faults=faults)])
    header = ("sender", "faults", "messages", "share", "429s", "lost", "CPU ms each")
    return table(f"Mass sends at a strict 30/s, round trip {1000 * ROUND_TRIP:.0f} ms", header, shown)


def _sent(kind: str, people: int, *, faults: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, TelegramServer(limits=STRICT, latency=ROUND_TRIP) as server:
        _meet(server, people)
        if faults:
            server.fault(mix())
        if kind == "ours":
            _prepare(Path(folder), people)
        with _running(kind, server, folder, RATE if kind == "ours" else people) as process:
            used = _wait(server, process, people)
        got = {sent.chat_id for sent in server.delivered}
        final = sum(server.world.ledger.faults[name] for name in FINAL)
        taken = server.delivered[-1].at - server.delivered[0].at
        share = (len(got) - 1) / taken / RATE
        lost = max(0, people - len(got) - final)
        return [str(people), f"{share:.3f}", str(server.floods), str(lost), f"{1000 * used / people:.1f}"]


def _meet(server: TelegramServer, people: int) -> None:
    for number in range(1, people + 1):
        server.person({"id": FIRST + number, "is_bot": False, "first_name": "Ban"}, started=True)


def _prepare(folder: Path, people: int) -> None:
    database = Database(f"sqlite:///{folder}/dong-hanh.sqlite3")
    database.migrate()
    fill(database, people)
    database.close()


@contextmanager
def _running(kind: str, server: TelegramServer, folder: str, number: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.bench.senders", kind, server.url, server.token, folder, str(number)]
    said = Path(folder) / "stderr.txt"
    with said.open("w") as stderr:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(Path(folder)), stderr=stderr)
    try:
        yield process
    finally:
        if process.poll():
            print(f"{kind} ended with {process.returncode}:\n{said.read_text()[-4000:]}", file=sys.stderr)
        process.send_signal(signal.SIGKILL)
        process.wait()


def _wait(server: TelegramServer, process: subprocess.Popen[bytes], people: int) -> float:
    """Until everybody has it or has refused it, or the sender has ended; the processor time since the first one."""
    server.wait_for(lambda: bool(server.world.ledger.delivered), PATIENCE)
    give_up, before, used = time.monotonic() + PATIENCE, _cpu(process.pid), 0.0
    while time.monotonic() < give_up and process.poll() is None:
        used = _cpu(process.pid) - before
        final = sum(server.world.ledger.faults[name] for name in FINAL)
        if len(server.world.ledger.by_chat) + final >= people:
            break
        time.sleep(0.2)
    return used


FANNED = (("SQLite", 100_000), ("SQLite", 1_000_000), ("PostgreSQL", 100_000))
TIMES = 3


def fan_out() -> str:
    """Seconds, memory and the longest slice of fan-outs, medians of three; claims from what the last of them left."""
    shown: list[list[str]] = []
    waits: list[list[str]] = []
    for name, people in FANNED:
        runs = [_fanned(name, people) for _ in range(TIMES)]
        seconds, cpu, longest, more, peak = (
            statistics.median(run[key] for run in runs) for key in ("seconds", "cpu", "slice", "mb", "peak")
        )
        said = f"{name}, {people:,}"
        shown.append([said, f"{seconds:.2f}", f"{cpu:.2f}", f"{1000 * longest:.0f}", f"{more:.1f}", f"{peak:.0f}"])
        for key, what in CLAIMS.items():
            waits.append([f"{said}, {what}", *(f"{value:.1f}" for value in runs[-1][key])])
    fanned = table("Fan-out", ("people", "s", "CPU s", "longest slice ms", "MB more", "peak MB"), shown)
    claimed = table(f"A claim of {ROOM} with its commit", ("rows ready", "p50 ms", "p99 ms", "p99 CPU ms"), waits)
    return f"{fanned}\n\n{claimed}"


CLAIMS = {
    "claims": "in order",
    "waiting": "5,000 behind one for later",
    "blocked": "5,000 behind one chat too",
}


def _fanned(name: str, people: int) -> Any:
    """What the process printed as JSON."""
    with _database(name) as url:
        command = [sys.executable, "-m", "tests.bench.senders", "fan", url, "", "", str(people)]
        ended = subprocess.run(
            command, cwd=ROOT, env=environment(Path(tempfile.gettempdir())), capture_output=True, check=True
        )
    return json.loads(ended.stdout)


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "PostgreSQL":
        with running() as server, server.database() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/fan.sqlite3"


def answers() -> str:
    """How long an owner waits for an answer while a broadcast of 100,000 fans out and goes out."""
    with tempfile.TemporaryDirectory() as folder, TelegramServer(limits=STRICT, latency=ROUND_TRIP) as server:
        _meet(server, CROWD)
        _prepare(Path(folder), CROWD)
        owners = [User(server, 5512 + number, "Lan") for number in range(OWNERS)]
        with _running("ours", server, folder, RATE):
            _asked(server, owners[-1])
            waits = []
            for number in range(ASKED):
                time.sleep(0.5)
                waits.append(_asked(server, owners[number % OWNERS]))
            sent, floods = len(server.delivered), server.floods
    p95 = statistics.quantiles(waits, n=20)[18]
    row = [ASKED, f"{statistics.median(waits):.0f}", f"{p95:.0f}", f"{max(waits):.0f}", sent - ASKED - 1, floods]
    header = ("answers", "p50 ms", "p95 ms", "longest ms", "mass sends meanwhile", "429s")
    return table(f"Answers while a broadcast of {CROWD:,} fans out and goes out", header, [row])


def _asked(server: TelegramServer, lan: User) -> float:
    """The milliseconds from a word to its answer."""
    before, began = len(server.delivered_to(lan.id)), time.perf_counter()
    lan.says("/lienhe")
    assert server.wait_for(lambda: len(server.world.ledger.by_chat.get(lan.id, [])) > before, 120)
    return 1000 * (time.perf_counter() - began)
