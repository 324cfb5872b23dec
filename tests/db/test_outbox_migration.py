"""Messages that waited in the outbox before announcements came are still there, and still go."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import select

from db import dispatch
from db.inbox import Scope
from db.outbox import OutboxRow
from db.session import Database
from tests.conftest import MORNING

STATES = ("ready", "claimed", "wire", "sent", "dead", "doubt")


@pytest.fixture
def database(bare_database_url: str) -> Iterator[Database]:
    """At the revision before announcements, with a message in each state."""
    database = Database(bare_database_url)
    database.upgrade("0003")
    with database.write() as session:
        run = session.connection().execute
        at = "'2026-11-01 02:00:00+00:00'" if not database.is_sqlite else "'2026-11-01 02:00:00.000000'"
        run(text(f"INSERT INTO person (id, name, created_at) VALUES (1, '', {at})"))
        for number, state in enumerate(STATES, start=1):
            chat = f"({number}, 'telegram', '{number}', 1, true, 1)"
            run(text(f"INSERT INTO chat (id, channel, address, person_id, private, last_number) VALUES {chat}"))
            values = f"'d{number}', 'telegram', {number}, 1, 0, 'b', true, '{state}', 2, 'r', 'm', {at}, {at}"
            run(
                text(
                    "INSERT INTO outbox (dedupe, channel, chat_id, number, lane, body, again_in_doubt, state, attempts,"
                    f" reason, message, created_at, not_before) VALUES ({values})"
                )
            )
    yield database
    database.close()


def test_messages_survive_the_migration(database: Database) -> None:
    database.migrate()
    with database.read() as session:
        rows = session.exec(select(OutboxRow)).all()
    assert {row.dedupe: row.state for row in rows} == {f"d{at}": state for at, state in enumerate(STATES, start=1)}
    assert {(row.broadcast_id, row.person_id, row.edits_id, row.version) for row in rows} == {(None, None, None, 0)}
    assert {(row.attempts, row.reason, row.message, row.again_in_doubt) for row in rows} == {(2, "r", "m", True)}
    with database.write() as session:
        dispatch.recover(session, Scope("telegram"), MORNING)
    with database.write() as session:
        claimed = dispatch.claim(session, Scope("telegram"), MORNING, room=10)
    assert [row.dedupe for row, _ in claimed] == ["d1", "d2", "d3"]
