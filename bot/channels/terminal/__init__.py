"""The terminal as a channel: one person, lines in, text out, choices by number, files by their paths."""

import asyncio
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

from bot.core.channel import Gone, Limits, Refused, Sent
from bot.core.choices import plain
from bot.core.events import ChatRef, Command, File, Incoming, Phone, Place, Sender, Text, What, clean
from bot.core.replies import Button, Document, Reply
from bot.text import Texts
from db.files import Files

NAME = "terminal"
FORWARDED = re.compile(r"\s*\[chuyển tiếp\]\s*(?=\S)", re.IGNORECASE)
"""What stands before the words of somebody else that are passed on."""

STYLES = {"b": "\033[1m", "i": "\033[3m", "code": "\033[36m"}
PLAIN = "\033[0m"


class Terminal:
    """The channel. `styled` adds bold and italics for a screen; a pipe gets plain text."""

    name = NAME
    limits = Limits(text=1_000_000, buttons=False, edit=False, caption=1_000_000)

    def __init__(
        self, say: Texts, write: Callable[[str], object] = sys.stdout.write, *, files: Files, styled: bool = False
    ) -> None:
        self._say = say
        self._write = write
        self._files = files
        self._styled = styled

    def read(self, raw: str) -> Incoming:
        """One line as `raw_line` wrote it."""
        kept = json.loads(raw)
        chat, at = ChatRef(NAME, kept["who"]), datetime.fromisoformat(kept["at"])
        passed_on = FORWARDED.match(kept["line"])
        what = Text(clean(kept["line"][passed_on.end() :])) if passed_on else _what(kept["line"])
        sender = Sender(kept["who"], kept["who"])
        return Incoming(kept["key"], chat, sender, at, what, forwarded=passed_on is not None)

    def deep_link(self, payload: str) -> str:
        """The line to type."""
        return f"/start {payload}"

    async def send(self, to: ChatRef, reply: Reply) -> Sent:  # noqa: ARG002 - a terminal has one reader
        """Print the message, its choices numbered below."""
        text = self.rendered(reply)
        self._write(f"{_wrapped(text) if self._styled else text}\n\n")
        return Sent()

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:  # noqa: ARG002 - what is printed stays
        """Print it anew."""
        return await self.send(to, reply)

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:  # noqa: ARG002 - nothing printed is taken back
        """Nothing: what stands on a terminal stays."""
        return ""

    async def fetch(self, file_id: str, limit: int) -> bytes:
        """Read the file of that path."""
        return await asyncio.to_thread(_content, Path(file_id), limit)

    def rendered(self, reply: Reply) -> str:
        """The message as printed."""
        numbered = [self._numbered(number, button) for number, button in enumerate(reply.choices, start=1)]
        links = [
            self._say.label("terminal.link", label=button.label, url=button.url)
            for button in reply.buttons
            if button.url
        ]
        text = to_screen(str(reply.text), styled=self._styled)
        shown = [self._shown(reply.file), *([text] if text else [])] if reply.file else [text]
        return "\n".join([*shown, *numbered, *links])

    def _shown(self, file: Document) -> str:
        key = "terminal.photo" if file.kind == "photo" else "terminal.document"
        return self._say.label(key, name=file.name, path=self._files.path(file.sha))

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
    return _in_brackets(text) or Text(text)


def _in_brackets(text: str) -> What | None:
    """What no keyboard can type, written down: "[ảnh sap.jpg] mái che hỏng", "[vị trí 20.94, 106.31]"."""
    written = re.fullmatch(r"\[([^\]]+)\](.*)", text.strip(), re.DOTALL)
    if not written:
        return None
    for label, read in BRACKETS.items():
        length = len(label.split())
        words = written[1].split(maxsplit=length)
        if len(words) > length and plain(" ".join(words[:length])) == label:
            return read(words[length].strip(), written[2].strip())
    return None


def _file(kind: str, given: str, caption: str) -> File:
    path = Path(given).absolute()  # it is fetched later, perhaps by a process that runs elsewhere
    return File(str(path), kind, name=path.name, size=_size(path), caption=caption)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:  # no path at all, such as one that is too long
        return None


def _place(given: str, caption: str) -> Place | None:
    degrees = re.fullmatch(r"(-?[0-9]{1,3}(?:\.[0-9]+)?)[,;\s]+(-?[0-9]{1,3}(?:\.[0-9]+)?)", given)
    if not degrees or caption:
        return None
    latitude, longitude = map(float, degrees.groups())
    return Place(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _phone(given: str, caption: str) -> Phone | None:
    """Whoever types at this machine is believed: there is nobody to ask."""
    return None if caption or not re.fullmatch(r"\+?[0-9][0-9 .-]*", given) else Phone(given, own=True)


BRACKETS: dict[str, Callable[[str, str], What | None]] = {
    "anh": partial(_file, "photo"),
    "tep": partial(_file, "document"),
    "ghi am": partial(_file, "voice"),
    "video": partial(_file, "video"),
    "vi tri": _place,
    "so cua toi": _phone,
}
"""What may stand in brackets at the beginning of a line, with or without diacritics."""


def _content(path: Path, limit: int) -> bytes:
    try:
        if not path.is_file():
            raise Gone("there is no such file")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise Gone(type(error).__name__) from error
    if len(content) > limit:
        raise Refused(f"the file has more than {limit} bytes")
    return content


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
