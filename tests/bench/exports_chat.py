"""What an owner who asks a question feels of an export of 100,000 cases that somebody of the staff ordered."""

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from sqlmodel import select

from bot.app import compose
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.settings import Settings
from db.orders import Order
from db.staff import Role, Staff
from tests.bench.cases import CASES, NOW, OFFICERS, _fill
from tests.bench.quality import rows
from tests.bench.table import table
from tests.crew import join
from tests.orders import put
from tests.process import ROOT
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

CLERK = 8999
ALONE = 100
FEWEST = 20


def waiting() -> str:
    """Milliseconds from an owner's question to the answer over the stand-in, one question after the other."""
    with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
        app = compose(Settings(data_dir=Path(folder)), clock=FrozenClock(NOW))
        clerk = _filled(app)
        command = [sys.executable, "-m", "tests.bench.bots", "ours", server.url, server.token, folder]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            shown, took = _measured(app, server, clerk)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            app.database.close()
    title = f"An owner's answer during an export of {CASES:,} cases to XLSX ({took:.0f} s)"
    return table(title, ("the bot", "answers", "p50 ms", "p95 ms"), shown)


def _filled(app: App) -> Staff:
    _fill(app, [join(app, f"can bo {number}", Role.OFFICER, unit="kthtdt") for number in range(OFFICERS)])
    return join(app, str(CLERK), Role.CLERK, unit="ttpvhcc", channel="telegram")


def _measured(app: App, server: TelegramServer, clerk: Staff) -> tuple[list[list[str]], float]:
    people = cycle([User(server, 9000 + number, "Ban") for number in range(50)])
    asked = cycle([row["text"] for row in rows("questions") if row["slice"] == "clean"])
    next(people).says("xin chào")
    assert server.wait_for(lambda: len(server.world.ledger.delivered) > 0, 60)
    waits = _answers(server, people, asked)
    alone = [next(waits) for _ in range(ALONE)]
    begun = time.perf_counter()
    _order(app, clerk)
    meanwhile = [next(waits)]
    while _is_open(app) or len(meanwhile) < FEWEST:
        meanwhile.append(next(waits))
    took = time.perf_counter() - begun
    return [_row("with nothing else to do", alone), _row("while it exports", meanwhile)], took


def _answers(server: TelegramServer, people: Iterator[User], asked: Iterator[str]) -> Iterator[float]:
    """How long each question waits; messages to the clerk are not counted."""
    while True:
        owner = next(people)
        goal = len(server.delivered_to(owner.id)) + 1
        started = time.perf_counter()
        owner.says(next(asked))
        by_chat = server.world.ledger.by_chat
        assert server.wait_for(lambda: len(by_chat.get(owner.id, [])) >= goal, 60)  # noqa: B023 - waited for here
        yield time.perf_counter() - started


def _order(app: App, clerk: Staff) -> None:
    """All cases, with people's names, as a spreadsheet."""
    put(app, clerk, "export", wanted={"selection": {}, "format": "xlsx"}, reason="bench")


def _is_open(app: App) -> bool:
    with app.database.read() as session:
        state = session.exec(select(Order.state)).one()
    assert state != "failed"
    return state != "made"


def _row(name: str, waits: list[float]) -> list[str]:
    p95 = statistics.quantiles(waits, n=20)[18]
    return [name, str(len(waits)), f"{1000 * statistics.median(waits):.0f}", f"{1000 * p95:.0f}"]
