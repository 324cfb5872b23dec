"""The line before the wire: whoever goes away in it takes nothing with them."""

import asyncio
import itertools
from contextlib import suppress

from bot.channels.telegram import LIMITS
from bot.runtime.line import AHEAD, Line
from bot.runtime.pace import Pace
from db.outbox import Lane


def test_those_who_go_away_at_any_moment_leave_their_places_and_the_pace_as_they_were() -> None:
    async def work() -> None:
        pace = Pace(LIMITS)
        line = Line(pace, LIMITS.in_flight, lambda: 0.0, asyncio.sleep)

        async def one() -> None:
            await line.place(Lane.NOTICE)
            called = False
            try:
                await line.slot(Lane.NOTICE)
                called = True
                pace.unused()
            finally:
                line.leave(sent=called)

        for turns in range(12):
            tasks = [asyncio.create_task(one()) for _ in range(AHEAD + 2)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.sleep(0)
            assert (line._free, line._marked, pace._unanswered) == (LIMITS.in_flight, 0, 0), turns

    asyncio.run(work())


def test_an_answer_finds_a_place_however_long_mass_sends_stay_on_the_wire() -> None:
    async def work() -> None:
        seconds = itertools.count()  # more than a second passes between any two looks at it
        line, left = Line(Pace(LIMITS), LIMITS.in_flight, lambda: next(seconds), asyncio.sleep), list[Lane]()

        async def stay(lane: Lane) -> None:
            await line.place(lane)
            await line.slot(lane)
            left.append(lane)

        async def while_stays(lane: Lane, number: int) -> None:
            staying.extend(asyncio.create_task(stay(lane)) for _ in range(number))
            for _ in range(100):
                await asyncio.sleep(0)

        staying: list[asyncio.Task[None]] = []
        await while_stays(Lane.NOTICE, 20)
        await while_stays(Lane.ANSWER, 1)
        assert left == [Lane.NOTICE] * (LIMITS.in_flight - 1) + [Lane.ANSWER]
        for task in staying:
            task.cancel()

    asyncio.run(work())
