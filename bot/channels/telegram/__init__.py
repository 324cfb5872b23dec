"""Telegram as a channel: events read from raw updates; replies and files go through python-telegram-bot."""

import asyncio
import html
import logging
import os
import re
from dataclasses import replace
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.channels.telegram import updates
from bot.channels.telegram.updates import NAME, Me
from bot.channels.telegram.uploads import Uploads
from bot.core.channel import Gone, InDoubt, Limits, Migrated, NotSent, Refused, Sent, TryLater
from bot.core.events import ChatRef, Incoming
from bot.core.replies import Button, Document, Reply
from db.files import Files, Missing

log = logging.getLogger(__name__)

UPLOAD = 50 << 20
"""Bytes that a bot may send in one file: Telegram Bot API, "Sending files"."""

LIMITS = Limits(
    text=4096,
    buttons=True,
    edit=True,
    upload=UPLOAD,
    rate=28.5,
    second=30,
    in_flight=8,
    chat_rate=1,
    chat_burst=3,
    group_minute=20,
)
"""core.telegram.org/bots/faq, "My bot is hitting limits"; a little under 30 a second, because networks jitter."""

FREE = 30
"""Messages a second over all chats that Telegram takes without being paid."""

MOST_ON_WIRE, POOL = 24, 32
"""Sends, and connections for them and for all else; with more of them httpx gets slower, not faster."""


def limits_for(second: int) -> Limits:
    """The limits where the platform counts up to so many messages in a second; 30 are free, more can be paid for.

    As many more are on the wire, as far as that makes it faster.
    """
    in_flight = min(MOST_ON_WIRE, max(LIMITS.in_flight, LIMITS.in_flight * second // FREE))
    return replace(LIMITS, rate=LIMITS.rate * second / FREE, second=second, in_flight=in_flight)


NEVER_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
"""What proves that a request did not leave: the connection was not there (httpx's names)."""


NO_PHOTO = re.compile("photo|image_process_failed", re.IGNORECASE)
"""What refusals of a picture name: its dimensions, its size, its format (PHOTO_INVALID_DIMENSIONS and others)."""

NO_SUCH_ID = re.compile("file identifier|file_id|file_reference|use file of type", re.IGNORECASE)
"""What refusals of a file's id name, of one that has expired there or is another bot's."""

LONGEST_UPLOAD = 120.0
"""Seconds without a byte taken, and until the answer after the last one: a slow line is no broken line."""


def bot_for(token: str, api_url: str, proxy: str) -> Bot:
    """A client of the Bot API. More than a few connections make httpx slower, not faster."""
    # The library's own switch: RetryAfter tells its wait as a timedelta, and does not warn that it will.
    os.environ["PTB_TIMEDELTA"] = "true"
    through = proxy or None
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=POOL, read_timeout=15, pool_timeout=10, proxy=through),
        get_updates_request=HTTPXRequest(connection_pool_size=1, proxy=through),
    )


