"""Those who wait to send, in a line: the most urgent first, a bounded number on the wire, evenly spaced."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.runtime.pace import Pace
from db.outbox import Lane

AHEAD = 2
"""Messages that are marked and wait for their moment: what comes in between is at most so many places behind."""

SPARE = 1
"""Places on the wire that mass sends leave to answers: a large file on a slow line takes minutes in each of them."""


@dataclass(order=True)
class _Waiting:
    lane: int
    serial: int
    called: asyncio.Future[None] = field(compare=False)


class Line:
    """`place` bounds how many are between their mark and their acknowledgement, `slot` says when one leaves."""

    def __init__(
        self, pace: Pace, in_flight: int, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._pace, self._free = pace, in_flight
        self._spare = min(SPARE, in_flight - 1)
        self._clock, self._sleep = clock, sleep
        self._marked = 0
        self._serial = itertools.count()
        self._outside: list[_Waiting] = []
        self._inside: list[_Waiting] = []
        self._caller: asyncio.Task[None] | None = None

    async def place(self, lane: int) -> None:
        """Wait for a place on the wire; give it back with `leave`."""
        waiting = self._stand(self._outside, lane)
        self._admit()
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting.called.done() and not waiting.called.cancelled():
                self.leave(sent=False)  # it was called in the moment in which it was cancelled
            raise

    async def slot(self, lane: int) -> None:
        """Wait for the moment to leave, in a place."""
        waiting = self._stand(self._inside, lane)
        if self._caller is None or self._caller.done():
            self._caller = asyncio.create_task(self._call())
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting.called.done() and not waiting.called.cancelled():
                self._pace.unused()  # it was called in the moment in which it was cancelled
                self._marked += 1
            raise

    def leave(self, *, sent: bool) -> None:
        """Give the place back; `sent` says whether it was called to leave."""
        self._free += 1
        if not sent:
            self._marked -= 1
        self._admit()

    def _stand(self, line: list[_Waiting], lane: int) -> _Waiting:
        waiting = _Waiting(lane, next(self._serial), asyncio.get_running_loop().create_future())
        heapq.heappush(line, waiting)
        return waiting

    def _admit(self) -> None:
        while (first := _first(self._outside)) and self._has_place(first.lane):
            heapq.heappop(self._outside)
            self._free -= 1
            self._marked += 1
            first.called.set_result(None)

    def _has_place(self, lane: int) -> bool:
        if lane == Lane.ANSWER:
            return self._free > 0
        return self._free > self._spare and self._marked < AHEAD

    async def _call(self) -> None:
        while _first(self._inside):
            await self._until_free()
            first = _first(self._inside)
            if first is None:
                return
            heapq.heappop(self._inside)
            self._pace.take_slot(self._clock())
            self._marked -= 1
            first.called.set_result(None)
            self._admit()

    async def _until_free(self) -> None:
        """The next moment to leave; a hold that begins meanwhile moves it."""
        while (wait := self._pace.next_slot(now := self._clock()) - now) > 0:
            await self._sleep(wait)


def _first(line: list[_Waiting]) -> _Waiting | None:
    """The most urgent who still waits."""
    while line and line[0].called.done():
        heapq.heappop(line)
    return line[0] if line else None
