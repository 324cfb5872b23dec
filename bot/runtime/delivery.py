"""Drains the outbox of one channel: claim, mark, send, settle; no transaction is open while the platform answers."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.broadcasts.rendering import Rendering
from bot.core.channel import Channel, Gone, InDoubt, Migrated, NotSent, Refused, Sent, TryLater
from bot.core.events import ChatRef
from bot.core.replies import Reply
from bot.feature import App
from bot.people.service import follow
from bot.runtime.ledger import Ledger
from bot.runtime.line import Line
from bot.runtime.pace import Pace
from bot.runtime.writer import Urgency, Writer
from db import dispatch
from db.inbox import Scope
from db.leaving import GONE, Leave, leave
from db.dispatch import Claimed
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat, mark_gone

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a message that may or may not have arrived is sent, while others do arrive."""

LOOK_AGAIN = 0.5
"""Seconds after which the outbox is looked at without being called, for rows of other processes."""

CLAIMED_AHEAD = 4
"""Rows claimed for each place on the wire: they wait for their chat's turn without holding up other chats."""

LONGEST_BACKOFF = 10.0
LONGEST_RETRY = 300.0

STALE = 0.5
"""Seconds after its mark when a message is looked at once more: its broadcast may have been stopped meanwhile."""

ANSWERS, MASS = (Lane.ANSWER,), (Lane.URGENT, Lane.NOTICE)


