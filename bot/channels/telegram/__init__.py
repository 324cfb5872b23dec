"""Telegram as a channel: events read from raw updates, replies sent through python-telegram-bot."""

import html
import os
import re
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.telegram import updates
from bot.channels.telegram.updates import NAME, Me
from bot.core.channel import Gone, InDoubt, Limits, Migrated, NotSent, Refused, Sent, TryLater
from bot.core.events import ChatRef, Incoming
from bot.core.replies import Button, Reply

LIMITS = Limits(text=4096, buttons=True, edit=True, rate=28, in_flight=8, chat_rate=1, chat_burst=3, group_minute=20)
"""core.telegram.org/bots/faq, "My bot is hitting limits"; a little under 30 a second, because networks jitter."""

NEVER_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
"""What proves that a request did not leave: the connection was not there (httpx's names)."""


def bot_for(token: str, api_url: str, proxy: str) -> Bot:
    """A client of the Bot API. More than a few connections make httpx slower, not faster."""
    # The library's own switch: RetryAfter tells its wait as a timedelta, and does not warn that it will.
    os.environ["PTB_TIMEDELTA"] = "true"
    through = proxy or None
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=16, read_timeout=15, pool_timeout=10, proxy=through),
        get_updates_request=HTTPXRequest(connection_pool_size=1, proxy=through),
    )


class Telegram:
    """The channel over an initialised client."""

    name = NAME

    def __init__(self, bot: Bot, limits: Limits = LIMITS) -> None:
        self.bot = bot
        self.limits = limits
        self.me = Me(bot.id, bot.username)

    def read(self, raw: str) -> Incoming | None:
        """One update as it was kept in the inbox."""
        return updates.read(raw, self.me)

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        """Send one message; markup that Telegram does not take goes out as plain text rather than not at all."""
        try:
            return await self._post(to, reply, text=str(reply.text), parse_mode="HTML")
        except Refused as refused:
            if "parse entities" not in str(refused):
                raise
            return await self._post(to, reply, text=plain_text(str(reply.text)), parse_mode=None)

    async def _post(self, to: ChatRef, reply: Reply, **content: Any) -> Sent:
        try:
            sent = await self.bot.send_message(
                chat_id=to.address,
                reply_markup=self.keyboard(reply),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                **content,
            )
        except Exception as error:
            raise failure(error) from error
        return Sent(str(sent.message_id))

    def keyboard(self, reply: Reply) -> InlineKeyboardMarkup | None:
        """The buttons as an inline keyboard."""
        if not reply.rows:
            return None
        return InlineKeyboardMarkup([[self._button(button) for button in row] for row in reply.rows])

    def _button(self, button: Button) -> InlineKeyboardButton:
        if button.data:
            return InlineKeyboardButton(button.label, callback_data=button.data)
        return InlineKeyboardButton(button.label, url=button.url or self.deep_link(button.start))

    def deep_link(self, payload: str) -> str:
        """An address that opens the private chat and sends /start with the payload."""
        return f"https://t.me/{self.me.username}?start={payload}"


def failure(error: Exception) -> NotSent:
    """What an error of the library means for the message; narrow errors first, because they inherit from wide ones."""
    if isinstance(error, RetryAfter):
        return TryLater("flood limit", seconds_of(error))
    if isinstance(error, ChatMigrated):
        return Migrated(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Gone(error.message)
    if isinstance(error, BadRequest):
        return Gone(error.message) if "chat not found" in error.message.lower() else Refused(error.message)
    if isinstance(error, InvalidToken):
        return TryLater("the token is not accepted", 30.0)
    if isinstance(error, NetworkError):
        return _network_failure(error)
    raise error


def seconds_of(patience: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = patience.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _network_failure(error: NetworkError) -> NotSent:
    if type(error.__cause__).__name__ in NEVER_SENT:
        return TryLater(type(error.__cause__).__name__)
    if isinstance(error, TimedOut) or error.__cause__ is not None:
        return InDoubt(type(error.__cause__).__name__)
    # The server answered, with an error of its own or of a gateway before it: the message was not taken.
    return TryLater(error.message)


def plain_text(markup: str) -> str:
    """The message without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))
