"""What comes in: one event of one person in one chat, the same for every channel."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ChatRef:
    """A chat of a channel; `address` is the channel's own name for it, as text."""

    channel: str
    address: str


@dataclass(frozen=True)
class Sender:
    """Who speaks, by the channel's own id; `name` is what the person calls themselves there."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Text:
    """Words typed by a person; `marked` is the same as small HTML where the channel tells what is bold or a link."""

    text: str
    marked: str = ""


@dataclass(frozen=True)
class Press:
    """A button pressed; `data` is what the button carries, at most 64 bytes."""

    data: str


@dataclass(frozen=True)
class Command:
    """A command without its slash, and what stood behind it."""

    name: str
    argument: str = ""


@dataclass(frozen=True)
class File:
    """A photo, voice message or document, still with the platform; `size` in bytes where it is told.

    `marked` is the caption as small HTML, as of a `Text`.
    """

    file_id: str
    kind: str
    name: str = ""
    size: int | None = None
    caption: str = ""
    marked: str = ""


@dataclass(frozen=True)
class Phone:
    """A contact shared; `own` is true only where the channel proves that it is the sender's own."""

    number: str
    own: bool


@dataclass(frozen=True)
class Place:
    """A location shared, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Unsupported:
    """A kind of message that the bot has no use for, such as a sticker or a poll."""

    kind: str


@dataclass(frozen=True)
class Presence:
    """Somebody blocked the bot, or let it in again."""

    here: bool


@dataclass(frozen=True)
class Moved:
    """The platform gave the chat another address."""

    address: str


What = Text | Press | Command | File | Phone | Place | Unsupported | Presence | Moved


@dataclass(frozen=True)
class Incoming:
    """One event. `key` names it for ever: the same key a second time is the same event and is not handled again.

    `message` is the platform's id of the message; an `edited` one was sent before, with other words. Messages of one
    `album` belong together. A chat that is not `private` is a group, where only questions are answered. `pressed` is
    the platform's id of the message whose button was pressed, where that can still be changed. One that was `forwarded`
    says what somebody else wrote; `ours` if the platform tells that the bot itself did.
    """

    key: str
    chat: ChatRef
    sender: Sender
    at: datetime
    what: What
    message: str = ""
    edited: bool = False
    album: str = ""
    private: bool = True
    pressed: str = ""
    forwarded: bool = False
    ours: bool = False


def clean(text: str) -> str:
    """What a person typed, without what no database or file can hold: control characters and broken surrogates.

    Every channel passes typed text through here when it reads an event.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(letter for letter in whole if letter in "\n\t" or unicodedata.category(letter) != "Cc")
