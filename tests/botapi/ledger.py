"""What the stand-in of Telegram remembers of a bot's calls, as frozen records that a test can compare."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


class Clock:
    """The server's time: real, plus what a test let pass by `advance`."""

    def __init__(self) -> None:
        self.passed = 0.0

    def wall(self) -> float:
        """Seconds since 1970, as in `date` fields."""
        return time.time() + self.passed

    def monotonic(self) -> float:
        """Seconds for order and for rates."""
        return time.monotonic() + self.passed


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When it happened, on the server's clock."""

    at: float
    when: datetime


@dataclass(frozen=True, kw_only=True)
class Sent(Moment):
    """A message of the bot as it was delivered, or as it stood after an edit."""

    message_id: int
    chat_id: int
    method: str
    text: str
    source: str
    entities: tuple[Json, ...] = ()
    reply_markup: Mapping[str, Any] | None = None
    reply_to: int | None = None
    file_name: str | None = None
    content: bytes | None = None
    message: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def buttons(self) -> list[str]:
        """The labels of its keyboard, of either kind, in reading order."""
        return [button["text"] for button in keys(self.reply_markup)]

    @property
    def kinds(self) -> set[str]:
        """The entity types in it, such as bold or expandable_blockquote."""
        return {entity["type"] for entity in self.entities}


def keys(markup: Mapping[str, Any] | None) -> list[Json]:
    """The buttons of a keyboard in reading order."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [{"text": key} if isinstance(key, str) else key for row in rows for key in row]


@dataclass(frozen=True, kw_only=True)
class Deleted(Moment):
    chat_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class Action(Moment):
    chat_id: int
    action: str


@dataclass(frozen=True, kw_only=True)
class Answered(Moment):
    query_id: str
    text: str
    show_alert: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Refusal(Moment):
    """A call that Telegram's own rules refused; injected faults are not among them."""

    status: int
    description: str
    method: str
    chat_id: str


@dataclass
class Ledger:
    clock: Clock
    delivered: list[Sent] = field(default_factory=list)
    by_chat: dict[int, list[Sent]] = field(default_factory=dict)
    edits: list[Sent] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    answered: dict[str, Answered] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    tolerated: list[tuple[str, str]] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: list[Exception] = field(default_factory=list)
    floods: int = 0

    def moment(self) -> Json:
        """The two times of a record made now."""
        return {"at": self.clock.monotonic(), "when": datetime.fromtimestamp(self.clock.wall(), UTC)}

    def deliver(self, sent: Sent) -> None:
        """A person has it on the screen."""
        self.delivered.append(sent)
        self.by_chat.setdefault(sent.chat_id, []).append(sent)

    def refuse(self, status: int, description: str, method: str, chat_id: str) -> None:
        """The rules refused a call."""
        self.floods += status == 429
        refusal = Refusal(status=status, description=description, method=method, chat_id=chat_id, **self.moment())
        self.refusals.append(refusal)
