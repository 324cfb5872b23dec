"""The outbox: order in a chat, one in flight, answers first, what a crash leaves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from db import dispatch, outbox
from db.inbox import Scope
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat, Person
from db.session import Database
from tests.conftest import MORNING

SCOPE = Scope("terminal")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.write() as session:
        session.add(Person(id=1, name="", created_at=MORNING))
        session.flush()
        session.add_all(Chat(channel="terminal", address=who, person_id=1) for who in ("lan", "minh", "hoa"))
    yield database
    database.close()


def put(session: Session, who: str, dedupe: str, lane: Lane = Lane.ANSWER) -> None:
    chat = session.exec(select(Chat).where(Chat.address == who)).one()
    outbox.enqueue(session, chat, dedupe=dedupe, body=dedupe, at=MORNING, lane=lane)


def take(database: Database, scope: Scope = SCOPE) -> str | None:
    with database.write() as session:
        found = dispatch.claim(session, scope, MORNING)
        return found[0][0].dedupe if found else None


def finish(database: Database, dedupe: str, state: OutboxState = OutboxState.SENT) -> None:
    with database.write() as session:
        row = session.exec(select(OutboxRow).where(OutboxRow.dedupe == dedupe)).one()
        dispatch.settle(session, row.id, state, at=MORNING)


def test_a_message_of_one_meaning_is_enqueued_once(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "notice:7")
        put(session, "lan", "notice:7")
    with database.read() as session:
        assert len(session.exec(select(OutboxRow)).all()) == 1


def test_the_database_itself_refuses_a_second_of_the_same_meaning(database: Database) -> None:
    def row(number: int) -> OutboxRow:
        return OutboxRow(
            dedupe="x", channel="terminal", chat_id=1, number=number, body="", created_at=MORNING, not_before=MORNING
        )

    with pytest.raises(IntegrityError), database.write() as session:
        session.add_all((row(1), row(2)))


def test_a_message_cannot_be_in_a_state_that_nobody_knows(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "a")
    with pytest.raises(IntegrityError), database.write() as session:
        session.connection().exec_driver_sql("UPDATE outbox SET state = 'lost'")


def test_messages_of_a_chat_go_one_by_one_in_their_order(database: Database) -> None:
    with database.write() as session:
        for dedupe in ("a1", "a2"):
            put(session, "lan", dedupe)
        put(session, "minh", "b1")
    assert [take(database), take(database), take(database)] == ["a1", "b1", None]
    finish(database, "a1")
    assert take(database) == "a2"


def test_answers_go_ahead_of_notices(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "notice", Lane.NOTICE)
        put(session, "lan", "answer")
    assert take(database) == "answer"


def test_one_chat_only_where_the_process_serves_one(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "hers")
        put(session, "minh", "his")
    assert take(database, Scope("terminal", "minh")) == "his"
    assert take(database, Scope("telegram")) is None


def test_what_waits_is_not_taken_before_its_time(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "later")
    with database.write() as session:
        row = session.exec(select(OutboxRow)).one()
        dispatch.settle(session, row.id, OutboxState.READY, not_before=MORNING + timedelta(seconds=5))
    assert take(database) is None


def test_however_many_wait_behind_one_for_later_others_go_at_once(database: Database) -> None:
    with database.write() as session:
        session.add_all(Chat(channel="terminal", address=f"waits{number}", person_id=1) for number in range(200))
        session.flush()
        for number in range(200):
            put(session, f"waits{number}", f"later {number}")
            put(session, f"waits{number}", f"behind {number}")
        put(session, "lan", "hers")
        later = col(OutboxRow.dedupe).startswith("later")
        session.execute(update(OutboxRow).where(later).values(not_before=MORNING + timedelta(minutes=5)))
    assert [take(database), take(database)] == ["hers", None]


def test_a_chat_with_something_under_way_keeps_nobody_else_back(database: Database) -> None:
    with database.write() as session:
        for number in range(200):
            put(session, "lan", f"lan {number}")
        put(session, "minh", "his")
    assert [take(database), take(database), take(database)] == ["lan 0", "his", None]
    with database.read() as session:
        lan = session.exec(select(Chat.id).where(Chat.address == "lan")).one()
        assert dispatch.held_up(session, SCOPE, MORNING) == {lan}


def test_a_crash_loses_nothing_and_only_the_wire_is_in_doubt(database: Database) -> None:
    with database.write() as session:
        put(session, "lan", "claimed")
        put(session, "minh", "on the wire")
        put(session, "hoa", "sensitive")
        session.exec(select(OutboxRow).where(OutboxRow.dedupe == "sensitive")).one().again_in_doubt = False
    for _ in range(3):
        take(database)
    finish(database, "on the wire", OutboxState.WIRE)
    finish(database, "sensitive", OutboxState.WIRE)
    with database.write() as session:
        dispatch.recover(session, SCOPE, MORNING)
    with database.read() as session:
        states = {row.dedupe: row.state for row in session.exec(select(OutboxRow))}
    assert states == {"claimed": "ready", "on the wire": "ready", "sensitive": "doubt"}
