"""Files that Telegram has already: they go by its own id, and are not uploaded anew for everybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from telegram import Message

from bot.core.replies import Document, Kind

KEPT = 500
"""Files of which the id is remembered, the newest; a restart forgets them all."""


@dataclass(frozen=True)
class Known:
    """A file there: as what it was taken, which is not always as what it was offered, and its id."""

    kind: Kind
    file_id: str


class Uploads:
    """What was uploaded since the start. While one uploads a file, all others to whom it goes wait for its id."""

    def __init__(self) -> None:
        self._known: dict[Document, Known] = {}
        self._uploading: WeakValueDictionary[Document, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def known(self, file: Document) -> AsyncIterator[Known | None]:
        """What is known of it; None for whoever is to upload it in this block."""
        if file not in self._known:
            async with self._uploading.setdefault(file, asyncio.Lock()):
                if file not in self._known:
                    yield None
                    return
        yield self._known[file]

    def remember(self, file: Document, kind: Kind, message: Message) -> None:
        """What Telegram made of it; what it made into something else, such as a video, is uploaded again."""
        found = message.photo[-1] if kind == "photo" and message.photo else message.document
        if found:
            self._known[file] = Known(kind, found.file_id)
        if len(self._known) > KEPT:
            self._known.pop(next(iter(self._known)))

    def forget(self, file: Document) -> None:
        """It is not there any more."""
        self._known.pop(file, None)
