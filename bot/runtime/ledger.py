"""Group commit: what several have to write at the same time goes into one transaction."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session

from bot.runtime.writer import Urgency, Writer
from db.session import Database

T = TypeVar("T")
_Entry = tuple[Callable[[Session], Any], "asyncio.Future[Any]"]


class Ledger:
    """Nobody waits longer than for one commit; while it goes on, the next ones gather."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, act: Callable[[Session], T]) -> T:
        """Do it in a transaction, committed when this returns. It may be done again after a failure of another's."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((act, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            entries = [entry for entry in taken if not entry[1].done()]
            try:
                await self._together(entries)
            except Exception:
                # One of them cannot be written: the others must not go down with it.
                for entry in entries:
                    await self._alone(entry)

    async def _together(self, entries: list[_Entry]) -> None:
        results = await self._writer.insist(Urgency.DELIVER, lambda: self._commit(entries))
        for (_, future), result in zip(entries, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _alone(self, entry: _Entry) -> None:
        try:
            await self._together([entry])
        except Exception as error:
            if not entry[1].done():
                entry[1].set_exception(error)

    def _commit(self, entries: list[_Entry]) -> list[object]:
        with self._database.write() as session:
            return [act(session) for act, _ in entries]
