"""Receives updates: every raw one is committed before Telegram is told that it arrived."""

import asyncio
import json
import logging
import warnings
from collections.abc import Awaitable, Callable
from typing import Any, cast

from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram import Telegram, seconds_of
from bot.channels.telegram.updates import chat_of, key_of, number_of
from bot.feature import App
from bot.runtime.stop import CannotServe
from bot.runtime.writer import Urgency, Writer
from db import inbox

log = logging.getLogger(__name__)

WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL = 25
LONGEST_BACKOFF = 30.0

Received = Callable[[list[dict[str, Any]]], Awaitable[None]]


async def poll(app: App, channel: Telegram, writer: Writer, received: Received, stopping: asyncio.Event) -> None:
    """Fetch and keep until told to stop. Raises CannotServe where going on would do harm.

    No offset is remembered over a restart: Telegram starts with the oldest unconfirmed update, and the inbox knows
    what it has.
    """
    # The library's own getUpdates parses before anything can be kept, and fails on what it cannot parse.
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
    offset, backoff = 0, 1.0
    while not stopping.is_set():
        try:
            updates = await _fetch(channel, offset)
        except RetryAfter as patience:
            await _pause(stopping, seconds_of(patience))
        except TelegramError as error:
            _refuse_what_cannot_mend(error)
            log.warning("getUpdates: %s; again in %s s", type(error).__name__, backoff)
            await _pause(stopping, backoff)
            backoff = min(2 * backoff, LONGEST_BACKOFF)
        else:
            backoff = 1.0
            offset = await _keep(app, channel, writer, updates, offset)
            await received(updates)


async def _fetch(channel: Telegram, offset: int) -> list[dict[str, Any]]:
    wanted = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": WANTED}
    found = await channel.bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=LONG_POLL + 10)
    return [update for update in cast("list[Any]", found) if isinstance(update, dict)]


async def _keep(app: App, channel: Telegram, writer: Writer, updates: list[dict[str, Any]], offset: int) -> int:
    """Commit all of them in one transaction, then the next offset: asking with it confirms these."""

    def write() -> None:
        with app.database.write() as session:
            for update in updates:
                inbox.keep(
                    session,
                    key=key_of(channel.me.id, update),
                    channel=channel.name,
                    chat=chat_of(update),
                    raw=json.dumps(update),
                    at=app.clock(),
                )

    if not updates:
        return offset
    await writer.insist(Urgency.RECEIVE, write)
    return max(number_of(update) for update in updates) + 1


def _refuse_what_cannot_mend(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        raise CannotServe(
            "Another process polls Telegram with the same token: stop it, or give this one a token of its own.", 4
        ) from error
    if isinstance(error, InvalidToken | EndPointNotFound):
        raise CannotServe("Telegram does not accept TELEGRAM_TOKEN: ask @BotFather for the token again.", 3) from error
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        log.error("getUpdates was refused: %s", error.message)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
