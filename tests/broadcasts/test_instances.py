"""Several processes at once on one database, SQLite and PostgreSQL: one sends, what is due begins once."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.feature import App
from bot.settings import Settings
from db.broadcasts import BroadcastEvent, BroadcastState
from tests.broadcasts.crowd import FIRST_ADDRESS, announce, people, rows_of, standing
from tests.process import ROOT, environment, kill_9, started
from tests.telegram_bot import eventually
from tests.telegram_server import TelegramServer

PEOPLE = 30
LONG_AGO = timedelta(days=-1000)
"""These processes have the clock of the machine, so what is due is due on any day; urgent, so at any hour."""


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def acts(app: App, broadcast_id: int) -> list[str]:
    with app.database.read() as session:
        events = select(BroadcastEvent.act).where(BroadcastEvent.broadcast_id == broadcast_id)
        return list(session.exec(events.order_by("id")))


def address_of(app: App) -> str:
    return app.database.url.render_as_string(hide_password=False)


def test_of_three_processes_one_sends_and_everybody_gets_it_once(app: App, tmp_path: Path) -> None:
    ids = people(app, PEOPLE)
    broadcast_id = announce(app, after=LONG_AGO, urgent=True)
    with TelegramServer(speed=20) as server:
        for person_id in ids:
            server.person({"id": FIRST_ADDRESS + person_id, "is_bot": False, "first_name": "Ban"}, started=True)
        given = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "DATABASE_URL": address_of(app)}
        processes = [started(tmp_path, "run", **given) for _ in range(3)]
        try:
            assert eventually(lambda: standing(app, broadcast_id).fanned_at is not None, 60)
            assert eventually(lambda: {str(row.state) for row in rows_of(app, broadcast_id)} == {"sent"}, 60)
            assert eventually(lambda: sum(process.poll() is None for process in processes) == 1, 60)
        finally:
            ended = [process.poll() for process in processes]
            for process in processes:
                kill_9(process)
        assert Counter(ended) == {None: 1, 5: 2}
        assert Counter(sent.chat_id for sent in server.delivered) == {FIRST_ADDRESS + one: 1 for one in ids}
    assert acts(app, broadcast_id)[0] == "start"
    assert acts(app, broadcast_id).count("start") == 1


def test_three_processes_that_tick_at_once_begin_and_fan_out_once(app: App, tmp_path: Path) -> None:
    people(app, PEOPLE)
    broadcasts = [announce(app) for _ in range(4)]
    dropped = announce(app, after=timedelta(hours=-2), late="drop")
    given = environment(tmp_path, DATABASE_URL=address_of(app))
    command = [sys.executable, "-m", "tests.broadcasts.ticker", "5"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60) and process.returncode for process in processes] == [0, 0, 0]
    for broadcast_id in broadcasts:
        found = rows_of(app, broadcast_id)
        assert len(found) == len({row.person_id for row in found}) == PEOPLE
        assert acts(app, broadcast_id) == ["start"]
    assert standing(app, dropped).state == BroadcastState.MISSED
    assert (acts(app, dropped), rows_of(app, dropped)) == (["miss"], [])
