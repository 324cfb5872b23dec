"""The bot on Telegram as a real process: how it ends, what it logs, what kill -9 leaves."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from db.inbox import InboxRow
from db.outbox import OutboxRow
from db.questions import QuestionRow
from db.session import Database
from tests.process import bot, kill_9, started
from tests.telegram_bot import eventually
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

SENTENCES = {
    3: "Telegram does not accept TELEGRAM_TOKEN: ask @BotFather for the token again.",
    4: "Another process polls Telegram with the same token: stop it, or give this one a token of its own.",
    5: "Another process already serves this database: stop it first.",
}
IN_FLIGHT = 8


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(speed=20) as running:
        yield running


def settings(server: TelegramServer, **more: str) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url, **more}


def wait_until_polling(server: TelegramServer, before: int = 0) -> None:
    assert eventually(lambda: server.requests["getUpdates"] > before, 30)


def test_a_wrong_token_ends_with_its_sentence(tmp_path: Path, server: TelegramServer) -> None:
    ended = bot(tmp_path, "run", **settings(server, TELEGRAM_TOKEN="123456:wrong"))
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1] == SENTENCES[3]


def test_a_second_process_on_the_database_ends_with_its_sentence(tmp_path: Path, server: TelegramServer) -> None:
    first = started(tmp_path, "run", **settings(server))
    try:
        wait_until_polling(server)
        ended = bot(tmp_path, "run", **settings(server))
        assert ended.returncode == 5
        assert ended.stderr.splitlines()[-1] == SENTENCES[5]
    finally:
        kill_9(first)


def test_the_lock_dies_with_its_process(tmp_path: Path, server: TelegramServer) -> None:
    for _ in range(2):
        process = started(tmp_path, "run", **settings(server))
        wait_until_polling(server, server.requests["getUpdates"])
        kill_9(process)


def test_a_second_poller_elsewhere_ends_one_of_them(tmp_path: Path, server: TelegramServer) -> None:
    first = started(tmp_path / "one", "run", **settings(server))
    wait_until_polling(server)
    second = started(tmp_path / "two", "run", **settings(server))
    try:
        assert eventually(lambda: first.poll() is not None or second.poll() is not None, 60)
        ended = first if first.poll() is not None else second
        assert ended.returncode == 4
        assert ended.stderr
        assert ended.stderr.read().splitlines()[-1] == SENTENCES[4]
    finally:
        for process in (first, second):
            kill_9(process)


def test_sigterm_ends_in_order(tmp_path: Path, server: TelegramServer) -> None:
    process = started(tmp_path, "run", **settings(server))
    wait_until_polling(server)
    lan = User(server, 5512, "Lan")
    lan.says("/lienhe")
    assert "115" in lan.got()[0]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    kill_9(process)


def test_neither_the_token_nor_what_people_write_is_logged(tmp_path: Path, server: TelegramServer) -> None:
    process = started(tmp_path, "run", **settings(server, LOG_LEVEL="DEBUG"))
    wait_until_polling(server)
    lan = User(server, 5512, "Lan Anh")
    lan.says("chuyện riêng của tôi 0801234567")
    lan.got()
    process.send_signal(signal.SIGTERM)
    assert process.stderr
    logged = process.stderr.read()
    process.wait(30)
    kill_9(process)
    assert server.token.partition(":")[2] not in logged
    assert "riêng" not in logged
    assert "0801234567" not in logged


class Restless:
    """Keeps a bot alive that is killed again and again."""

    def __init__(self, data: Path, server: TelegramServer, chance: random.Random) -> None:
        self.data, self.server, self.chance = data, server, chance
        self.process = started(data, "run", **settings(server))

    def kill(self) -> None:
        kill_9(self.process)
        self.process = started(self.data, "run", **settings(self.server))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        kill_9(self.process)


def receive_under_kills(data: Path, server: TelegramServer, updates: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    restless = Restless(data, server, chance)
    wait_until_polling(server)
    people = [User(server, 7000 + number, "Ban") for number in range(60)]
    moments = sorted(chance.sample(range(updates // 10, updates), kills))
    for number in range(updates):
        chance.choice(people).says(f"tin số {number}")
        if number in moments:
            eventually(lambda: server.pending < chance.randrange(1, 200), 3)
            restless.kill()
        elif number % 50 == 0:
            time.sleep(chance.uniform(0, 0.1))
    assert eventually(lambda: inbox_counts(data) == {"done": updates}, 240), inbox_counts(data)
    restless.stop()
    check_each_handled_once(data, updates)


def inbox_counts(data: Path) -> Counter[str]:
    database = Database(f"sqlite:///{data}/dong-hanh.sqlite3")
    try:
        with database.read() as session:
            return Counter(session.exec(select(InboxRow.state)))
    finally:
        database.close()


def check_each_handled_once(data: Path, updates: int) -> None:
    database = Database(f"sqlite:///{data}/dong-hanh.sqlite3")
    with database.read() as session:
        asked = Counter(session.exec(select(QuestionRow.text)))
        answers = list(session.exec(select(OutboxRow.dedupe)))
    database.close()
    assert asked == Counter(f"tin số {number}" for number in range(updates))
    assert len(answers) == len(set(answers))


def test_three_kills_while_updates_arrive(tmp_path: Path, server: TelegramServer) -> None:
    receive_under_kills(tmp_path, server, updates=400, kills=3, seed=3)


@pytest.mark.drill
def test_twelve_kills_while_1500_updates_arrive_in_bursts(tmp_path: Path, server: TelegramServer) -> None:
    receive_under_kills(tmp_path, server, updates=1500, kills=12, seed=12)


def wait_for_deliveries(server: TelegramServer, number: int) -> None:
    assert eventually(lambda: len(server.delivered) >= number, 60)


def deliver_under_kills(data: Path, people: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    with TelegramServer(speed=20, latency=0.08) as server:
        restless = Restless(data, server, chance)
        wait_until_polling(server)
        owners = [User(server, 8000 + number, "Ban") for number in range(people)]
        for owner in owners:
            owner.says("/lienhe")
        for kill in range(1, kills + 1):
            reached = people * kill // (kills + 1)
            wait_for_deliveries(server, reached)
            restless.kill()
        assert eventually(lambda: all(server.delivered_to(owner.id) for owner in owners), 120)
        restless.stop()
        twice = len(server.delivered) - people
        assert twice <= kills * IN_FLIGHT
        assert server.refusals == []


def test_three_kills_while_answers_go_out(tmp_path: Path) -> None:
    deliver_under_kills(tmp_path, people=150, kills=3, seed=5)


@pytest.mark.drill
def test_twenty_kills_while_answers_go_out(tmp_path: Path) -> None:
    deliver_under_kills(tmp_path, people=1000, kills=20, seed=6)
