"""What a channel is: a name, its limits, a way to read what came, to send, and to fetch the files of others."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.events import ChatRef, Incoming
from bot.core.replies import Reply

CAPTION = 1024
"""UTF-16 units after entities, of the text under a file: Telegram Bot API, sendPhoto and sendDocument."""


@dataclass(frozen=True)
class Limits:
    """What a platform allows.

    `text` counts UTF-16 units in one message, `caption` those under a file, `upload` the bytes of a file. Without
    `buttons`, choices are numbered lines and people answer with the number, the label, or the label without diacritics.
    `rate` is messages a second over all chats, `second` the most that the platform counts in any second, `in_flight`
    how many may be on the wire; a chat may have `chat_burst` messages at once and then `chat_rate` a second, a group
    `group_minute` in any minute.
    """

    text: int
    buttons: bool
    edit: bool
    caption: int = CAPTION
    upload: int = 1 << 40
    rate: float = 1_000_000
    second: int = 1_000_000
    in_flight: int = 1
    chat_rate: float = 1_000_000
    chat_burst: int = 1_000_000
    group_minute: int = 1_000_000


@dataclass(frozen=True)
class Sent:
    """The platform took it; `message` is its own id for it there, empty where it gives none."""

    message: str = ""


class NotSent(Exception):
    """A send that failed, or a fetch; the subclass says what may be done about it."""


class TryLater(NotSent):
    """The platform is away or asks for patience; nothing was delivered. `seconds` is how long it asks to wait."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class InDoubt(NotSent):
    """The line broke while sending: it may have arrived, and nobody can tell."""


class Gone(NotSent):
    """This person cannot be reached here any more: blocked, deleted, or never started. Or a file is no longer there."""


class Migrated(NotSent):
    """The chat has another address now; nothing was delivered."""

    def __init__(self, address: str) -> None:
        super().__init__(f"moved to {address}")
        self.address = address


class Refused(NotSent):
    """The platform will never take this message as it is, or a file is larger than what may be fetched."""


class Channel(Protocol):
    """A way to talk with people. Everything that is special about a platform ends here."""

    @property
    def name(self) -> str:
        """As it stands in `ChatRef.channel` and in keys."""

    @property
    def limits(self) -> Limits:
        """What the platform allows."""

    def read(self, raw: str) -> Incoming | None:
        """Parse one raw event as it was kept in the inbox; None for what needs no turn. May raise on nonsense."""

    def deep_link(self, payload: str) -> str:
        """What opens the private chat as with /start and the payload: the text of a QR code."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        """Deliver one message. Raises TryLater, InDoubt, Gone, Migrated or Refused."""

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:
        """Put this in the place of a message sent before, which may have it already; asked where `limits.edit`.

        Raises Refused where that message cannot be changed any more, otherwise as `send`.
        """

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        """A passing message in plain words, such as how far something is; its id, to show the next one over it.

        It is tried once and what fails for good is passed over; only TryLater is raised, for what time may mend.
        A channel whose limits know no `edit` shows nothing and gives no id.
        """

    async def fetch(self, file_id: str, limit: int) -> bytes:
        """The content of a file that somebody sent, by the `file_id` of its event.

        Raises Refused where it has more than `limit` bytes, or more than the platform hands out; Gone where it is not
        there any more; TryLater for everything that time may mend. Who asks again and again gives up by the file's age.
        """
