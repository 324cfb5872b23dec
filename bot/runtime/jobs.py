"""The clock: APScheduler ticks, and at every tick each feature does what is owed by now.

Nothing is scheduled but the tick itself. What is due is a query over rows, so a tick that was missed, came twice, or
came in two processes at once changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.feature import App

log = logging.getLogger(__name__)

EVERY = 20.0
"""Seconds between two ticks."""


def owed(app: App) -> list[Callable[[], bool]]:
    """One piece of work for each thing that a feature may owe; each says whether it has more to do at once.

    None raises: it is tried again at the next tick.
    """
    return [partial(_do, app, feature.name, due) for feature in app.features for due in feature.due]


def tick(app: App) -> None:
    """Do everything that is due."""
    for work in owed(app):
        while work():
            pass


def _do(app: App, feature: str, due: Callable[[App], object]) -> bool:
    try:
        return due(app) is True
    except Exception:
        log.exception("not done: %s of %s", getattr(due, "__name__", "?"), feature)
        return False


@contextmanager
def ticking(work: Callable[[], Awaitable[None]], every: float = EVERY) -> Iterator[None]:
    """Call `work` at once and then again and again while the block runs, never twice at a time."""

    async def tick_until_told() -> None:
        with suppress(asyncio.CancelledError):  # stopping in the middle is no error: the next start finds what is left
            await work()

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        tick_until_told,
        "interval",
        seconds=every,
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    # A tick that takes longer than the pause is nothing to warn of: the next one finds what is left.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
