"""The bot on Telegram inside the test's process, in a thread of its own, against the stand-in."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.telegram import LIMITS
from bot.channels.telegram.serve import serve
from bot.core.channel import Limits
from bot.feature import App
from bot.runtime.jobs import EVERY
from bot.settings import Settings
from tests.telegram_server import TelegramServer

HURRIED = replace(LIMITS, rate=300, second=1_000_000, chat_rate=100, chat_burst=100)
"""For tests that are not about pacing."""


class RunningClock:
    """A clock that runs, from a morning of the test's own."""

    def __init__(self, start: datetime) -> None:
        self._start, self._since = start, time.monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._since)


def eventually(condition: Callable[[], bool], within: float = 10.0) -> bool:
    """Whether something comes true that no message shows."""
    give_up = time.monotonic() + within
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def on_telegram(settings: Settings, server: TelegramServer) -> Settings:
    """The same settings with the stand-in as Telegram."""
    return settings.model_copy(update={"telegram_token": server.token, "telegram_api_url": server.url})


@contextmanager
def serving(
    app: App, settings: Settings, server: TelegramServer, limits: Limits = HURRIED, every: float = EVERY
) -> Iterator[None]:
    """The bot serves while the block runs, its clock ticks `every` so many seconds; what ends it early is raised."""
    failed: list[BaseException] = []
    loop = asyncio.new_event_loop()
    stopping = asyncio.Event()

    def work() -> None:
        try:
            loop.run_until_complete(serve(app, on_telegram(settings, server), stopping, limits, every))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(30)
        loop.close()
    if failed:
        raise failed[0]
