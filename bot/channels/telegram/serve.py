"""The life of a process that serves Telegram: start, take turns, deliver, stop."""

import asyncio
import logging
import signal
import time
from contextlib import suppress
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.constants import ChatAction
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram import LIMITS, Telegram, bot_for
from bot.channels.telegram.poll import LONGEST_BACKOFF, poll
from bot.channels.telegram.updates import chat_of, key_of
from bot.core.channel import Limits
from bot.feature import App, CommandRoute
from bot.runtime.delivery import Delivery
from bot.runtime.stop import CannotServe
from bot.runtime.turn import Outcome, take_one
from bot.runtime.writer import Urgency, Writer
from bot.settings import Settings
from db import outbox
from db.inbox import Scope
from db.lock import Taken, only_server

log = logging.getLogger(__name__)

TYPING_AFTER = 1.0
"""Seconds after which a person is shown that the bot is at work."""

SHOWN_AT_ONCE = 10
LOOK_AGAIN = 1.0
POSTGRESQL_WORKERS = 4
NAME_OF_LOCK = "telegram"


async def serve_until_signalled(app: App, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises CannotServe."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await serve(app, settings, stopping)


async def serve(app: App, settings: Settings, stopping: asyncio.Event, limits: Limits = LIMITS) -> None:
    """Serve until told to stop. Raises CannotServe."""
    bot = bot_for(settings.telegram_token, settings.telegram_api_url, settings.telegram_proxy)
    try:
        with only_server(app.database, NAME_OF_LOCK):
            if await _connect(bot, stopping):
                await Service(app, Telegram(bot, limits)).run(stopping)
    except Taken as taken:
        raise CannotServe("Another process already serves this database: stop it first.", 5) from taken
    finally:
        with suppress(TelegramError, RuntimeError):
            await bot.shutdown()


async def _connect(bot: Any, stopping: asyncio.Event) -> bool:
    """Ask Telegram who we are, patiently; False if told to stop before it answered."""
    backoff = 1.0
    while not stopping.is_set():
        try:
            await bot.initialize()
            await bot.delete_webhook(drop_pending_updates=False)
        except InvalidToken as error:
            raise CannotServe(
                "Telegram does not accept TELEGRAM_TOKEN: ask @BotFather for the token again.", 3
            ) from error
        except TelegramError as error:
            log.warning("Telegram is not reached (%s); again in %s s", type(error).__name__, backoff)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), backoff)
            backoff = min(2 * backoff, LONGEST_BACKOFF)
        else:
            return True
    return False


class Service:
    """The tasks of one process: receiving, turns, delivery; the first that fails ends them all."""

    def __init__(self, app: App, channel: Telegram) -> None:
        self.app = app
        self.channel = channel
        self.scope = Scope(channel.name)
        self.workers = 1 if app.database.is_sqlite else POSTGRESQL_WORKERS
        self.writer = Writer(self.workers)
        self.delivery = Delivery(app, channel, self.scope, self.writer)
        self.arrived = asyncio.Event()
        self._waiting: dict[str, tuple[float, str]] = {}
        self._ephemeral: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Take up what a crash left, then work."""
        await self.writer.insist(Urgency.TURN, self._recover)
        self._aside(self._publish_commands())
        tasks = [
            asyncio.create_task(poll(self.app, self.channel, self.writer, self._received, stopping)),
            *(asyncio.create_task(self._turns(stopping)) for _ in range(self.workers)),
            asyncio.create_task(self.delivery.run(stopping)),
            asyncio.create_task(self._show_typing(stopping)),
        ]
        waiting = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait((*tasks, waiting), return_when=asyncio.FIRST_COMPLETED)
            stopping.set()
            self.arrived.set()
            self.delivery.wake.set()
            tasks[0].cancel()
            await asyncio.wait(tasks)
        finally:
            waiting.cancel()
            self.writer.close()
        for task in tasks:
            if not task.cancelled():
                task.result()

    def _recover(self) -> None:
        with self.app.database.write() as session:
            outbox.recover(session, self.scope, self.app.clock())

    async def _received(self, updates: list[dict[str, Any]]) -> None:
        self.arrived.set()
        now = time.monotonic()
        for update in updates:
            self._waiting[key_of(self.channel.me.id, update)] = (now, chat_of(update))
            query = update.get("callback_query")
            if isinstance(query, dict):
                self._aside(self._acknowledge(str(query.get("id"))))

    async def _turns(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self.arrived.clear()
            if await self._one_turn() is Outcome.NOTHING_OPEN:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.arrived.wait(), LOOK_AGAIN)
            else:
                self.delivery.wake.set()

    async def _one_turn(self) -> Outcome:
        taken = await self.writer.insist(Urgency.TURN, lambda: take_one(self.app, self.channel, self.scope))
        self._waiting.pop(taken.key, None)
        return taken.outcome

    async def _show_typing(self, stopping: asyncio.Event) -> None:
        """Whoever waits longer than a moment sees once that the bot is at work."""
        while not stopping.is_set():
            await asyncio.sleep(TYPING_AFTER / 2)
            late = time.monotonic() - TYPING_AFTER
            for key, (since, chat) in list(self._waiting.items())[:SHOWN_AT_ONCE]:
                if since <= late:
                    del self._waiting[key]
                    self._aside(self._type(chat))

    async def _type(self, chat: str) -> None:
        with suppress(TelegramError):
            await self.channel.bot.send_chat_action(chat, ChatAction.TYPING)

    async def _acknowledge(self, query: str) -> None:
        """Ends the little clock on a pressed button; a query that is too old is past mending."""
        with suppress(TelegramError):
            await self.channel.bot.answer_callback_query(query)

    def _aside(self, work: Any) -> None:
        """Do something that nobody waits for and that is not owed: it is tried once."""
        task = asyncio.create_task(work)
        self._ephemeral.add(task)
        task.add_done_callback(self._ephemeral.discard)

    async def _publish_commands(self) -> None:
        routes = list(self.app.routes.commands.values())
        scopes: list[tuple[BotCommandScope, list[CommandRoute]]] = [
            (BotCommandScopeDefault(), routes),
            (BotCommandScopeAllPrivateChats(), routes),
            (BotCommandScopeAllGroupChats(), [route for route in routes if route.in_groups]),
        ]
        for scope, shown in scopes:
            commands = [BotCommand(route.name, self.app.say.label(route.menu)) for route in shown if route.menu]
            with suppress(TelegramError):
                await self.channel.bot.set_my_commands(commands, scope=scope)
