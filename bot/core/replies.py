"""What goes out: a text, a file or both, with buttons under it, the same for every channel, to and from JSON."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self, get_args

from markupsafe import Markup

BUTTON_BYTES = 64
"""The most that a button may carry: Telegram Bot API, InlineKeyboardButton.callback_data."""


@dataclass(frozen=True)
class Button:
    """A choice offered under a message.

    Either `data` comes back when it is pressed, or `url` opens, or the private chat opens as with /start and the
    payload `start` (1 to 64 of A-Z, a-z, 0-9, _ and -: Telegram's deep links).
    """

    label: str
    data: str = ""
    url: str = ""
    start: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.data, self.url, self.start))) != 1:
            raise ValueError(f"A button carries data, an address or a payload, exactly one: {self.label!r}")
        if len(self.data.encode()) > BUTTON_BYTES:
            raise ValueError(f"A button may carry {BUTTON_BYTES} bytes: {self.data!r}")


Rows = tuple[tuple[Button, ...], ...]
Kind = Literal["photo", "document"]

LONGEST_NAME = 100
LONGEST_SUFFIX = 10


@dataclass(frozen=True)
class Document:
    """A file of the store, by the hash of its content; people see its `name`, which is as `safe_name` makes it.

    A `photo` is shown at once where the channel can do that, a `document` arrives unchanged.
    """

    sha: str
    name: str
    kind: Kind

    def __post_init__(self) -> None:
        if not re.fullmatch("[0-9a-f]{64}", self.sha):
            raise ValueError("A file is named by the 64 hex digits of its hash")
        if not self.name or safe_name(self.name, "") != self.name:
            raise ValueError("A file that is sent has a safe name")
        if self.kind not in get_args(Kind):
            raise ValueError(f"A file is sent as one of {get_args(Kind)}: {self.kind!r}")


def safe_name(name: str, otherwise: str) -> str:
    """A file name as it may be shown and sent: no folders, nothing invisible, at most 100 letters with its ending.

    People name the files that they send; `otherwise` stands where nothing of that is left.
    """
    last = re.split(r"[/\\]", name)[-1]
    # Format characters (Cf) can show a name backwards, so that a program looks like a picture.
    visible = (letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    whole = "".join(visible).strip(" .")
    stem, dot, suffix = whole.rpartition(".")
    if len(whole) > LONGEST_NAME and dot and len(suffix) <= LONGEST_SUFFIX:
        whole = f"{stem[: LONGEST_NAME - 1 - len(suffix)]}.{suffix}"
    return whole[:LONGEST_NAME].rstrip(" .") or otherwise


@dataclass(frozen=True)
class Reply:
    """A message to a person. The text is the small HTML that all channels understand: b, i, a, code, blockquote.

    With a file the text stands under it and may be empty.
    """

    text: Markup
    rows: Rows = ()
    file: Document | None = None

    @property
    def choices(self) -> tuple[Button, ...]:
        """The buttons that can be answered by number: all but those that open an address."""
        return tuple(button for button in self.buttons if not button.url)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order, which is also their order where people answer by number."""
        return tuple(button for row in self.rows for button in row)

    def to_json(self) -> str:
        """As kept in the outbox; empty fields are left out."""
        rows = [[{name: value for name, value in vars(button).items() if value} for button in row] for row in self.rows]
        optional = {"rows": rows, "file": vars(self.file) if self.file else None}
        given = {name: value for name, value in optional.items() if value}
        return json.dumps({"text": str(self.text)} | given, ensure_ascii=False)

    @classmethod
    def from_json(cls, body: str) -> Self:
        """The inverse of `to_json`; raises ValueError or KeyError on anything else."""
        kept = json.loads(body)
        rows = tuple(tuple(Button(**button) for button in row) for row in kept.get("rows", ()))
        file = Document(**kept["file"]) if "file" in kept else None
        return cls(Markup(kept["text"]), rows, file)  # noqa: S704 - it was Markup when it was kept


def column(buttons: Iterable[Button]) -> Rows:
    """One button a row, for labels that are sentences."""
    return tuple((button,) for button in buttons)
