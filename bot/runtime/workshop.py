"""Makes the papers that staff ordered, one after the other, and hands each to the delivery."""

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.core.events import ChatRef
from bot.feature import App, Job, Made
from bot.runtime.delivery import Delivery
from bot.runtime.order_book import OrderBook
from bot.runtime.progress import Progress
from bot.runtime.workbench import Bench, NotMade
from bot.runtime.writer import Urgency
from db.files import UNFINISHED
from db.orders import Order

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_AGAIN = 0.5
"""Seconds after which orders are looked for."""

AFTER_FAILURE = 5.0


class Workshop:
    """One worker, the only one that makes papers for the scope of its delivery."""

    def __init__(self, app: App, delivery: Delivery, bench: Bench, after_failure: float = AFTER_FAILURE) -> None:
        self.app = app
        self.delivery = delivery
        self.bench = bench
        self.after_failure = after_failure
        self.book = OrderBook(app, delivery.scope, delivery.channel.limits)
        self.progress = Progress(app.say, delivery)

    async def run(self, stopping: asyncio.Event) -> None:
        """Make papers until told to stop; one that is not finished then is made at the next start."""
        told, making = asyncio.create_task(stopping.wait()), asyncio.create_task(self._run())
        await asyncio.wait((told, making), return_when=asyncio.FIRST_COMPLETED)
        for task in (told, making):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await making

    async def _run(self) -> None:
        with self:
            await self._write(self.book.recover)
            while True:
                if not await asyncio.to_thread(self._waits):
                    await asyncio.sleep(LOOK_AGAIN)
                elif not await self.make_one():
                    await asyncio.sleep(self.after_failure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.close()

    def _waits(self) -> bool:
        with suppress(SQLAlchemyError):  # busy, full or away: it is asked again
            return self.book.waits()
        return False

    async def recover_and_make(self) -> None:
        """Make everything that waits, where whoever ordered it looks on and nobody else can be making it."""
        await self._write(self.book.recover)
        while self._waits():
            await self.make_one()

    async def make_one(self) -> bool:
        """Make the oldest that waits, if there is one; False where that failed."""
        claimed = await self._write(self.book.claim)
        if claimed is None:
            return True
        order, chat = claimed
        folder = self.app.files.folder / f"{UNFINISHED}order-{order.id}"
        try:
            return await self._tried(order, chat, folder)
        except asyncio.CancelledError:
            with suppress(SQLAlchemyError):  # no time to insist: the next start finds it, which counts a try
                await self.delivery.writer.run(Urgency.CLOCK, lambda: self.book.give_back(order))
            raise
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            self.delivery.wake.set()

    async def _tried(self, order: Order, chat: ChatRef, folder: Path) -> bool:
        try:
            job = await self._write(lambda: self.book.job(order, folder))
            if job:
                made = await self._made(order, chat, job)
                await self._hand_out(order, made, folder / made.name)
                await self.progress.over(order.id, chat)
        except Exception as error:
            reason = str(error) if isinstance(error, NotMade) else type(error).__name__
            log.warning("order %s not made, try %s: %s", order.id, order.tries, reason)
            await self._write(lambda: self.book.failed(order))
            return False
        return True

    async def _made(self, order: Order, chat: ChatRef, job: Job) -> Made:
        shutil.rmtree(job.folder, ignore_errors=True)
        job.folder.mkdir(mode=0o700, parents=True)
        async with self.progress.watching(order.id, chat) as said:
            return await self.bench.make(self.app.routes.makes[order.kind], job, said)

    async def _hand_out(self, order: Order, made: Made, path: Path) -> None:
        size, sha = await asyncio.to_thread(_measured, path)
        if size > self.delivery.channel.limits.upload:
            await self._write(lambda: self.book.too_large(order))
            return
        if await self._write(lambda: self.book.note(order, sha)):
            await asyncio.to_thread(lambda: self.app.files.put(path.read_bytes()))
            await self._write(lambda: self.book.settle(order, made, sha))

    async def _write(self, work: Callable[[], T]) -> T:
        """A transaction behind the turns that wait."""
        return await self.delivery.writer.insist(Urgency.CLOCK, work)


def _measured(path: Path) -> tuple[int, str]:
    """Its bytes, and the name that the store will give it."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
