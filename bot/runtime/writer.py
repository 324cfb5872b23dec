"""Runs database work off the event loop: on SQLite in one thread, so that no two writers wait for each other."""

import asyncio
import itertools
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from db.session import is_outage

log = logging.getLogger(__name__)

AGAIN = 1.0
T = TypeVar("T")
_Job = tuple[int, int, "Callable[[], Any] | None", "Future[Any]"]


class Urgency(IntEnum):
    """What goes first when several wait: keeping what came, then turns, then delivery, then what the clock owes."""

    RECEIVE = 0
    TURN = 1
    DELIVER = 2
    CLOCK = 3
    LAST = 9


class Writer:
    """A few threads over one queue. Close it to let what is queued finish."""

    def __init__(self, threads: int = 1) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._serial = itertools.count()
        self._threads = [threading.Thread(target=self._work, name=f"writer-{at}", daemon=True) for at in range(threads)]
        for thread in self._threads:
            thread.start()

    async def run(self, urgency: Urgency, work: Callable[[], T]) -> T:
        """Do the work in a thread; what it raises is raised here."""
        future: Future[T] = Future()
        self._jobs.put((urgency, next(self._serial), work, future))
        return await asyncio.wrap_future(future)

    async def insist(self, urgency: Urgency, work: Callable[[], T]) -> T:
        """The same, again every second for as long as the database is busy, full or away: what must be written is."""
        while True:
            try:
                return await self.run(urgency, work)
            except OperationalError as error:
                if not is_outage(error):
                    raise
                log.warning("the database is busy, full or away")
                await asyncio.sleep(AGAIN)

    def close(self) -> None:
        """Finish what is queued, then end the threads."""
        for _ in self._threads:
            self._jobs.put((Urgency.LAST, next(self._serial), None, Future()))
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            _, _, work, future = self._jobs.get()
            if work is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
