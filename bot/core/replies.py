"""What goes out: a text with buttons under it, the same for every channel, to and from JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

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


@dataclass(frozen=True)
class Reply:
    """A message to a person. The text is the small HTML that all channels understand: b, i, a, code, blockquote."""

    text: Markup
    rows: Rows = ()

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
        return json.dumps({"text": str(self.text)} | ({"rows": rows} if rows else {}), ensure_ascii=False)

    @classmethod
    def from_json(cls, body: str) -> Self:
        """The inverse of `to_json`; raises ValueError or KeyError on anything else."""
        kept = json.loads(body)
        rows = tuple(tuple(Button(**button) for button in row) for row in kept.get("rows", ()))
        return cls(Markup(kept["text"]), rows)  # noqa: S704 - it was Markup when it was kept


def column(buttons: Iterable[Button]) -> Rows:
    """One button a row, for labels that are sentences."""
    return tuple((button,) for button in buttons)
