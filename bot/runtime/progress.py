"""How far a paper is, told to the person who waits for it by editing one message."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.core.bar import bar, grouped, percent
from bot.core.events import ChatRef
from bot.runtime.delivery import Delivery
from bot.text import Texts

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two edits of a message: more of them, and Telegram asks for patience."""


@dataclass
class Far:
    """How many are done, of how many; told from another thread."""

    done: int = 0
    of: int = 0

    def __call__(self, done: int, of: int) -> None:
        """That is how far it is."""
        self.done, self.of = done, of

    def in_words(self, say: Texts) -> str:
        """A bar, the share, the numbers."""
        values = {"bar": bar(self.done, self.of), "percent": percent(self.done, self.of)}
        return say.label("ordering.progress", **values, done=grouped(self.done), of=grouped(self.of))


@dataclass
class Progress:
    """What is shown: one message for each order, or other key, also over several tries.

    Nothing of it is kept over a restart.
    """

    say: Texts
    delivery: Delivery
    every: float = EVERY
    messages: dict[Hashable, str] = field(default_factory=dict)

    @asynccontextmanager
    async def watching(self, order_id: int, chat: ChatRef) -> AsyncIterator[Callable[[int, int], None]]:
        """Show what the given function is told, while the block runs."""
        far, ended = Far(), asyncio.Event()
        showing = asyncio.create_task(self._follow(order_id, chat, far, ended))
        try:
            yield far
        except asyncio.CancelledError:
            showing.cancel()
            raise
        finally:
            ended.set()
            await asyncio.wait([showing])

    async def _follow(self, order_id: int, chat: ChatRef, far: Far, ended: asyncio.Event) -> None:
        told = ""
        while not await _set_within(ended, self.every):
            news = far.in_words(self.say) if far.of else ""
            if news != told and await self.show(order_id, chat, news):
                told = news

    async def over(self, order_id: int, chat: ChatRef) -> None:
        """It stands in the chat for good: say that it is nothing to wait for."""
        if self.messages.get(order_id):
            await self.show(order_id, chat, self.say.label("ordering.progress_over"))
        self.messages.pop(order_id, None)

    async def show(self, key: Hashable, chat: ChatRef, text: str) -> bool:
        """Put it over what is shown under that key; never what its work fails of. False where it may leave later."""
        try:
            shown = await self.delivery.show(chat, text, self.messages.get(key, ""))
        except Exception as error:
            log.info("nothing shown of %s: %s", key, type(error).__name__)
            return False
        if shown is not None:
            self.messages[key] = shown
        return shown is not None


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
