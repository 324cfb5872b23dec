"""Drains the outbox of one channel: claim, mark, send, settle; no transaction is open while the platform answers."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.channel import Channel, Gone, InDoubt, Migrated, NotSent, Sent, TryLater
from bot.core.events import ChatRef
from bot.core.replies import Reply
from bot.feature import App
from bot.people.service import follow
from bot.runtime.pace import Pace
from bot.runtime.writer import Urgency, Writer
from db import outbox
from db.inbox import Scope
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, mark_gone

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a message that may or may not have arrived is sent, while others do arrive."""

LOOK_AGAIN = 0.5
"""Seconds after which the outbox is looked at without being called, for rows of other processes."""

CLAIMED_AHEAD = 4
"""Rows claimed for each place on the wire: they wait for their chat's turn without holding up other chats."""

LONGEST_BACKOFF = 30.0


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
        self._pace = Pace(self.channel.limits)
        self._wire = asyncio.Semaphore(self.channel.limits.in_flight)
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_wire: set[asyncio.Task[None] | None] = set()
        self._backoff = 1.0
        self._taken = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop, then finish what is on the wire and leave the rest to the next start."""
        while not stopping.is_set():
            self.wake.clear()
            if not await self._start_some():
                await self._wait_for_work()
        for task in self._tasks - self._on_wire:
            task.cancel()  # claimed and not sent: the next start takes it up
        await self._finish()

    async def drain(self) -> None:
        """Send everything that may go now."""
        while await self._start_some() or self._tasks:
            await self._finish()

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        """A passing message in the pace of all others, over the one before; none while everybody is held. Its id.

        It is no row and is not tried again. A wait that the platform names holds everybody, as after any other message.
        """
        if not self.channel.limits.edit or self._pace.held(self.clock()):
            return over
        await self._until(self._pace.chat_slot(to.address, self.clock(), group=False))
        await self._slot()
        try:
            return await self.channel.show(to, text, over)
        except TryLater as patience:
            self._be_patient(patience)
            return over

    async def _start_some(self) -> int:
        room = self.channel.limits.in_flight * CLAIMED_AHEAD - len(self._tasks)
        if room <= 0 or self._pace.held(self.clock()):
            return 0
        claimed = await self.writer.insist(Urgency.DELIVER, lambda: self._claim(room))
        for row, chat in claimed:
            task = asyncio.create_task(self._deliver(row, chat))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._on_wire.discard(task)
        self.wake.set()
        if not task.cancelled() and task.exception():
            log.error("delivery failed", exc_info=task.exception())

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
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def _claim(self, room: int) -> list[tuple[OutboxRow, Chat]]:
        with self.app.database.write() as session:
            taken: list[tuple[OutboxRow, Chat]] = []
            while len(taken) < room and (found := outbox.claim(session, self.scope, self.app.clock())):
                taken.append(found)
            return taken

    async def _deliver(self, row: OutboxRow, chat: Chat) -> None:
        await self._until(self._pace.chat_slot(chat.address, self.clock(), group=not chat.private))
        async with self._wire:
            await self._hold_over()
            self._on_wire.add(asyncio.current_task())
            # Committed before the send: after a crash only rows with this mark are ambiguous. Before the slot, because
            # a commit takes longer now and then, and sends must leave evenly.
            await self._settle(row, OutboxState.WIRE)
            await self._slot()
            outcome = await self._send(row, chat)
        await self._record(row, chat, outcome)

    async def _hold_over(self) -> None:
        while held := self._pace.held(self.clock()):
            await self.sleep(held)

    async def _slot(self) -> None:
        """Wait for a place; a hold that began meanwhile makes it worthless, and a new one is taken behind it."""
        await self._until(self._pace.slot(self.clock()))
        while self._pace.held(self.clock()):
            await self._until(self._pace.slot(self.clock()))

    async def _until(self, moment: float) -> None:
        wait = moment - self.clock()
        if wait > 0:
            await self.sleep(wait)

    async def _send(self, row: OutboxRow, chat: Chat) -> Sent | NotSent:
        taken_before = self._taken
        try:
            sent = await self.channel.send(ChatRef(chat.channel, chat.address), Reply.from_json(row.body))
        except TryLater as patience:
            self._be_patient(patience)
            return patience
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

    async def _record(self, row: OutboxRow, chat: Chat, outcome: Sent | NotSent) -> None:
        if isinstance(outcome, Sent):
            await self._settle(row, OutboxState.SENT, at=self.app.clock(), message=outcome.message)
            return
        log.info("outbox %s not sent: %s", row.id, type(outcome).__name__)
        await self.writer.insist(Urgency.DELIVER, lambda: self._record_failure(row, chat, outcome))

    def _record_failure(self, row: OutboxRow, chat: Chat, failure: NotSent) -> None:
        now = self.app.clock()
        with self.app.database.write() as session:
            if isinstance(failure, Gone):
                mark_gone(session, chat.id, now)
            if isinstance(failure, Migrated) and not follow(session, chat.id, failure.address):
                return
            state = _state_after(failure, row)
            again = now + timedelta(seconds=5) if isinstance(failure, InDoubt) else now
            tried = not isinstance(failure, TryLater)
            settled = None if state == OutboxState.READY else now
            outbox.settle(session, row.id, state, at=settled, reason=str(failure), not_before=again, tried=tried)

    async def _settle(
        self, row: OutboxRow, state: OutboxState, *, at: datetime | None = None, message: str = ""
    ) -> None:
        def write() -> None:
            with self.app.database.write() as session:
                outbox.settle(session, row.id, state, at=at, message=message)

        await self.writer.insist(Urgency.DELIVER, write)


def _state_after(failure: NotSent, row: OutboxRow) -> OutboxState:
    if isinstance(failure, TryLater):
        return OutboxState.READY
    if isinstance(failure, InDoubt) and not row.again_in_doubt:
        return OutboxState.DOUBT
    again = isinstance(failure, InDoubt | Migrated) and row.attempts + 1 < ATTEMPTS
    return OutboxState.READY if again else OutboxState.DEAD
