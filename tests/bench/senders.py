"""What sends to many, each as a process: `python -m tests.bench.senders KIND URL TOKEN FOLDER NUMBER`.

`loop` and `gather` send to so many people; `ours` serves where so many messages a second are allowed;
`fan` fans out to so many in the database at that address and claims, without any platform, and prints what it took as
JSON.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session
from telegram import Bot
from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot

from bot.app import compose
from bot.channels.telegram import LIMITS, Telegram, bot_for, limits_for
from bot.channels.telegram.serve import Service
from bot.core.clock import VIETNAM
from bot.runtime.jobs import EVERY
from bot.settings import Settings
from db import broadcast_rows, dispatch
from db.broadcasts import Broadcast, BroadcastState
from db.fan_out import fan_out_slice
from db.inbox import Scope
from db.session import Database
from db.staff import Role, Staff
from db.types import Moment
from tests.bench import memory
from tests.telegram_bot import RunningClock

MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)
WORDS = "Thông báo: hạn nộp thuế quý IV là 31/12."
CLAIMS = 300
ROOM = 32
FIRST = 1_000_000
"""The address of the first person's chat, less one."""


def fill(database: Database, people: int) -> None:
    """So many registered people with a chat each, and a broadcast to them that is due."""
    numbers = f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {people})"
    columns = {
        "person (id, name, created_at)": "x, '', :moment",
        "chat (channel, address, person_id, private, last_number, heard_at)": (
            f"'telegram', CAST(x + {FIRST} AS VARCHAR), x, true, 0, :moment"
        ),
        "business (person_id, kind, trade, neighbourhood, name, registered_at, changed_at)": (
            "x, 'household', 'anuong', 'tdp' || (x % 20), '', :moment, :moment"
        ),
        "subscription (person_id, subject, since)": "x, '', :moment",
    }
    with database.write() as session:
        for into, values in columns.items():
            _run(session, f"INSERT INTO {into} {numbers} SELECT {values} FROM n")
        session.add(Staff(person_id=1, role=Role.OFFICER, unit="kthtdt", name="Cán bộ", since=MORNING))
        session.flush()
        session.add(announcement())


def _run(session: Session, statement: str) -> None:
    """A statement of either database, in which `:moment` is three weeks ago and `:later` is tomorrow."""
    moments = {"moment": MORNING - timedelta(weeks=3), "later": MORNING + timedelta(days=1)}
    named = [bindparam(name, at, type_=Moment) for name, at in moments.items() if f":{name}" in statement]
    session.execute(text(statement).bindparams(*named))


def announcement() -> Broadcast:
    """To everybody registered, due at once."""
    return Broadcast(
        key="bench",
        year=2026,
        number=1,
        proof="BENCH",
        title="Nộp thuế",
        body=WORDS,
        audience={},
        unit="kthtdt",
        signer="Cán bộ",
        author_id=1,
        needs_approval=False,
        state=BroadcastState.SCHEDULED,
        created_at=MORNING,
        send_at=MORNING,
    )


async def loop(bot: Bot, people: int) -> None:
    """What a first attempt looks like: one after the other, a pause after each, a flood waited for and tried again."""
    for number in range(1, people + 1):
        with suppress(TelegramError):
            try:
                await bot.send_message(FIRST + number, WORDS)
            except RetryAfter as patience:
                await asyncio.sleep(_seconds(patience))
                await bot.send_message(FIRST + number, WORDS)
        await asyncio.sleep(0.05)


def _seconds(patience: RetryAfter) -> float:
    wait = patience.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def gather(bot: Bot, people: int) -> None:
    """All at once, held back by the library's rate limiter."""
    sends = (bot.send_message(FIRST + number, WORDS) for number in range(1, people + 1))
    await asyncio.gather(*sends, return_exceptions=True)


async def ours(url: str, token: str, folder: Path, allowed: int, every: float = EVERY) -> None:
    """This project as it serves, its pace scaled to a platform that allows so many a second."""
    app = compose(Settings(data_dir=folder), clock=RunningClock(MORNING))
    bot = bot_for(token, url, "")
    async with bot:
        limits = replace(limits_for(allowed), in_flight=LIMITS.in_flight)
        await Service(app, Telegram(bot, limits, files=app.files), every).run(asyncio.Event())


