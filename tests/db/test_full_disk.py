"""A disk that is full costs no tries and loses nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.feature import App, Turn
from bot.runtime.turn import receive
from db.inbox import InboxRow
from db.people import Person
from tests.terminal import Owner


def fill_up(app: App, *, pages: int | None) -> None:
    with app.database.engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages or used}")
        connection.rollback()


def test_a_full_disk_costs_no_tries_and_loses_nothing(app: App, owner: Callable[[str], Owner]) -> None:
    lan = owner("lan")
    key = "terminal:lan:full"
    raw = '{"key": "terminal:lan:full", "who": "lan", "line": "xin chào", "at": "2026-12-01T09:00:00+07:00"}'
    receive(app, lan.channel, key=key, chat="lan", raw=raw)

    def greedy(turn: Turn, _text: str) -> None:
        turn.session.add_all(Person(name="x" * 4000, created_at=turn.now) for _ in range(20))
        turn.session.flush()

    fill_up(app, pages=None)
    with pytest.raises(Exception, match="full"):
        Owner(replace(app, routes=replace(app.routes, text=greedy)), "lan").waits()
    with app.database.read() as session:
        row = session.exec(select(InboxRow)).one()
        assert (row.state, row.tries) == ("open", 0)
    fill_up(app, pages=1_000_000)
    assert lan.waits() != ""
