"""The drill: a bot at work is backed up, everything is lost, and what was committed is there again."""

import os
import random
import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

import db.tables  # noqa: F401 - all tables are compared
from bot.backup import Refused, manifest
from bot.backup.make import UNFINISHED, make_backup
from bot.backup.restore import SERVER, restore
from bot.settings import Settings
from db.files import Files
from db.inbox import InboxRow, InboxState
from db.lock import only_server
from db.outbox import OutboxRow
from db.people import Chat
from db.questions import QuestionRow
from db.session import Database
from tests.backup.ward import NOON, backed_up, environment, everything, filled
from tests.conftest import MORNING
from tests.process import bot, kill_9, started


def test_the_drill(bare: Settings, fresh: Settings, tmp_path: Path) -> None:
    assert bot(bare.data_dir, "chat", "--as", "lan", typed="xin chào\n", **environment(bare)).returncode == 0
    assert bot(bare.data_dir, "chat", "--as", "minh", typed="nộp hồ sơ ở đâu\n", **environment(bare)).returncode == 0
    photos = [Files(bare.data_dir / "files").put(os.urandom(50_000)) for _ in range(20)]
    before = everything(bare)
    busy = started(bare.data_dir, "chat", "--as", "hoa", **environment(bare))
    assert busy.stdin
    busy.stdin.write("".join(f"câu số {number}: nộp hồ sơ ở đâu\n" for number in range(1000)))
    busy.stdin.flush()
    wait_until_heard(bare, "hoa")
    printed = bot(bare.data_dir, "backup", "--to", str(tmp_path / "kept"), **environment(bare))
    assert (printed.returncode, printed.stderr) == (0, "")
    kill_9(busy)
    heard = len(everything(bare)["inbox"])
    contents = {sha: Files(bare.data_dir / "files").read(sha) for sha in photos}
    shutil.rmtree(bare.data_dir)

    (folder,) = (tmp_path / "kept").iterdir()
    printed = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (printed.returncode, printed.stderr) == (0, "")
    restored = everything(fresh)
    for table in ("question", "person", "draft"):
        assert [row for row in before[table] if row not in restored[table]] == [], table
    assert {row["key"] for row in before["inbox"]} <= {row["key"] for row in restored["inbox"]}
    assert len(before["inbox"]) < len(restored["inbox"]) < heard, "the writer was not at work all the time"
    check_one_moment(fresh)
    assert {sha: Files(fresh.data_dir / "files").read(sha) for sha in photos} == contents
    answer = bot(fresh.data_dir, "chat", "--as", "lan", typed="nộp hồ sơ trực tuyến ở đâu\n", **environment(fresh))
    assert "dichvucong.gov.vn" in answer.stdout
    check_one_moment(fresh)


def wait_until_heard(settings: Settings, name: str) -> None:
    give_up = time.monotonic() + 60
    while not any(row["chat"] == name for row in everything(settings)["inbox"]):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def check_one_moment(settings: Settings) -> None:
    """Rows that one turn writes together are there together."""
    with closing(Database(settings.database)) as database, database.read() as session:
        done = set(session.exec(select(InboxRow.key).where(InboxRow.state == InboxState.DONE)))
        answered = {dedupe.partition("#")[0] for dedupe in session.exec(select(OutboxRow.dedupe)) if dedupe}
        assert answered == done
        assert set(session.exec(select(QuestionRow.key))) <= done
        for chat in session.exec(select(Chat)):
            numbers = session.exec(select(OutboxRow.number).where(OutboxRow.chat_id == chat.id)).all()
            assert sorted(numbers) == list(range(1, chat.last_number + 1))


def test_killed_backups_leave_nothing_that_looks_like_one(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    for _ in range(300):
        Files(lost.data_dir / "files").put(os.urandom(1000))
    kept, chance = tmp_path / "kept", random.Random(7)
    for _ in range(3):
        process = started(lost.data_dir, "backup", "--to", str(kept), **environment(lost))
        give_up = time.monotonic() + 60
        while not list(kept.glob(f"{UNFINISHED}*/*")) and process.poll() is None:
            assert time.monotonic() < give_up
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.2))
        kill_9(process)
    for left in kept.iterdir():
        if left.name.startswith(UNFINISHED):
            with pytest.raises(Refused):
                restore(fresh, left, NOON)
        else:
            manifest.verified(left)
    folder = backed_up(lost, kept)
    assert not list(kept.glob(f"{UNFINISHED}*"))
    assert restore(fresh, folder, NOON).files == 301


def test_two_backups_at_a_time_do_not_take_each_other_for_a_leftover(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    for _ in range(300):
        Files(settings.data_dir / "files").put(os.urandom(1000))
    kept = tmp_path / "kept"
    first = started(settings.data_dir, "backup", "--to", str(kept))
    give_up = time.monotonic() + 60
    while not list(kept.glob(f"{UNFINISHED}*/*")):
        assert time.monotonic() < give_up
        time.sleep(0.002)
    with pytest.raises(Refused, match="Another backup is being made"):
        make_backup(settings, kept, MORNING)
    assert first.wait(60) == 0
    kill_9(first)
    (folder,) = kept.iterdir()
    assert manifest.verified(folder).rows["case"] == 2


def test_nothing_is_restored_under_a_running_bot(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(fresh.database)) as database, only_server(database, SERVER):
        refused = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (refused.returncode, refused.stderr) == (5, "The bot is running on this database: stop it first.\n")


def test_the_lock_is_the_one_that_the_bot_holds() -> None:
    from bot.channels.telegram.serve import NAME_OF_LOCK  # noqa: PLC0415 - the backup itself may not know Telegram

    assert SERVER == NAME_OF_LOCK