class Telegram:
    """The channel over an initialised client."""

    name = NAME

    def __init__(self, bot: Bot, limits: Limits = LIMITS, *, files: Files) -> None:
        self.bot = bot
        self.limits = limits
        self.files = files
        self._uploads = Uploads()
        self.me = Me(bot.id, bot.username)

    def read(self, raw: str) -> Incoming | None:
        """One update as it was kept in the inbox."""
        return updates.read(raw, self.me)

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        """Send one message, in a plainer form rather than not at all.

        Markup that Telegram does not take goes out as plain text, a picture that it does not take as a document. A
        file is uploaded for the first of those to whom it goes.
        """
        return await (self._with_file(to, reply, reply.file) if reply.file else self._marked_up(to, reply))

    async def _with_file(self, to: ChatRef, reply: Reply, file: Document) -> Sent:
        async with self._uploads.known(file) as known:
            if known is None:
                return await self._uploaded(to, reply, file)
        if not self.files.has(file.sha):
            raise Refused(f"no file {file.sha}")
        try:
            return await self._marked_up(to, replace(reply, file=replace(file, kind=known.kind)), known.file_id)
        except Refused as refused:
            if not NO_SUCH_ID.search(str(refused)):
                raise
        self._uploads.forget(file)
        return await self._uploaded(to, reply, file)

    async def _uploaded(self, to: ChatRef, reply: Reply, file: Document) -> Sent:
        content = await self._content(file)
        try:
            return await self._marked_up(to, reply, content, file)
        except Refused as refused:
            if not (file.kind == "photo" and NO_PHOTO.search(str(refused))):
                raise
            return await self._marked_up(to, replace(reply, file=replace(file, kind="document")), content, file)

    async def _content(self, file: Document) -> bytes:
        try:
            content = await asyncio.to_thread(self.files.read, file.sha)
        except Missing as missing:
            raise Refused(str(missing)) from missing
        if len(content) > UPLOAD:
            raise Refused(f"file {file.sha} has {len(content)} bytes")
        return content

    async def _marked_up(
        self, to: ChatRef, reply: Reply, content: bytes | str = b"", new: Document | None = None
    ) -> Sent:
        """`content` is what the file holds, or the id of a file that Telegram has; `new` the file to remember."""
        try:
            sent = await self._post(to, reply, content, str(reply.text), "HTML")
        except Refused as refused:
            if "parse entities" not in str(refused):
                raise
            sent = await self._post(to, reply, content, plain_text(str(reply.text)), None)
        if new and reply.file:
            self._uploads.remember(new, reply.file.kind, sent)
        return Sent(str(sent.message_id))

    async def _post(self, to: ChatRef, reply: Reply, content: bytes | str, words: str, mode: str | None) -> Message:
        common: dict[str, Any] = {"chat_id": to.address, "reply_markup": self.keyboard(reply), "parse_mode": mode}
        if isinstance(content, bytes) and content:
            common |= {"read_timeout": LONGEST_UPLOAD, "write_timeout": LONGEST_UPLOAD}
        try:
            return await self._call(reply.file, content, words, common)
        except Exception as error:
            raise failure(error) from error

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:
        """Change the text of a message, or what stands under its file; the file itself stays."""
        try:
            await self._edited(to, message, reply, str(reply.text), "HTML")
        except Refused as refused:
            if "not modified" in str(refused):
                return Sent(message)
            if "parse entities" not in str(refused):
                raise
            await self._edited(to, message, reply, plain_text(str(reply.text)), None)
        return Sent(message)

    async def _edited(self, to: ChatRef, message: str, reply: Reply, words: str, parse_mode: str | None) -> None:
        common: dict[str, Any] = {"chat_id": to.address, "message_id": int(message), "parse_mode": parse_mode}
        common["reply_markup"] = self.keyboard(reply)
        try:
            if reply.file:
                await self.bot.edit_message_caption(caption=words, **common)
            else:
                preview = LinkPreviewOptions(is_disabled=True)
                await self.bot.edit_message_text(text=words, link_preview_options=preview, **common)
        except Exception as error:
            raise failure(error) from error

    async def _call(self, file: Document | None, content: bytes | str, words: str, common: dict[str, Any]) -> Message:
        if file is None:
            preview = LinkPreviewOptions(is_disabled=True)
            return await self.bot.send_message(text=words, link_preview_options=preview, **common)
        if file.kind == "photo":
            return await self.bot.send_photo(photo=content, filename=file.name, caption=words, **common)
        return await self.bot.send_document(document=content, filename=file.name, caption=words, **common)

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        """One message that is edited again and again, without a sound."""
        try:
            if over:
                await self.bot.edit_message_text(text, to.address, int(over))
                return over
            sent = await self.bot.send_message(to.address, text, disable_notification=True)
        except RetryAfter as patience:
            raise failure(patience) from patience
        except TelegramError as error:
            log.debug("nothing shown: %s", type(error).__name__)
            if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
                raise TryLater(type(error).__name__) from error
            return over
        return str(sent.message_id)

    async def fetch(self, file_id: str, limit: int) -> bytes:
        """Download a file that somebody sent; the Bot API hands out 20 MB at most."""
        try:
            found = await self.bot.get_file(file_id)
            if (found.file_size or 0) > limit:
                raise Refused(f"the file has {found.file_size} bytes")
            if not found.file_path:
                raise TryLater("the file has no address yet")
            content = bytes(await found.download_as_bytearray())
        except TelegramError as error:
            raise fetch_failure(error) from error
        if len(content) > limit:
            raise Refused(f"the file has {len(content)} bytes")
        return content

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


def fetch_failure(error: TelegramError) -> NotSent:
    """What an error means for a download. It never quotes the address, which holds the token."""
    if isinstance(error, RetryAfter):
        return TryLater("flood limit", seconds_of(error))
    if not isinstance(error, BadRequest) or "temporarily" in error.message.lower():
        return TryLater(type(error).__name__)
    return Refused(error.message) if "too big" in error.message.lower() else Gone(error.message)


def seconds_of(patience: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = patience.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _network_failure(error: NetworkError) -> NotSent:
    if "entity too large" in error.message.lower():
        return Refused(error.message)
    if type(error.__cause__).__name__ in NEVER_SENT:
        return TryLater(type(error.__cause__).__name__)
    if isinstance(error, TimedOut) or error.__cause__ is not None:
        return InDoubt(type(error.__cause__).__name__)
    # The server answered, with an error of its own or of a gateway before it: the message was not taken.
    return TryLater(error.message)


def plain_text(markup: str) -> str:
    """The message without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))
