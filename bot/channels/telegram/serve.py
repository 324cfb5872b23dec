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
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.constants import ChatAction
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram import LIMITS, Telegram, bot_for, limits_for
from bot.channels.telegram.poll import LONGEST_BACKOFF, poll
from bot.channels.telegram.updates import chat_of, key_of
from bot.core.channel import Limits
from bot.feature import App, CommandRoute
from bot.runtime.delivery import Delivery
from bot.runtime.fetching import fetch_due
from bot.runtime.jobs import EVERY, owed, ticking
from bot.runtime.stop import CannotServe
from bot.runtime.turn import Outcome, take_one
from bot.runtime.watchers import Watchers
from bot.runtime.workbench import Aside
from bot.runtime.workshop import Workshop
from bot.runtime.writer import Urgency, Writer
from bot.settings import Settings
from db import dispatch
from db.inbox import Scope
from db.lock import Taken, only_server
from db.staff import Staff, chats_of_staff

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
    await serve(app, settings, stopping, limits_for(settings.telegram_rate))


async def serve(
    app: App, settings: Settings, stopping: asyncio.Event, limits: Limits = LIMITS, every: float = EVERY
) -> None:
    """Serve until told to stop, with a tick of the clock `every` so many seconds. Raises CannotServe."""
    bot = bot_for(settings.telegram_token, settings.telegram_api_url, settings.telegram_proxy)
    try:
        with only_server(app.database, NAME_OF_LOCK):
            if await _connect(bot, stopping):
                await Service(app, Telegram(bot, limits, files=app.files), every).run(stopping)
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
    """The tasks of one process: receiving, turns, delivery; the first that fails ends them all. And the clock."""

    def __init__(self, app: App, channel: Telegram, every: float = EVERY) -> None:
        self.app = app
        self.every = every
        self.channel = channel
        self.scope = Scope(channel.name)
        self.workers = 1 if app.database.is_sqlite else POSTGRESQL_WORKERS
        self.writer = Writer(self.workers)
        self.delivery = Delivery(app, channel, self.scope, self.writer)
        self.workshop = Workshop(app, self.delivery, Aside())
        self.watchers = Watchers(app, self.delivery)
        self.arrived = asyncio.Event()
        self._waiting: dict[str, tuple[float, str]] = {}
        self._ephemeral: set[asyncio.Task[None]] = set()
        self._menus: dict[str, tuple[str, ...]] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Take up what a crash left, then work."""
        await self.writer.insist(Urgency.TURN, self._recover)
        self._aside(self._publish_commands())
        tasks = [
            asyncio.create_task(poll(self.app, self.channel, self.writer, self._received, stopping)),
            *(asyncio.create_task(self._turns(stopping)) for _ in range(self.workers)),
            asyncio.create_task(self.delivery.run(stopping)),
            asyncio.create_task(self.workshop.run(stopping)),
            asyncio.create_task(self.watchers.run(stopping)),
            asyncio.create_task(self._show_typing(stopping)),
        ]
        waiting = asyncio.create_task(stopping.wait())
        try:
            with ticking(self._tick, self.every):
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

    async def _tick(self) -> None:
        """What is due, each piece behind the turns that wait; then files to fetch, and the menus of new staff."""
        for work in owed(self.app):
            while await self.writer.insist(Urgency.CLOCK, work):
                self.delivery.wake.set()
        await fetch_due(self.app, self.channel, self.writer)
        self.delivery.wake.set()
        await self._publish_staff_commands()

    def _recover(self) -> None:
        with self.app.database.write() as session:
            dispatch.recover(session, self.scope, self.app.clock())

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
        routes = self._in_menu(None)
        scopes: list[tuple[BotCommandScope, list[CommandRoute]]] = [
            (BotCommandScopeDefault(), routes),
            (BotCommandScopeAllPrivateChats(), routes),
            (BotCommandScopeAllGroupChats(), [route for route in routes if route.in_groups]),
        ]
        for scope, shown in scopes:
            await self._publish(scope, shown)

    async def _publish_staff_commands(self) -> None:
        """Whoever has a role sees its commands; whoever had one, the menu of everybody."""
        with self.app.database.read() as session:
            found = {chat.address: staff for chat, staff in chats_of_staff(session, self.channel.name)}
        for address in {*self._menus, *found}:
            routes = self._in_menu(found.get(address))
            names = tuple(route.name for route in routes)
            if self._menus.get(address) != names:
                await self._publish(BotCommandScopeChat(address), routes)
                self._menus[address] = names

    def _in_menu(self, staff: Staff | None) -> list[CommandRoute]:
        return [route for route in self.app.routes.commands.values() if route.menu and route.exists_for(staff)]

    async def _publish(self, scope: BotCommandScope, shown: list[CommandRoute]) -> None:
        commands = [BotCommand(route.name, self.app.say.label(route.menu)) for route in shown]
        with suppress(TelegramError):
            await self.channel.bot.set_my_commands(commands, scope=scope)
