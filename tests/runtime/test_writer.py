"""Database work off the event loop: the urgent first, errors to whoever asked, outages waited out."""

import asyncio
import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.runtime.writer import Urgency, Writer


def test_the_urgent_goes_first() -> None:
    done: list[Urgency] = []
    gate = threading.Event()

    async def work() -> None:
        writer = Writer()
        first = asyncio.create_task(writer.run(Urgency.RECEIVE, lambda: gate.wait(5)))
        await asyncio.sleep(0.05)
        order = (Urgency.DELIVER, Urgency.TURN, Urgency.RECEIVE, Urgency.TURN)
        others = [asyncio.create_task(writer.run(urgency, partial(done.append, urgency))) for urgency in order]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(first, *others)
        writer.close()

    asyncio.run(work())
    assert done == [Urgency.RECEIVE, Urgency.TURN, Urgency.TURN, Urgency.DELIVER]


def test_an_error_is_raised_where_the_work_was_asked_for() -> None:
    async def work() -> None:
        writer = Writer()
        try:
            await writer.run(Urgency.TURN, lambda: 1 // 0)
        finally:
            writer.close()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(work())


def test_a_database_in_other_hands_is_waited_for(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/held.sqlite3", connect_args={"timeout": 0})
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (n INTEGER)"))
    tries: list[int] = []

    def write() -> None:
        tries.append(1)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO kept VALUES (1)"))

    async def work() -> None:
        writer = Writer()
        holder = create_engine(f"sqlite:///{tmp_path}/held.sqlite3")
        with holder.connect() as held:
            held.exec_driver_sql("BEGIN EXCLUSIVE")
            waiting = asyncio.create_task(writer.insist(Urgency.TURN, write))
            await asyncio.sleep(1.5)
            assert not waiting.done()
            held.exec_driver_sql("COMMIT")
        await waiting
        writer.close()
        holder.dispose()

    asyncio.run(work())
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM kept")).scalar_one() == 1
    engine.dispose()
    assert len(tries) >= 2
