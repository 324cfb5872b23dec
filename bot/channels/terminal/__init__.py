"""The terminal as a channel: one person, lines in, text out, choices by number."""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from uuid import uuid4

from bot.core.channel import Limits, Sent
from bot.core.events import ChatRef, Command, Incoming, Sender, Text, What, clean
from bot.core.replies import Button, Reply
from bot.text import Texts

NAME = "terminal"
STYLES = {"b": "\033[1m", "i": "\033[3m", "code": "\033[36m"}
PLAIN = "\033[0m"


class Terminal:
    """The channel. `styled` adds bold and italics for a screen; a pipe gets plain text."""

    name = NAME
    limits = Limits(text=1_000_000, buttons=False, edit=False)

    def __init__(self, say: Texts, write: Callable[[str], object] = sys.stdout.write, *, styled: bool = False) -> None:
        self._say = say
        self._write = write
        self._styled = styled

    def read(self, raw: str) -> Incoming:
        """One line as `raw_line` wrote it."""
        kept = json.loads(raw)
        chat = ChatRef(NAME, kept["who"])
        return Incoming(
            kept["key"], chat, Sender(kept["who"], kept["who"]), datetime.fromisoformat(kept["at"]), _what(kept["line"])
        )

    async def send(self, to: ChatRef, reply: Reply) -> Sent:  # noqa: ARG002 - a terminal has one reader
        """Print the message, its choices numbered below."""
        text = self.rendered(reply)
        self._write(f"{_wrapped(text) if self._styled else text}\n\n")
        return Sent()

    def rendered(self, reply: Reply) -> str:
        """The message as printed."""
        numbered = [self._numbered(number, button) for number, button in enumerate(reply.choices, start=1)]
        links = [
            self._say.label("terminal.link", label=button.label, url=button.url)
            for button in reply.buttons
            if button.url
        ]
        return "\n".join([to_screen(str(reply.text), styled=self._styled), *numbered, *links])

    def _numbered(self, number: int, button: Button) -> str:
        return self._say.label("terminal.number", number=f"{number:2}", label=button.label)


def _wrapped(text: str) -> str:
    """Lines broken between words at the edge of the screen."""
    width = shutil.get_terminal_size().columns
    return "\n".join(textwrap.fill(line, width, break_long_words=False) for line in text.splitlines())


def raw_line(who: str, line: str, at: datetime) -> tuple[str, str]:
    """A typed line as kept in the inbox: its key and the raw text."""
    key = f"{NAME}:{who}:{uuid4().hex}"
    return key, json.dumps({"key": key, "who": who, "line": line, "at": at.isoformat()})


def _what(line: str) -> What:
    text = clean(line)
    if text.startswith("/") and len(text) > 1:
        name, _, argument = text[1:].partition(" ")
        return Command(name.lower(), argument.strip())
    return Text(text)


class _Screen(HTMLParser):
    """Turns the small HTML of replies into text, with or without escape codes."""

    def __init__(self, *, styled: bool) -> None:
        super().__init__(convert_charrefs=False)
        self._styled = styled
        self._link = ""
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._link = dict(attrs).get("href") or "" if tag == "a" else self._link
        if self._styled and tag in STYLES:
            self.parts.append(STYLES[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self.parts.append(f" ({self._link})")
        if self._styled and tag in STYLES:
            self.parts.append(PLAIN)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.parts.append(unescape(f"&#{name};"))


def to_screen(html: str, *, styled: bool) -> str:
    """The text of a message for a terminal."""
    screen = _Screen(styled=styled)
    screen.feed(html)
    screen.close()
    return "".join(screen.parts)
