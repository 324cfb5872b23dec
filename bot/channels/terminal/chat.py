"""One person chats in a terminal: interactive with history, or a line a message from a pipe."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.channels.terminal import NAME, Terminal, raw_line
from bot.feature import App
from bot.runtime.delivery import Delivery
from bot.runtime.fetching import fetch_due
from bot.runtime.jobs import owed, ticking
from bot.runtime.turn import Outcome, receive, take_one
from bot.runtime.workbench import Here
from bot.runtime.workshop import Workshop
from bot.runtime.writer import Urgency, Writer
from db import dispatch
from db.inbox import Scope


@dataclass(frozen=True)
class Talk:
    """One person's conversation: what is typed is kept, handled and answered before the next line is read."""

    app: App
    channel: Terminal
    who: str
    delivery: Delivery
    workshop: Workshop

    async def hear(self, line: str) -> None:
        """One line. Blank lines are nothing said."""
        if line.strip():
            key, raw = raw_line(self.who, line, self.app.clock())
            receive(self.app, self.channel, key=key, chat=self.who, raw=raw)
            await self.settle()

    async def settle(self) -> None:
        """Handle what is open, fetch the files that were named, make what was ordered, send what is ready."""
        while take_one(self.app, self.channel, self.delivery.scope).outcome is not Outcome.NOTHING_OPEN:
            pass
        await fetch_due(self.app, self.channel, self.delivery.writer)
        await self.workshop.recover_and_make()
        await self.delivery.drain()

    async def tick(self) -> None:
        """Do what is due, then wake the delivery: much of it is telling people something."""
        for work in owed(self.app):
            while await self.delivery.writer.insist(Urgency.CLOCK, work):
                pass
        self.delivery.wake.set()


@contextmanager
def talk(app: App, channel: Terminal, who: str) -> Iterator[Talk]:
    """Take up the conversation where a crash may have left it."""
    scope = Scope(NAME, who)
    with app.database.write() as session:
        dispatch.recover(session, scope, app.clock())
    writer = Writer()
    try:
        delivery = Delivery(app, channel, scope, writer)
        yield Talk(app, channel, who, delivery, Workshop(app, delivery, Here()))
    finally:
        writer.close()


async def chat(app: App, who: str, history: Path) -> None:
    """Talk until the end of input."""
    screen = sys.stdin.isatty()
    if not screen:
        # Whoever reads us may stop, such as `head`: then there is nobody to talk to, and nothing to say about it.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with talk(app, Terminal(app.say, files=app.files, styled=screen), who) as conversation:
        await (_interactive(conversation, history) if screen else _piped(conversation))


async def _piped(conversation: Talk) -> None:
    await conversation.tick()
    await conversation.settle()
    for line in sys.stdin:
        await conversation.hear(line.rstrip("\r\n"))
        sys.stdout.flush()


async def _interactive(conversation: Talk, history: Path) -> None:
    say, committee = conversation.app.say, conversation.app.profile().names.committee
    print(say.label("terminal.intro", committee=committee, name=conversation.who), end="\n\n")
    stopping = asyncio.Event()
    with patch_stdout(raw=True):
        looking = asyncio.create_task(conversation.delivery.run(stopping))
        with ticking(conversation.tick):
            async for line in _lines(history):
                await conversation.hear(line)
        stopping.set()
        await looking
    print(say.label("terminal.goodbye"))


async def _lines(history: Path) -> AsyncIterator[str]:
    prompt: PromptSession[str] = PromptSession(history=FileHistory(history))
    while True:
        try:
            line = await prompt.prompt_async("> ")
        except (EOFError, KeyboardInterrupt):
            return
        yield line
