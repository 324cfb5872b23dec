"""Drains the outbox of one channel: claim, mark, send, settle; no transaction is open while the platform answers."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.broadcasts.rendering import Rendering
from bot.core.channel import Channel, Gone, InDoubt, Migrated, NotSent, Refused, Sent, TryLater
from bot.core.events import ChatRef
from bot.core.replies import Reply
from bot.feature import App
from bot.people.service import follow
from bot.runtime.fate import LONGEST_BACKOFF, Failures, Fate
from bot.runtime.hand import CLAIMED_AHEAD, Hand, Item, quiet
from bot.runtime.ledger import Ledger
from bot.runtime.line import Line
from bot.runtime.pace import Pace
from bot.runtime.writer import Urgency, Writer
from db import dispatch
from db.dispatch import PERHAPS, Message
from db.inbox import Scope
from db.leaving import GONE, Leave, leave
from db.outbox import Lane, OutboxState
from db.people import mark_gone

log = logging.getLogger(__name__)

LOOK_AGAIN = 0.5
"""Seconds after which the outbox is looked at without being called, for rows of other processes."""

STALE = 0.5
"""Seconds after its mark when a message is looked at once more: its broadcast may have been stopped meanwhile."""

MISTAKE = "a mistake of the bot's own"
AFTER_MISTAKE = 60.0
"""Seconds after which a message is tried again with which something went wrong before it left."""


@dataclass
class Delivery:
    """Sends what one process may send. `clock` and `sleep` count seconds; tests of long outages bring their own."""

    app: App
    channel: Channel
    scope: Scope
    writer: Writer
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        limits = self.channel.limits
        self._pace = Pace(limits)
        self._line = Line(self._pace, limits.in_flight, self.clock, self.sleep)
        self._ledger = Ledger(self.app.database, self.writer)
        self._rendering = Rendering(self.app)
        self._hand = Hand(self.app, self.scope, limits.in_flight * CLAIMED_AHEAD)
        self._failures = Failures()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop, then finish what is on the wire and leave the rest to the next start.

        However long everybody was to wait: what has not left goes back.
        """
        while not stopping.is_set():
            self.wake.clear()
            if not await self._start_some():
                await self._wait_for_work()
        waiting = [item for item in self._hand.items.values() if not item.left]
        for item in waiting:
            if item.task:
                item.task.cancel()
        await self._finish()
        if waiting:
            await self._ledger.write(lambda session: dispatch.put_back(session, [item.row.id for item in waiting]))

    async def drain(self) -> None:
        """Send everything that may go now."""
        while await self._start_some() or self._hand.items:
            await self._finish()

    async def show(self, to: ChatRef, text: str, over: str = "") -> str | None:
        """A passing message in the pace of all others, over the one before. Its id; None where it may leave later.

        It is no row and is not tried again. While everybody is held nothing leaves; a wait that the platform names
        holds everybody, as after any other message.
        """
        if not self.channel.limits.edit:
            return over
        if self._pace.held(self.clock()):
            return None
        await self._free_in(to.address, group=False, spare=1)
        await self._line.place(Lane.NOTICE)
        called = False
        try:
            await self._line.slot(Lane.NOTICE)
            called = True
            async with self._on_the_wire(to, group=False):
                return await self.channel.show(to, text, over)
        except TryLater as patience:
            self._pace.hold(self.clock() + patience.seconds)
            return None
        finally:
            self._line.leave(sent=called)

    @asynccontextmanager
    async def _on_the_wire(self, to: ChatRef, *, group: bool) -> AsyncIterator[None]:
        """In a slot: counted until the platform has answered, or nobody waits for that any more."""
        since = self.clock()
        self._pace.chat_taken(to.address, since, group=group)
        try:
            yield
        finally:
            self._pace.answered(since, self.clock())

    async def _start_some(self) -> int:
        if self._pace.held(self.clock()):
            return 0
        taken = await self.writer.insist(Urgency.DELIVER, partial(self._hand.claim, self._hand.held()))
        for item in taken.put_back:
            item.given_back = True
            if item.task and not item.leaving:
                item.task.cancel()
        self._hand.blocked = taken.blocked
        for row, chat in taken.rows:
            item = self._hand.items[row.id] = Item(row, chat)
            item.task = asyncio.create_task(self._deliver(item))
            item.task.add_done_callback(partial(self._done, item))
        return len(taken.rows)

    def _done(self, item: Item, task: asyncio.Task[None]) -> None:
        if self._hand.items.get(item.row.id) is item:
            del self._hand.items[item.row.id]
        if item.lane == Lane.ANSWER or item.chat.id in self._hand.blocked or self._hand.wants_more():
            self.wake.set()
        if not task.cancelled() and task.exception():
            log.error("left in hand until the next start: outbox %s", item.row.id, exc_info=task.exception())

    async def _wait_for_work(self) -> None:
        pause = max(LOOK_AGAIN, min(self._pace.held(self.clock()), LONGEST_BACKOFF))
        waiting = asyncio.create_task(self.wake.wait())
        pausing = asyncio.ensure_future(self.sleep(pause))
        await asyncio.wait((waiting, pausing), return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, pausing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _finish(self) -> None:
        tasks = {item.task for item in self._hand.items.values() if item.task}
        if tasks:
            await asyncio.wait(tasks)

    async def _deliver(self, item: Item) -> None:
        """A mistake that nobody thought of costs its chat one message at most, never all until the next start."""
        try:
            await self._leave(item)
        except Exception:
            log.exception("delivery failed: outbox %s", item.row.id)
            await self._ledger.write(lambda session: _let_go(session, item, self.app.clock()))

    async def _leave(self, item: Item) -> None:
        await self._chat_turn(item)
        await self._line.place(item.lane)
        called = False
        try:
            while held := self._pace.held(self.clock()):
                await self.sleep(held)
            item.leaving = True
            # Committed before the send: after a crash only rows with this mark are ambiguous. Before the slot, because
            # a commit takes longer now and then, and sends must leave evenly.
            leaving = await self._mark(item)
            if leaving is None:
                return
            marked_at = self.clock()
            await self._line.slot(item.lane)
            called = True
            leaving = await self._still(item, leaving, marked_at)
            if leaving is None:
                return
            item.left = True
            async with self._on_the_wire(_address(item), group=not item.chat.private):
                outcome = await self._send(item, leaving)
            await self._record(item, leaving, outcome)
        finally:
            self._line.leave(sent=called)

    async def _still(self, item: Item, leaving: Leave, marked_at: float) -> Leave | None:
        """What it leaves as, looked at again where much time has passed or the quiet hours have begun."""
        if self.clock() - marked_at <= STALE and not self._keeps_quiet(item):
            return leaving
        again = None
        try:
            again = await self._mark(item)
        finally:
            if again is None:
                self._pace.unused()
        return again

    async def _chat_turn(self, item: Item) -> None:
        """Until its chat may get it; mass sends leave one place of the burst to an answer."""
        await self._free_in(item.chat.address, group=not item.chat.private, spare=int(item.lane != Lane.ANSWER))

    async def _free_in(self, chat: str, *, group: bool, spare: int) -> None:
        while True:
            now = self.clock()
            wait = self._pace.chat_free(chat, now, group=group, spare=spare) - now
            if wait <= 0:
                return
            await self.sleep(wait)

    def _keeps_quiet(self, item: Item) -> bool:
        return item.lane == Lane.NOTICE and quiet(self.app)

    async def _mark(self, item: Item) -> Leave | None:
        keeps_quiet = self._keeps_quiet(item)

        def mark(session: Session) -> Leave | None:
            # Given back while it waited for this transaction: whoever claims it next sends it.
            return None if item.given_back else leave(session, item.row, self.app.clock(), quiet=keeps_quiet)

        return await self._ledger.write(mark)

    async def _send(self, item: Item, leaving: Leave) -> Sent | NotSent:
        self._failures.leaves(item.row.id)
        try:
            sent = await self._hand_over(item, leaving)
        except NotSent as failure:
            return failure
        except Exception as bug:
            log.exception("send failed: outbox %s", item.row.id)
            return InDoubt(type(bug).__name__)
        self._failures.taken(item.row.id)
        return sent

    async def _hand_over(self, item: Item, leaving: Leave) -> Sent:
        """A message, or in the place of an older one where the channel can edit and still finds it."""
        to, reply = _address(item), await self._reply(item.row, leaving)
        if leaving.edits and self.channel.limits.edit:
            with suppress(Refused):
                return await self.channel.edit(to, leaving.edits, reply)
        return await self.channel.send(to, reply)

    async def _reply(self, row: Message, leaving: Leave) -> Reply:
        broadcast_id = row.broadcast_id
        if broadcast_id is None or row.body:
            return Reply.from_json(row.body)
        if known := self._rendering.known(broadcast_id, leaving.version):
            return known
        return await self.writer.insist(Urgency.DELIVER, lambda: self._rendering.of(broadcast_id))

    async def _record(self, item: Item, leaving: Leave, outcome: Sent | NotSent) -> None:
        row, now = item.row, self.app.clock()
        if isinstance(outcome, Sent):
            await self._ledger.write(
                lambda session: dispatch.sent(session, row, now, outcome.message, version=leaving.version)
            )
            return
        fate = self._failures.fate(row, outcome)
        if fate.hold:
            self._pace.hold(self.clock() + fate.hold)
        log.info("outbox %s not sent: %s", row.id, type(outcome).__name__)
        await self._ledger.write(lambda session: _record_failure(session, item, outcome, fate, now))


def _address(item: Item) -> ChatRef:
    return ChatRef(item.chat.channel, item.chat.address)


def _record_failure(session: Session, item: Item, failure: NotSent, fate: Fate, now: datetime) -> None:
    if isinstance(failure, Gone):
        mark_gone(session, item.chat.id, now)
    if isinstance(failure, Migrated) and not follow(session, item.chat.id, failure.address):
        return
    again = now + timedelta(seconds=fate.pause) if fate.state == OutboxState.READY else None
    settled = None if again else now
    reason = _reason(item.row, failure)
    dispatch.settle(session, item.row.id, fate.state, at=settled, reason=reason, not_before=again, tried=fate.tried)


def _reason(row: Message, failure: NotSent) -> str:
    """Once it may have arrived, that is not forgotten by a later failure."""
    if isinstance(failure, InDoubt) or row.reason.startswith(PERHAPS):
        return f"{PERHAPS}{failure}"
    return f"{GONE}{failure}" if isinstance(failure, Gone) else str(failure)


def _let_go(session: Session, item: Item, now: datetime) -> None:
    """What nobody can go on with: what has left is in doubt, the rest is tried again, and not at once."""
    if item.given_back or not dispatch.mark(session, item.row.id):  # not in our hands any more
        return
    if item.left:
        dispatch.settle(session, item.row.id, OutboxState.DOUBT, at=now, reason=f"{PERHAPS}{MISTAKE}")
    else:
        again = now + timedelta(seconds=AFTER_MISTAKE)
        dispatch.settle(session, item.row.id, OutboxState.READY, reason=item.row.reason, not_before=again)