def fan(url: str, people: int) -> None:
    """Fan out to so many, then claim from what is ready."""
    database = Database(url)
    database.migrate()
    fill(database, people)
    before = memory.now()
    memory.forget_peak()
    started, used, slices = time.perf_counter(), time.process_time(), []
    while True:
        began = time.perf_counter()
        with database.write() as session:
            broadcast = broadcast_rows.locked(session, 1)
            assert broadcast
            if not fan_out_slice(session, broadcast, MORNING):
                break
        slices.append(time.perf_counter() - began)
    found = {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - used,
        "slice": max(slices),
        "mb": memory.peak() - before,
        "peak": memory.peak(),
        "claims": claims(database, lambda _: None),
        "waiting": claims(database, put_off),
        "blocked": claims(database, block),
    }
    print(json.dumps(found))


COLUMNS = (
    "dedupe, channel, chat_id, number, lane, body, version, again_in_doubt, state, attempts, reason, message,"
    " created_at, not_before"
)


def put_off(session: Session) -> None:
    """The first 5,000 chats have a message that is due behind one that waits for later, and so must wait."""
    first = "SELECT id FROM outbox WHERE state = 'ready' ORDER BY id LIMIT 5000"
    _run(
        session,
        f"INSERT INTO outbox ({COLUMNS}) SELECT 'behind-' || chat_id, channel, chat_id, number + 1, lane, body, 0,"
        f" true, 'ready', 0, '', '', created_at, :moment FROM outbox WHERE id IN ({first})",
    )
    _run(
        session,
        "UPDATE outbox SET not_before = :later WHERE state = 'ready' AND broadcast_id = 1"
        " AND chat_id IN (SELECT chat_id FROM outbox WHERE dedupe LIKE 'behind-%')",
    )


def block(session: Session) -> None:
    """One chat with 5,000 messages at the front of the line, of which one is on the wire."""
    _run(session, "UPDATE outbox SET state = 'wire' WHERE chat_id = 1")
    _run(
        session,
        f"INSERT INTO outbox ({COLUMNS})"
        " WITH RECURSIVE n(x) AS (SELECT 10 UNION ALL SELECT x + 1 FROM n WHERE x < 5009)"
        " SELECT 'more-' || x, 'telegram', 1, x, 2, '', 0, true, 'ready', 0, '', '', :moment, :moment FROM n",
    )


def claims(database: Database, prepare: Callable[[Session], None]) -> list[float]:
    """Median and 99th percentile in milliseconds of a claim with its commit, and of its processor time."""
    with database.write() as session:
        prepare(session)
    taken, used = [], []
    for _ in range(CLAIMS):
        began, cpu = time.perf_counter(), time.process_time()
        with database.write() as session:
            rows = dispatch.claim(session, Scope("telegram"), MORNING, room=ROOM)
        taken.append(1000 * (time.perf_counter() - began))
        used.append(1000 * (time.process_time() - cpu))
        assert len(rows) == ROOM
        with database.write() as session:
            for row, _ in rows:
                dispatch.sent(session, row, MORNING, "1")
    return [statistics.median(taken), statistics.quantiles(taken, n=100)[98], statistics.quantiles(used, n=100)[98]]


def main(kind: str, url: str, token: str, folder: str, people: str, *every: str) -> None:
    """Run to the end, or until killed; `every` so many seconds the clock of this project ticks, if not as it serves."""
    number = int(people)
    if kind == "fan":
        fan(url, number)
    elif kind == "ours":
        asyncio.run(ours(url, token, Path(folder), number, *map(float, every)))
    elif kind == "loop":
        asyncio.run(_with(Bot(token, f"{url}/bot"), loop, number))
    else:
        limited: ExtBot[Any] = ExtBot(token, f"{url}/bot", rate_limiter=AIORateLimiter(max_retries=5))
        asyncio.run(_with(limited, gather, number))


async def _with(bot: Bot, send: Callable[[Bot, int], Awaitable[None]], people: int) -> None:
    async with bot:
        await send(bot, people)


if __name__ == "__main__":
    main(*sys.argv[1:])
