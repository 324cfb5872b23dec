"""Between an announcement's being given out and its end: two become one, it is stopped, nobody looks on."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.broadcasts import due
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.people.service import unite
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import broadcast_rows, dispatch
from db.broadcasts import BroadcastState, Unreached
from db.fan_out import fan_out_slice
from db.inbox import Scope
from db.leaving import Leave, leave
from db.people import Chat, Person
from tests.broadcasts.crowd import announce, change, people, rows_of, standing
from tests.broadcasts.test_fan_out import reached

RIGHT = "Hạn nộp là <b>30/12</b>."
TELEGRAM = Scope("telegram")


@pytest.fixture
def settings(both: Settings) -> Settings:
    """On each database."""
    return both


def one_slice(app: App, broadcast_id: int, size: int) -> None:
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock(), size)


def become_one(app: App, source: int, target: int) -> None:
    with app.database.write() as session:
        unite(session, session.get_one(Person, source), session.get_one(Person, target))


def deliver(app: App, version: int = 1, most: int = 100) -> None:
    """Send what is ready, one message of a chat at a time; edits as `leave` lets them."""
    while True:
        with app.database.write() as session:
            rows = dispatch.claim(session, TELEGRAM, app.clock(), room=most)
            for row, _ in rows:
                if leave(session, row, app.clock(), quiet=False):
                    dispatch.sent(session, row, app.clock(), "1", version=version)
        if not rows or most < 100:
            return


def states(app: App, broadcast_id: int, *, edits: bool = False) -> Counter[str]:
    return Counter(str(row.state) for row in rows_of(app, broadcast_id) if (row.edits_id is not None) == edits)


def test_who_becomes_one_with_somebody_in_between_gets_what_was_claimed_for_them(app: App) -> None:
    ids = people(app, 2)
    broadcast_id = announce(app, state=BroadcastState.SENDING, settled=False)
    one_slice(app, broadcast_id, 1)
    with app.database.write() as session:
        ((claimed, _),) = dispatch.claim(session, TELEGRAM, app.clock(), room=1)
    become_one(app, source=ids[0], target=ids[1])
    with app.database.write() as session:
        assert leave(session, claimed, app.clock(), quiet=False) == Leave(version=1)


@pytest.mark.parametrize("given_out", [0, 1, 2, 3])
@pytest.mark.parametrize("order", [1, -1], ids=["into the later", "into the earlier"])
def test_two_who_become_one_while_it_is_given_out_get_it_at_least_once_and_not_anew(
    app: App, given_out: int, order: int
) -> None:
    first, second, other = people(app, 3)
    source, target = (first, second)[::order]
    broadcast_id = announce(app, state=BroadcastState.SENDING, settled=False)
    if given_out:
        one_slice(app, broadcast_id, given_out)
    before = len(rows_of(app, broadcast_id))
    become_one(app, source, target)
    tick(app)
    rows = rows_of(app, broadcast_id)
    assert {row.person_id for row in rows} - {source} == {target, other}
    assert len(rows) == (3 if before >= 2 else 2)
    with app.database.read() as session:
        numbers = {chat.id: chat.last_number for chat in session.exec(select(Chat))}
    assert all(row.number == numbers[row.chat_id] == 1 for row in rows)


def test_who_was_not_reached_and_becomes_one_with_somebody_to_come_is_asked_again(app: App) -> None:
    first, second = people(app, 2)
    with app.database.write() as session:
        session.delete(session.exec(select(Chat).where(Chat.person_id == first)).one())
    broadcast_id = announce(app, state=BroadcastState.SENDING, settled=False)
    one_slice(app, broadcast_id, 1)
    become_one(app, source=first, target=second)
    tick(app)
    with app.database.read() as session:
        assert session.exec(select(Unreached.person_id)).all() == []
    assert reached(app, broadcast_id) == [second]


def _at_a_terminal(app: App, person_id: int) -> None:
    with app.database.write() as session:
        later = app.clock() + timedelta(hours=2)
        session.add(Chat(channel="terminal", address=f"t{person_id}", person_id=person_id, heard_at=later))


def test_where_nothing_arrives_by_itself_nobody_is_written_to_who_is_reached_elsewhere(app: App) -> None:
    ids = people(app, 2)
    _at_a_terminal(app, ids[1])
    broadcast_id = announce(app, state=BroadcastState.SENDING, settled=False)
    tick(app)
    assert [row.channel for row in rows_of(app, broadcast_id)] == ["telegram"] * 2


def test_who_never_looks_on_does_not_keep_it_from_its_end(app: App, clock: FrozenClock) -> None:
    people(app, 2)
    people(app, 1, channel="terminal")
    broadcast_id = announce(app)
    tick(app)
    clock.advance(2 * due.LOOKED_FOR)
    tick(app)
    assert states(app, broadcast_id) == {"ready": 3}
    deliver(app)
    tick(app)
    assert states(app, broadcast_id) == {"sent": 2, "dead": 1}
    assert standing(app, broadcast_id).state == "sent"


def test_who_may_still_look_on_is_waited_for(app: App) -> None:
    people(app, 1, channel="terminal")
    broadcast_id = announce(app)
    tick(app)
    tick(app)
    assert (standing(app, broadcast_id).state, states(app, broadcast_id)) == ("sending", {"ready": 1})


@pytest.mark.parametrize("held", [False, True], ids=["at once", "after a pause"])
def test_who_has_got_it_gets_the_right_words_also_when_it_is_stopped(app: App, *, held: bool) -> None:
    people(app, 5)
    broadcast_id = announce(app)
    tick(app)
    deliver(app, most=3)
    change(app, broadcast_id, version=2, body=RIGHT)
    due.move(app)
    if held:
        change(app, broadcast_id, BroadcastState.PAUSED)
        tick(app)
    change(app, broadcast_id, BroadcastState.CANCELLED)
    tick(app)
    deliver(app, version=2)
    assert states(app, broadcast_id) == {"sent": 3, "cancelled": 2}
    assert states(app, broadcast_id, edits=True) == {"sent": 3}
    assert {row.version for row in rows_of(app, broadcast_id) if row.state == "sent"} == {2}
    assert standing(app, broadcast_id).settled


def test_what_is_corrected_and_stopped_before_anybody_looked_is_put_right_all_the_same(app: App) -> None:
    people(app, 2)
    broadcast_id = announce(app)
    tick(app)
    deliver(app, most=1)
    change(app, broadcast_id, BroadcastState.CANCELLED, version=2, body=RIGHT)
    tick(app)
    assert states(app, broadcast_id) == {"sent": 1, "cancelled": 1}
    assert states(app, broadcast_id, edits=True) == {"ready": 1}


def test_what_was_on_its_way_when_it_was_corrected_and_stopped_is_put_right_too(app: App) -> None:
    people(app, 2)
    broadcast_id = announce(app)
    tick(app)
    with app.database.write() as session:
        ((row, _),) = dispatch.claim(session, TELEGRAM, app.clock(), room=1)
        left = leave(session, row, app.clock(), quiet=False)
    change(app, broadcast_id, version=2, body=RIGHT)
    change(app, broadcast_id, BroadcastState.CANCELLED)
    tick(app)
    assert left
    assert not standing(app, broadcast_id).settled
    with app.database.write() as session:
        dispatch.sent(session, row, app.clock(), "1", version=1)
    tick(app)
    deliver(app, version=2)
    tick(app)
    assert states(app, broadcast_id) == {"sent": 1, "cancelled": 1}
    assert states(app, broadcast_id, edits=True) == {"sent": 1}
    assert standing(app, broadcast_id).settled


def test_a_correction_looks_at_nobody_twice_but_for_a_last_time(app: App) -> None:
    """Somebody's message is tried again and arrives as it was after those of others were edited."""
    ids = people(app, 6)
    broadcast_id = announce(app)
    tick(app)
    with app.database.write() as session:
        rows = dispatch.claim(session, TELEGRAM, app.clock(), room=6)
        late = rows[0][0]
        for row, _ in rows[1:4]:
            _arrives(session, app, row)
    change(app, broadcast_id, version=2, body=RIGHT)
    due.move(app)
    assert standing(app, broadcast_id).edited_to == ids[3]
    assert states(app, broadcast_id, edits=True) == {"ready": 3}
    with app.database.write() as session:
        _arrives(session, app, late)
    due.move(app)
    assert states(app, broadcast_id, edits=True) == {"ready": 3}
    with app.database.write() as session:
        for row, _ in rows[4:]:
            dispatch.sent(session, row, app.clock(), "1", version=2)
    deliver(app, version=2)
    tick(app)
    assert states(app, broadcast_id, edits=True) == {"sent": 3, "ready": 1}
    deliver(app, version=2)
    tick(app)
    assert {row.version for row in rows_of(app, broadcast_id)} == {2}
    assert standing(app, broadcast_id).state == "sent"
    with app.database.read() as session:
        tally = broadcast_rows.tally(session, broadcast_id)
    assert {name: count for name, count in tally.items() if count} == {"sent": 6}


def _arrives(session: Session, app: App, row: dispatch.Message) -> None:
    dispatch.mark(session, row.id)
    dispatch.sent(session, row, app.clock(), "1", version=1)


def test_edits_go_out_in_slices_that_go_on_where_they_stopped(app: App) -> None:
    ids = people(app, 5)
    broadcast_id = announce(app)
    tick(app)
    deliver(app)
    change(app, broadcast_id, version=2, body=RIGHT)
    done = list[int]()
    for _ in range(3):
        with app.database.write() as session:
            broadcast = broadcast_rows.locked(session, broadcast_id)
            assert broadcast
            broadcast_rows.edit_slice(session, broadcast, app.clock(), 2)
        done.append(standing(app, broadcast_id).edited_to)
    assert done == [ids[1], ids[3], ids[4]]
    assert states(app, broadcast_id, edits=True) == {"ready": 5}
