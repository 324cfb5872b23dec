"""kill -9 in the middle of turns: whatever was received is handled once, whole, or not yet at all."""

import random
import time
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from db.inbox import InboxRow, InboxState
from db.outbox import OutboxRow, OutboxState
from db.questions import QuestionRow
from db.session import Database
from tests.process import bot, kill_9, started

LINES = "".join(f"câu số {number}: nộp hồ sơ ở đâu\n" for number in range(400))


def database_in(data: Path) -> Database:
    return Database(f"sqlite:///{data}/dong-hanh.sqlite3")


def handled(data: Path) -> int:
    if not (data / "dong-hanh.sqlite3").exists():
        return 0
    database = database_in(data)
    try:
        if not database.revision():
            return 0
        with database.read() as session:
            return session.exec(select(func.count()).where(col(InboxRow.state) == InboxState.DONE)).one()
    finally:
        database.close()


def kill_in_the_middle(data: Path, chance: random.Random) -> None:
    before = handled(data)
    process = started(data, "chat", "--as", "lan")
    assert process.stdin
    process.stdin.write(LINES)
    process.stdin.flush()
    give_up = time.monotonic() + 60
    while handled(data) <= before and process.poll() is None:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.2))
    kill_9(process)


def check_nothing_is_half_done(data: Path) -> int:
    """Every handled event has its question and its answer; an open one has neither. The number handled."""
    database = database_in(data)
    with database.read() as session:
        events = session.exec(select(InboxRow)).all()
        asked = set(session.exec(select(QuestionRow.key)))
        answered = {dedupe.partition("#")[0] for dedupe in session.exec(select(OutboxRow.dedupe)) if dedupe}
    database.close()
    done = {row.key for row in events if row.state == InboxState.DONE}
    assert asked == done
    assert answered == done
    assert all(row.state in {InboxState.DONE, InboxState.OPEN} for row in events)
    return len(done)


def kills(data: Path, times: int, chance: random.Random) -> None:
    handled_so_far = 0
    for _ in range(times):
        kill_in_the_middle(data, chance)
        now = check_nothing_is_half_done(data)
        assert now > handled_so_far
        handled_so_far = now
    printed = bot(data, "chat", "--as", "lan")
    assert printed.returncode == 0, printed.stderr
    database = database_in(data)
    with database.read() as session:
        assert session.exec(select(func.count()).where(col(InboxRow.state) == InboxState.OPEN)).one() == 0
        assert session.exec(select(func.count()).where(col(OutboxRow.state) != OutboxState.SENT)).one() == 0
    database.close()
    check_nothing_is_half_done(data)


def test_three_kills(tmp_path: Path) -> None:
    kills(tmp_path, 3, random.Random(20261201))


@pytest.mark.drill
def test_forty_kills(tmp_path: Path) -> None:
    kills(tmp_path, 40, random.Random(1))
