"""Whom a broadcast reaches, slice by slice: everybody once, in the chat where they are heard, on indexes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.broadcasts.audience import Audience
from bot.feature import App
from bot.settings import Settings
from db import broadcast_rows, outbox, visits
from db.audience import count, count_up_to
from db.broadcasts import BroadcastState, Unreached, Visit
from db.businesses import Business, Subscription
from db.cases import Case, Status
from db.fan_out import fan_out_slice
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat, Person
from db.staff import Staff
from tests.broadcasts.crowd import FIRST_ADDRESS, announce, people, rows_of, standing
from tests.db.test_plans import Asked, scans


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def fan_out(app: App, broadcast_id: int, size: int = 3) -> int:
    """Every slice in a transaction of its own; how many there were."""
    slices = 0
    while True:
        with app.database.write() as session:
            broadcast = broadcast_rows.locked(session, broadcast_id)
            assert broadcast
            if not fan_out_slice(session, broadcast, app.clock(), size):
                return slices
            slices += 1


def reached(app: App, broadcast_id: int) -> list[int | None]:
    return [row.person_id for row in rows_of(app, broadcast_id)]


def chosen(app: App, audience: Audience, subject: str = "") -> tuple[list[int | None], tuple[int, int]]:
    """Who gets it, and what was counted before."""
    broadcast_id = announce(app, audience, subject=subject)
    with app.database.read() as session:
        counted = count(session, audience.to_json(), subject)
    fan_out(app, broadcast_id)
    return reached(app, broadcast_id), counted


def test_everybody_gets_one_message_at_the_end_of_their_chat(app: App) -> None:
    ids = people(app, 8)
    first, second = announce(app), announce(app, urgent=True)
    assert fan_out(app, first) == 3
    fan_out(app, second)
    assert reached(app, first) == ids
    assert [(row.number, row.lane, row.state, row.body) for row in rows_of(app, first)] == [
        (1, Lane.NOTICE, "ready", "")
    ] * 8
    assert {(row.number, row.lane) for row in rows_of(app, second)} == {(2, Lane.URGENT)}
    with app.database.read() as session:
        assert set(session.exec(select(Chat.last_number).where(col(Chat.person_id).in_(ids)))) == {2}


def test_messages_and_their_edits_are_written_in_the_order_of_people_whatever_the_plan(app: App) -> None:
    """PostgreSQL joins otherwise once it has counted the tables, in the middle of a broadcast."""
    ids = people(app, 12)
    broadcast_id = announce(app)
    with app.database.write() as session:
        if not app.database.is_sqlite:
            session.execute(text("SET LOCAL enable_nestloop = off"))
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock())
        broadcast_rows.move_slice(session, broadcast_id, (OutboxState.READY,), OutboxState.SENT, app.clock())
        broadcast.version = 2
        broadcast_rows.edit_slice(session, broadcast, app.clock())
        everybody = session.exec(select(OutboxRow.person_id).order_by(col(OutboxRow.id))).all()
    assert everybody == ids * 2


def test_it_goes_on_where_it_stopped_and_gives_nobody_a_second_one(app: App) -> None:
    people(app, 5)
    broadcast_id = announce(app)
    fan_out(app, broadcast_id, 2)
    late = people(app, 2)
    fan_out(app, broadcast_id, 2)
    assert len(reached(app, broadcast_id)) == len(set(reached(app, broadcast_id))) == 7
    assert standing(app, broadcast_id).cursor == late[-1]


def test_a_slice_that_is_rolled_back_leaves_nothing(app: App) -> None:
    people(app, 5)
    broadcast_id = announce(app)
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock(), 3)
        session.rollback()
    assert reached(app, broadcast_id) == []
    fan_out(app, broadcast_id)
    assert len(reached(app, broadcast_id)) == 5


def test_the_database_itself_refuses_a_second_message_of_a_broadcast_for_a_person(app: App) -> None:
    (first,) = people(app, 1)
    broadcast_id = announce(app)
    fan_out(app, broadcast_id)
    with app.database.read() as session:
        again = session.exec(select(OutboxRow)).one().model_dump(exclude={"id", "state"})
    with pytest.raises(IntegrityError), app.database.write() as session:
        session.add(OutboxRow(**again | {"number": 2}))
    with app.database.write() as session:
        edits = session.exec(select(OutboxRow.id)).one()
        session.add(OutboxRow(**again | {"number": 2, "edits_id": edits, "dedupe": "an edit of it"}))
    assert reached(app, broadcast_id) == [first, first]


def test_messages_that_wait_follow_their_chat_and_are_counted_once(app: App) -> None:
    (person,) = people(app, 1)
    broadcasts = [announce(app), announce(app)]
    for broadcast_id in broadcasts:
        fan_out(app, broadcast_id)
    with app.database.write() as session:
        new = Chat(channel="telegram", address="new", person_id=person)
        session.add(new)
        session.flush()
        outbox.hand_over(session, _chat_at(session, str(FIRST_ADDRESS + person)), new)
    for broadcast_id in broadcasts:
        assert [(row.chat_id, row.state, row.person_id) for row in rows_of(app, broadcast_id)] == [
            (new.id, "ready", person)
        ]
        with app.database.read() as session:
            assert broadcast_rows.tally(session, broadcast_id)["waiting"] == 1
            assert broadcast_rows.tally(session, broadcast_id)["failed"] == 0


def _chat_at(session: Session, address: str) -> Chat:
    return session.exec(select(Chat).where(Chat.address == address)).one()


def test_where_somebody_was_heard_last_and_who_has_no_chat(app: App) -> None:
    first, gone, none, never = people(app, 4)
    now = app.clock()
    with app.database.write() as session:
        later = now + timedelta(hours=1)
        session.add(Chat(channel="telegram", address="new", person_id=first, heard_at=later))
        session.add(Chat(channel="telegram", address="group", person_id=first, heard_at=later, private=False))
        _chat(session, gone).gone_since = now
        session.delete(_chat(session, none))
        _chat(session, never).heard_at = None
        session.add(Chat(channel="telegram", address="newer", person_id=never))
    broadcast_id = announce(app)
    with app.database.read() as session:
        assert count(session, {}, "") == (4, 2)
    fan_out(app, broadcast_id)
    with app.database.read() as session:
        chats = {chat.id: chat.address for chat in session.exec(select(Chat))}
        assert sorted(session.exec(select(Unreached.person_id))) == [gone, none]
    assert [chats[row.chat_id] for row in rows_of(app, broadcast_id)] == ["new", "newer"]


def _chat(session: Session, person_id: int) -> Chat:
    return session.exec(select(Chat).where(Chat.person_id == person_id)).one()


def test_who_wants_it_and_who_is_meant(app: App) -> None:
    plain, paused, tax, company = people(app, 4)
    with app.database.write() as session:
        session.get_one(Subscription, (paused, "")).paused_at = app.clock()
        session.add(Subscription(person_id=tax, subject="thue", since=app.clock()))
        session.get_one(Business, tax).neighbourhood = "tdp2"
        session.get_one(Business, company).sqlmodel_update({"kind": "company", "trade": "anuong"})
    assert chosen(app, Audience()) == ([plain, tax, company], (3, 3))
    assert chosen(app, Audience(), "thue")[0] == [tax]
    assert chosen(app, Audience(subjects=("thue", "via-he")))[0] == [tax]
    assert chosen(app, Audience(kinds=("company", "cooperative")))[0] == [company]
    assert chosen(app, Audience(kinds=("household",), groups=("tdp2", "tdp3")))[0] == [tax]
    assert chosen(app, Audience(trades=("anuong",), groups=("tdp2",))) == ([], (0, 0))


def test_urgent_news_reaches_all_who_ever_wrote(app: App) -> None:
    ids = people(app, 2)
    with app.database.write() as session:
        strangers = [Person(name="", created_at=app.clock()) for _ in range(2)]
        session.add_all(strangers)
        session.flush()
        session.add(Chat(channel="telegram", address="9", person_id=strangers[0].id))
        session.add(Chat(channel="telegram", address="-9", person_id=strangers[1].id, private=False))
        session.get_one(Subscription, (ids[0], "")).paused_at = app.clock()
        wrote = strangers[0].id
    staff = announce(app)  # its author has a chat too
    with app.database.read() as session:
        author = session.get_one(Staff, standing(app, staff).author_id).person_id
    assert chosen(app, Audience(everyone=True))[0] == [*ids, wrote, author]


def test_who_has_an_open_case(app: App) -> None:
    ids = people(app, 4)
    now = app.clock()
    stands = (Status.WORKING, Status.CLOSED, Status.WAITING, Status.WORKING)
    for person_id, status in zip(ids, stands, strict=True):
        with app.database.write() as session:
            session.add(
                Case(
                    key=f"k{person_id}",
                    code=f"c{person_id}",
                    year=2026,
                    number=person_id,
                    status=status,
                    subject="via-he" if person_id != ids[2] else "thue",
                    text="",
                    reporter_id=person_id,
                    unit="kthtdt",
                    received_at=now,
                    acknowledge_by=now,
                    due_on=now.date(),
                    closed_at=now if status == Status.CLOSED else None,
                    protected=person_id == ids[3],
                )
            )
    assert chosen(app, Audience(cases="via-he"))[0] == [ids[0]]


def test_who_was_missed_and_who_must_be_corrected(app: App) -> None:
    got, failed, doubted, told, none = people(app, 5)
    with app.database.write() as session:
        session.delete(_chat(session, none))
    first = announce(app)
    fan_out(app, first)
    states = {got: OutboxState.SENT, failed: OutboxState.DEAD, doubted: OutboxState.DOUBT, told: OutboxState.DEAD}
    with app.database.write() as session:
        for row in session.exec(select(OutboxRow)):
            row.state = states[row.person_id or 0]
        author = session.exec(select(Staff)).one()
        visit = Visit(broadcast_id=first, person_id=told, result="told", staff_id=author.id, at=app.clock())
        session.add(visit)
    with app.database.read() as session:
        missed = visits.page(session, first, None, told=False, first=0, size=10)
        assert [each.person_id for each in missed] == [failed, doubted, none]
        assert visits.page(session, first, ("tdp1",), told=False, first=0, size=10) == []
    assert chosen(app, Audience(missed=first))[1] == (3, 2)
    with app.database.write() as session:
        session.get_one(Subscription, (got, "")).paused_at = app.clock()
    assert chosen(app, Audience(reached=first))[0] == [got, doubted]
    assert chosen(app, Audience(reached=first, missed=first))[0] == [doubted]
    assert chosen(app, Audience(reached=first, cases="thue"))[0] == []


def test_the_tally_counts_everybody_once(app: App) -> None:
    ids = people(app, 6)
    with app.database.write() as session:
        session.get_one(Business, ids[0]).neighbourhood = "tdp1"
        session.delete(_chat(session, ids[5]))
    broadcast_id = announce(app)
    fan_out(app, broadcast_id)
    states = ("sent", "dead", "dead", "ready", "held")
    with app.database.write() as session:
        for row, state in zip(session.exec(select(OutboxRow).order_by(col(OutboxRow.person_id))), states, strict=True):
            row.state = OutboxState(state)
            row.reason = "gone: blocked" if row.person_id == ids[1] else "400"
    expected = dict.fromkeys(broadcast_rows.NAMES, 0) | {"sent": 1, "gone": 1, "failed": 1, "waiting": 1, "held": 1}
    with app.database.read() as session:
        assert broadcast_rows.tally(session, broadcast_id) == expected | {"unreached": 1}
        groups = broadcast_rows.sent_by_group(session, broadcast_id)
    assert groups == {"tdp1": 1}


def test_an_audience_is_plain_data() -> None:
    audience = Audience(kinds=("household",), cases="thue", everyone=True)
    assert audience.to_json() == {"kinds": ["household"], "cases": "thue", "everyone": True}
    assert Audience.from_json(audience.to_json()) == audience
    with pytest.raises(TypeError):
        Audience.from_json({"colour": "red"})


AUDIENCES = (
    Audience(),
    Audience(kinds=("household",), trades=("anuong",), groups=("tdp1", "tdp2"), subjects=("thue",)),
    Audience(cases="thue"),
    Audience(missed=1),
    Audience(reached=1),
    Audience(silent=1),
    Audience(coming=1),
    Audience(came=1),
    Audience(everyone=True),
    Audience(everyone=True, groups=("tdp1",)),
)


@pytest.fixture
def asked(app: App) -> Iterator[Asked]:
    """Every statement with its values."""
    found: Asked = []

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        found.append((statement, values))

    event.listen(app.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(app.database.engine, "before_cursor_execute", note)


KINDS = {"SELECT", "INSERT", "UPDATE", "DELETE"}


def corrected(app: App, broadcast_id: int) -> None:
    """Held, let go and edited: what the clock asks when somebody acts on it."""
    held, ready = (OutboxState.HELD,), (OutboxState.READY,)
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        broadcast_rows.move_slice(session, broadcast_id, ready, OutboxState.HELD, app.clock())
        broadcast_rows.move_slice(session, broadcast_id, held, OutboxState.SENT, app.clock(), broadcast_rows.FIRST)
        broadcast_rows.move_slice(session, broadcast_id, held, OutboxState.CANCELLED, app.clock(), broadcast_rows.EDITS)
        broadcast.version, broadcast.edited_at = 2, app.clock()
        broadcast_rows.edit_slice(session, broadcast, app.clock())


def test_every_audience_is_found_on_an_index(app: App, asked: Asked) -> None:
    people(app, 4)
    for audience in AUDIENCES:
        broadcast_id = announce(app, audience, state=BroadcastState.SENDING)
        asked.clear()
        fan_out(app, broadcast_id)
        corrected(app, broadcast_id)
        with app.database.read() as session:
            broadcast_rows.tally(session, broadcast_id)
            broadcast_rows.sent_by_group(session, broadcast_id)
            visits.page(session, broadcast_id, ("tdp1",), told=False, first=0, size=10)
            visits.counts(session, broadcast_id)
            count_up_to(session, audience.to_json(), "", 3)
            broadcast_rows.moving(session)
            broadcast_rows.due(session, app.clock())
            broadcast_rows.any_open(session, broadcast_id)
        statements = [(statement, values) for statement, values in asked if statement[:6] in KINDS]
        assert table_scans(app, statements) == set(), audience


def test_who_has_no_message_is_found_in_one_list_of_the_slice(app: App, asked: Asked) -> None:
    """However few PostgreSQL expects: compared one by one, 5,000 people and 160,000 messages took a minute."""
    (gone, *_) = people(app, 4)
    with app.database.write() as session:
        _chat(session, gone).gone_since = app.clock()
    fan_out(app, announce(app))
    statement, values = next(each for each in asked if each[0].startswith("INSERT INTO unreached"))
    explain = "EXPLAIN QUERY PLAN" if app.database.is_sqlite else "EXPLAIN"
    with app.database.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"{explain} {statement}", values).all())
    assert "LIST SUBQUERY" in plan or "hashed SubPlan" in plan


def table_scans(app: App, asked: Asked) -> set[str]:
    """Steps that read a whole table. PostgreSQL is told to read none if there is any other way."""
    if app.database.is_sqlite:
        names = (
            "anon_",
            "part",
            "subquery",
            "CONSTANT",
            "broadcast_moving",
        )  # what is open, and steps of the plan itself
        return {step for step, _ in scans(app, asked) if not any(name in step for name in names)}
    found = set()
    with app.database.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()
            found |= {f"{step} of {statement}" for step in plan if "Seq Scan" in step}
        connection.rollback()
    return found
