"""Telegram end to end: updates a second, processor time a turn, the time from update to reply."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from tests.bench.quality import rows
from tests.bench.table import table
from tests.process import ROOT
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

UPDATES = 400
PEOPLE = 50
SINGLE = 60


def end_to_end() -> str:
    """This project on two transports beside a bare echo bot, each over the same stand-in in the same run."""
    names = {"echo": "bare PTB echo bot", "ours": "this project", "aiohttp": "this project, aiohttp transport"}
    shown = [[name, *_measured(kind)] for kind, name in names.items()]
    header = ("bot", "updates/s", "CPU ms each", "p50 ms alone", "p95 ms alone")
    return table(f"Telegram end to end, {UPDATES} updates at once, then {SINGLE} one by one", header, shown)


def _measured(kind: str) -> list[str]:
    asked = [row["text"] for row in rows("questions") if row["slice"] == "clean"]
    with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
        command = [sys.executable, "-m", "tests.bench.bots", kind, server.url, server.token, folder]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            people = [User(server, 9000 + number, "Ban") for number in range(PEOPLE)]
            people[0].says("xin chào")
            people[0].got(within=60)
            used = _cpu(process.pid)
            rate = _burst(server, people, asked)
            each = 1000 * (_cpu(process.pid) - used) / UPDATES
            waits = _one_by_one(server, people, asked)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    p95 = statistics.quantiles(waits, n=20)[18]
    return [f"{rate:.0f}", f"{each:.1f}", f"{1000 * statistics.median(waits):.0f}", f"{1000 * p95:.0f}"]


def _burst(server: TelegramServer, people: list[User], asked: list[str]) -> float:
    goal = len(server.delivered) + UPDATES
    started = time.perf_counter()
    for number in range(UPDATES):
        people[number % PEOPLE].says(asked[number % len(asked)])
    _wait(server, goal)
    return UPDATES / (time.perf_counter() - started)


def _wait(server: TelegramServer, goal: int) -> None:
    assert server.wait_for(lambda: len(server.world.ledger.delivered) >= goal, 120)


def _one_by_one(server: TelegramServer, people: list[User], asked: list[str]) -> list[float]:
    waits = []
    for number in range(SINGLE):
        goal = len(server.delivered) + 1
        started = time.perf_counter()
        people[number % PEOPLE].says(asked[number % len(asked)])
        _wait(server, goal)
        waits.append(time.perf_counter() - started)
    return waits


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process, from /proc."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - no file of ours
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
