"""What nobody thought of: two threads at one list, a row that cannot be written, what perhaps has arrived."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.channels.telegram import LIMITS
from bot.core.channel import Gone, InDoubt, NotSent, Refused, Sent
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef
from bot.core.replies import Reply
from bot.feature import App
from bot.runtime.hand import Hand, Item
from bot.runtime.ledger import Ledger
from db import broadcast_rows, dispatch
from db.broadcasts import BroadcastState
from db.dispatch import PERHAPS, Message
from db.fan_out import fan_out_slice
from db.inbox import Scope
from db.leaving import leave
from db.outbox import OutboxRow
from db.people import Chat
from tests.broadcasts.crowd import announce, people
from tests.runtime.test_delivery import Platform, VirtualTime, deliver, put, rows


@pytest.fixture
def time(clock: FrozenClock) -> VirtualTime:
    return VirtualTime(clock)


@dataclass(eq=False)
class Overlooked(Item):
    """While it is looked at in one thread, the other thread settles another message."""

    hand: Hand | None = None

    @property
    def lane(self) -> int:
        if self.hand and len(self.hand.items) > 1:
            self.hand.items.popitem()
        return self.row.lane


def test_what_is_settled_while_more_is_claimed_disturbs_nobody(app: App) -> None:
    put(app, people=4)
    hand = Hand(app, Scope("telegram"), room=8)
    with app.database.write() as session:
        for row, chat in dispatch.claim(session, Scope("telegram"), app.clock(), room=3):
            hand.items[row.id] = Overlooked(row, chat, hand=hand)
    taken = hand.claim(hand.held())
    assert [row.dedupe for row, _ in taken.rows] == ["3:0"]
    assert taken.put_back == []


@dataclass
class Unlucky:
    """One of several writes fails, counted from 1."""

    at: int
    written: int = 0

    def fail(self) -> None:
        self.written += 1
        if self.written == self.at:
            raise ValueError("a mistake that nobody thought of")


@pytest.mark.parametrize(("at", "state"), [(1, "sent"), (2, "doubt")], ids=["mark", "record"])
def test_a_mistake_with_one_message_silences_no_chat(
    app: App, time: VirtualTime, monkeypatch: pytest.MonkeyPatch, at: int, state: str
) -> None:
    put(app, people=1, each=3)
    unlucky, write = Unlucky(at), Ledger.write

    async def write_or_fail(ledger: Ledger, act: Any) -> Any:
        unlucky.fail()
        return await write(ledger, act)

    monkeypatch.setattr(Ledger, "write", write_or_fail)
    platform = Platform(time)
    deliver(app, platform, until=120)
    assert [(row.dedupe, row.state) for row in rows(app)] == [("0:0", state), ("0:1", "sent"), ("0:2", "sent")]
    assert [text for *_, text in platform.got] == ["0", "1", "2"]


@dataclass
class ThenAnother(Platform):
    """The first send to chat 0 ends in doubt, every later one in `wrong`."""

    wrong: NotSent | None = None

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if to.address != "0":
            return await super().send(to, reply)
        await self.time.sleep(1)
        self.failures[to.address] += 1
        if self.failures[to.address] == 1:
            raise InDoubt("dropped")
        assert self.wrong
        raise self.wrong


@pytest.mark.parametrize("wrong", [Gone("blocked"), Refused("too long")], ids=str)
def test_what_perhaps_has_arrived_never_ends_as_failed(app: App, time: VirtualTime, wrong: NotSent) -> None:
    put(app, people=20, each=2)
    deliver(app, ThenAnother(time, wrong=wrong), until=30)
    first = next(row for row in rows(app) if row.dedupe == "0:0")
    assert (first.state, first.reason) == ("doubt", f"{PERHAPS}{wrong}")
    with app.database.read() as session:
        gone = session.exec(select(Chat.address).where(col(Chat.gone_since).is_not(None))).all()
    assert gone == (["0"] if isinstance(wrong, Gone) else [])


def claimed_again_in_doubt(app: App, broadcast_id: int) -> Message:
    """Its only message, which was on the wire at a crash, in hand again."""
    with app.database.write() as session:
        row = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == broadcast_id)).one()
        row.reason = PERHAPS
        session.add(row)
    with app.database.write() as session:
        ((claimed, _),) = dispatch.claim(session, Scope("telegram"), app.clock(), room=LIMITS.in_flight)
        return claimed


def test_who_has_blocked_the_bot_since_perhaps_has_it_all_the_same(app: App) -> None:
    (person,) = people(app, 1)
    broadcast_id = announce(app, state=BroadcastState.SENDING)
    _fan_out(app, broadcast_id)
    message = claimed_again_in_doubt(app, broadcast_id)
    with app.database.write() as session:
        session.exec(select(Chat).where(Chat.person_id == person)).one().gone_since = app.clock()
    with app.database.write() as session:
        assert leave(session, message, app.clock() + timedelta(seconds=1), quiet=False) is None
    (row,) = rows(app)
    assert (row.state, row.reason.startswith(PERHAPS)) == ("doubt", True)


def _fan_out(app: App, broadcast_id: int) -> None:
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock())
