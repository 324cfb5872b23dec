"""The Telegram channel by itself, without the process around it, connected to the stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.telegram import Telegram, bot_for
from bot.feature import App
from tests.telegram_server import TelegramServer


@asynccontextmanager
async def connected(app: App, server: TelegramServer) -> AsyncIterator[Telegram]:
    """The channel while the block runs."""
    async with bot_for(server.token, server.url, "") as bot:
        yield Telegram(bot, files=app.files)
