"""The bots that are measured, each as a process: `python -m tests.bench.bots ours|aiohttp|echo URL TOKEN FOLDER`."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.app import compose
from bot.channels.telegram import LIMITS, Telegram, bot_for
from bot.channels.telegram.serve import Service
from bot.settings import Settings
from tests.bench.transport import AiohttpRequest

FAST = replace(LIMITS, rate=100_000, second=1_000_000, chat_rate=100_000, chat_burst=100_000)


def ours(bot: Bot, folder: Path) -> None:
    """This project, its pace unlimited so that the work shows."""

    async def run() -> None:
        app = compose(Settings(data_dir=folder))
        async with bot:
            await Service(app, Telegram(bot, FAST, files=app.files)).run(asyncio.Event())

    asyncio.run(run())


async def _echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def echo(url: str, token: str) -> None:
    """The bare library: no database, nothing understood, the text sent back."""
    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.run_polling()


def main(kind: str, url: str, token: str, folder: str) -> None:
    """Run until killed."""
    if kind == "echo":
        echo(url, token)
    elif kind == "ours":
        ours(bot_for(token, url, ""), Path(folder))
    else:
        bot = Bot(token, f"{url}/bot", request=AiohttpRequest(), get_updates_request=AiohttpRequest(1))
        ours(bot, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