@dataclass(eq=False)
class _Item:
    """A claimed row on its way."""

    row: OutboxRow
    chat: Chat
    task: asyncio.Task[None] | None = None
    leaving: bool = False

    @property
    def lane(self) -> int:
        return self.row.lane


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
        self._room = limits.in_flight * CLAIMED_AHEAD
        self._in_hand: dict[int, _Item] = {}
        self._blocked: set[int] = set()
        self._isolated = Counter[int]()
        self._backoff = 1.0
        self._taken = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop, then finish what is on the wire and leave the rest to the next start."""
        while not stopping.is_set():
            self.wake.clear()
            if not await self._start_some():
                await self._wait_for_work()
        for item in self._in_hand.values():
            if item.task and not item.leaving:
                item.task.cancel()  # claimed and not sent: the next start takes it up
        await self._finish()

    async def drain(self) -> None:
        """Send everything that may go now."""
        while await self._start_some() or self._in_hand:
            await self._finish()

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        """A passing message in the pace of all others, over the one before; none while everybody is held. Its id.

        It is no row and is not tried again. A wait that the platform names holds everybody, as after any other message.
        """
        if not self.channel.limits.edit or self._pace.held(self.clock()):
            return over
        await self._free_in(to.address, group=False, spare=1)
        await self._line.place(Lane.NOTICE)
        called = False
        try:
            await self._line.slot(Lane.NOTICE)
            called, since = True, self.clock()
            self._pace.chat_taken(to.address, since, group=False)
            shown = await self._shown(to, text, over)
            self._pace.answered(since, self.clock())
        finally:
            self._line.leave(sent=called)
        return shown

    async def _shown(self, to: ChatRef, text: str, over: str) -> str:
        try:
            return await self.channel.show(to, text, over)
        except TryLater as patience:
            self._be_patient(patience)
            return over

    async def _start_some(self) -> int:
        if self._pace.held(self.clock()):
            return 0
        claimed, put_back = await self.writer.insist(Urgency.DELIVER, self._claim)
        for item in put_back:
            if item.task and not item.leaving:
                item.task.cancel()
        self._blocked = claimed.blocked
        for row, chat in claimed.rows:
            item = self._in_hand[row.id] = _Item(row, chat)
            item.task = asyncio.create_task(self._deliver(item))
            item.task.add_done_callback(partial(self._done, item))
        return len(claimed.rows)

    def _done(self, item: _Item, task: asyncio.Task[None]) -> None:
        if self._in_hand.get(item.row.id) is item:
            del self._in_hand[item.row.id]
        if item.lane == Lane.ANSWER or item.chat.id in self._blocked or self._wants_more():
            self.wake.set()
        if not task.cancelled() and task.exception():
            log.error("delivery failed", exc_info=task.exception())

    def _wants_more(self) -> bool:
        """Whether so few of the mass sends are in hand that the next ones are claimed, many at a time."""
        return self._room_for(MASS) >= self._room // 2

    def _room_for(self, lanes: tuple[Lane, ...]) -> int:
        return self._room - sum(item.lane in lanes for item in self._in_hand.values())

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
        tasks = {item.task for item in self._in_hand.values() if item.task}
        if tasks:
            await asyncio.wait(tasks)

    def _claim(self) -> tuple[Claimed, list[_Item]]:
        """Answers first, and a mass send that was claimed for a chat gives way to an answer to it."""
        now = self.app.clock()
        with self.app.database.write() as session:
            answers = self._claim_in(session, ANSWERS)
            in_hand = list(self._in_hand.values())
            put_back = [item for item in in_hand if item.chat.id in answers.blocked and self._can_wait(item)]
            if put_back:
                dispatch.give_way(session, [item.row.id for item in put_back])
                answers.rows.extend(self._claim_in(session, ANSWERS).rows)
            lanes = ANSWERS if not self._wants_more() else MASS[:1] if self._quiet() else MASS
            mass = Claimed([], set())
            if lanes is not ANSWERS:
                mass = dispatch.claim(session, self.scope, now, lanes=lanes, room=self._room_for(MASS))
        return Claimed(answers.rows + mass.rows, answers.blocked), put_back

    def _claim_in(self, session: Session, lanes: tuple[Lane, ...]) -> Claimed:
        room = self._room_for(lanes)
        return (
            dispatch.claim(session, self.scope, self.app.clock(), lanes=lanes, room=room) if room else Claimed([], set())
        )

    @staticmethod
    def _can_wait(item: _Item) -> bool:
        return item.lane != Lane.ANSWER and not item.leaving

    def _quiet(self) -> bool:
        return self.app.profile().broadcasts.quiet_until(self.app.clock()) is not None

    async def _deliver(self, item: _Item) -> None:
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
            if self.clock() - marked_at > STALE:
                leaving = await self._mark(item)
            if leaving:
                since = self.clock()
                self._pace.chat_taken(item.chat.address, since, group=not item.chat.private)
                outcome = await self._send(item, leaving)
                self._pace.answered(since, self.clock())
                await self._record(item, leaving, outcome)
            else:
                self._pace.unused()
        finally:
            self._line.leave(sent=called)

    async def _chat_turn(self, item: _Item) -> None:
        """Until its chat may get it; mass sends leave one place of the burst to an answer."""
        await self._free_in(item.chat.address, group=not item.chat.private, spare=int(item.lane != Lane.ANSWER))

    async def _free_in(self, chat: str, *, group: bool, spare: int) -> None:
        while True:
            now = self.clock()
            wait = self._pace.chat_free(chat, now, group=group, spare=spare) - now
            if wait <= 0:
                return
            await self.sleep(wait)

    async def _mark(self, item: _Item) -> Leave | None:
        quiet = item.lane == Lane.NOTICE and self._quiet()
        return await self._ledger.write(lambda session: leave(session, item.row, self.app.clock(), quiet=quiet))

    async def _send(self, item: _Item, leaving: Leave) -> Sent | NotSent:
        taken_before, row = self._taken, item.row
        try:
            sent = await self._hand_over(item, leaving)
        except TryLater as patience:
            return self._later(patience, row, alone=self._taken > taken_before)
        except InDoubt as doubt:
            return doubt if self._taken > taken_before or not row.again_in_doubt else self._outage(doubt)
        except NotSent as failure:
            return failure
        except Exception as bug:
            log.exception("send failed: outbox %s", row.id)
            return InDoubt(type(bug).__name__)
        self._backoff = 1.0
        self._taken += 1
        return sent

    async def _hand_over(self, item: _Item, leaving: Leave) -> Sent:
        """A message, or in the place of an older one where the channel can edit and still finds it."""
        to, reply = ChatRef(item.chat.channel, item.chat.address), await self._reply(item.row, leaving)
        if leaving.edits and self.channel.limits.edit:
            with suppress(Refused):
                return await self.channel.edit(to, leaving.edits, reply)
        return await self.channel.send(to, reply)

    async def _reply(self, row: OutboxRow, leaving: Leave) -> Reply:
        broadcast_id = row.broadcast_id
        if broadcast_id is None or row.body:
            return Reply.from_json(row.body)
        if known := self._rendering.known(broadcast_id, leaving.version):
            return known
        return await self.writer.run(Urgency.DELIVER, lambda: self._rendering.of(broadcast_id))

    def _later(self, patience: TryLater, row: OutboxRow, *, alone: bool) -> TryLater:
        """A failure among messages that arrive holds up only itself, longer each time; any other holds everybody."""
        if patience.seconds or not alone:
            self._be_patient(patience)
        else:
            self._isolated[row.id] += 1
        return patience

    def _outage(self, doubt: InDoubt) -> TryLater:
        """Doubt while the platform takes nothing from anybody costs no attempt: silence is also how an outage looks."""
        patience = TryLater(str(doubt))
        self._be_patient(patience)
        return patience

    def _be_patient(self, patience: TryLater) -> None:
        """A wait that the platform names holds everybody; an outage holds everybody, longer each time."""
        wait = patience.seconds or self._backoff
        if not patience.seconds:
            self._backoff = min(2 * self._backoff, LONGEST_BACKOFF)
        self._pace.hold(self.clock() + wait)

    async def _record(self, item: _Item, leaving: Leave, outcome: Sent | NotSent) -> None:
        row, now = item.row, self.app.clock()
        if isinstance(outcome, Sent):
            self._isolated.pop(row.id, None)
            await self._ledger.write(
                lambda session: dispatch.sent(session, row, now, outcome.message, version=leaving.version)
            )
            return
        log.info("outbox %s not sent: %s", row.id, type(outcome).__name__)
        await self._ledger.write(lambda session: self._record_failure(session, item, outcome))

    def _record_failure(self, session: Session, item: _Item, failure: NotSent) -> None:
        now, row = self.app.clock(), item.row
        if isinstance(failure, Gone):
            mark_gone(session, item.chat.id, now)
        if isinstance(failure, Migrated) and not follow(session, item.chat.id, failure.address):
            return
        state = _state_after(failure, row)
        again = now + timedelta(seconds=self._pause(failure, row)) if state == OutboxState.READY else None
        tried = not isinstance(failure, TryLater)
        settled = None if state == OutboxState.READY else now
        reason = f"{GONE}{failure}" if isinstance(failure, Gone) else str(failure)
        dispatch.settle(session, row.id, state, at=settled, reason=reason, not_before=again, tried=tried)

    def _pause(self, failure: NotSent, row: OutboxRow) -> float:
        """Seconds until it is tried again; what shares an outage with all others keeps its place."""
        if isinstance(failure, InDoubt):
            return float(2**row.attempts)
        isolated = self._isolated[row.id]
        return min(2.0 ** (isolated - 1), LONGEST_RETRY) if isolated and isinstance(failure, TryLater) else 0.0


def _state_after(failure: NotSent, row: OutboxRow) -> OutboxState:
    if isinstance(failure, TryLater):
        return OutboxState.READY
    if isinstance(failure, InDoubt) and not row.again_in_doubt:
        return OutboxState.DOUBT
    again = isinstance(failure, InDoubt | Migrated) and row.attempts + 1 < ATTEMPTS
    return OutboxState.READY if again else OutboxState.DEAD
