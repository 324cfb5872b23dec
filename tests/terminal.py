"""A person at the terminal channel, driven from a test."""

import asyncio

from bot.channels.terminal import Terminal
from bot.channels.terminal.chat import talk
from bot.feature import App


class Owner:
    """Says things to the bot and reads what it prints."""

    def __init__(self, app: App, name: str = "lan") -> None:
        self.app = app
        self.name = name
        self.printed: list[str] = []
        self.channel = Terminal(app.say, self.printed.append, files=app.files)

    def says(self, *lines: str) -> str:
        """One line after the other; everything that the bot prints to them."""
        self.printed.clear()
        asyncio.run(self._says(lines))
        return self.read()

    def waits(self) -> str:
        """What the bot prints by itself."""
        return self.says("")

    async def _says(self, lines: tuple[str, ...]) -> None:
        with talk(self.app, self.channel, self.name) as conversation:
            await conversation.settle()
            for line in lines:
                await conversation.hear(line)

    def read(self) -> str:
        """The messages as one text."""
        return "".join(self.printed).strip()
