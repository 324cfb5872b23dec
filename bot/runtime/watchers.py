"""How far an announcement is, told to staff who watch it by editing one message in their chat."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.broadcasts import wording
from bot.broadcasts.officer import watching
from bot.broadcasts.rules import GOING
from bot.core.events import ChatRef
from bot.feature import App, Work
from bot.runtime.delivery import Delivery
from bot.runtime.progress import Progress
from bot.runtime.writer import Urgency
from db import broadcast_rows, watches
from db.broadcasts import Broadcast
from db.watches import Watch

EVERY = 4.0
"""Seconds between two looks: each edit takes the place of a message that could leave."""


@dataclass(frozen=True)
class News:
    """What one message says now; `over` where it is the last word."""

    watch: Watch
    chat: ChatRef
    text: str
    over: bool

    @property
    def key(self) -> tuple[int, int]:
        """The message for those who show it."""
        return self.watch.broadcast_id, self.watch.chat_id


class Watchers:
    """All who watch on one channel; what they see is kept over a restart by the id of the message."""

    def __init__(self, app: App, delivery: Delivery) -> None:
        self.app, self.delivery = app, delivery
        self.progress = Progress(app.say, delivery)
        self._told: dict[tuple[int, int], str] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Tell what is new until told to stop; nothing of it is owed to anybody."""
        while not stopping.is_set():
            with suppress(SQLAlchemyError):  # busy, full or away: there is a next time
                await self.tell()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), EVERY)

    async def tell(self) -> None:
        """Show everybody how far it is now."""
        for news in await asyncio.to_thread(self._news):
            if await self._stands(news) and news.over:
                await self._write(news, "")

    async def _stands(self, news: News) -> bool:
        """Whether nothing is left to show; what could not leave now, as while everybody is held, is shown later."""
        if not news.text or self._told.get(news.key) == news.text:
            return True
        self.progress.messages.setdefault(news.key, news.watch.message)
        if not await self.progress.show(news.key, news.chat, news.text):
            return False
        self._told[news.key] = news.text
        shown = self.progress.messages[news.key]
        if shown and shown != news.watch.message:
            await self._write(news, shown)
        return True

    async def _write(self, news: News, message: str) -> None:
        """Which message it is; none when it is over."""
        if not message:
            self.progress.messages.pop(news.key, None)
            self._told.pop(news.key, None)
        await self.delivery.writer.run(Urgency.CLOCK, lambda: self._note(news.watch, message))

    def _note(self, watch: Watch, message: str) -> None:
        with self.app.database.write() as session:
            if message:
                watches.stands(session, watch, message)
            else:
                watches.end(session, watch)

    def _news(self) -> Sequence[News]:
        return news(self.app, self.delivery.scope.channel, self.delivery.channel.limits.rate)


def news(app: App, channel: str, rate: float) -> list[News]:
    """What everybody who watches on a channel sees now; of each announcement the messages are counted once."""
    with app.database.read() as session:
        work = Work(app, session, app.clock(), app.profile())
        rows = watches.of_channel(session, channel)
        seen = [staff is not None and watching.sees(staff, broadcast) for _, broadcast, _, staff in rows]
        shown = {broadcast.id: broadcast for (_, broadcast, _, _), sees in zip(rows, seen, strict=True) if sees}
        texts = {each.id: _text(work, each, rate) for each in shown.values()}
        return [
            _news_of(watch, broadcast, ChatRef(chat.channel, chat.address), texts[broadcast.id] if sees else "")
            for (watch, broadcast, chat, _), sees in zip(rows, seen, strict=True)
        ]


def _text(work: Work, broadcast: Broadcast, rate: float) -> str:
    said = watching.far(work, broadcast, broadcast_rows.tally(work.session, broadcast.id), rate)
    return work.app.say.label("watching.live", number=wording.number(broadcast), far=said)


def _news_of(watch: Watch, broadcast: Broadcast, chat: ChatRef, text: str) -> News:
    """Nothing to whom it is nothing any more."""
    return News(watch, chat, text, over=not text or broadcast.state not in GOING)
