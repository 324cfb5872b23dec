"""What can go wrong between a bot and Telegram: rate limits, answers of error, broken connections."""

import math
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """Sends allowed (core.telegram.org/bots/faq#my-bot-is-hitting-limits); None = not limited."""

    per_second: int | None = None
    per_chat: float | None = None
    per_group_minute: int | None = None
    burst: int = 3


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one call; `processed` says whether its effect took place before that."""

    name: str
    processed: bool = False
    status: int = 0
    description: str = ""
    seconds: float = 0.0
    retry_after: int = 0


Chooser = Callable[[str, str], Fault | None]

FORBIDDEN = Fault("forbidden", status=403, description="Forbidden: bot was blocked by the user")
BAD_REQUEST = Fault("bad request", status=400, description="Bad Request: chat not found")
SERVER_ERROR = Fault("server error", status=500, description="Internal Server Error")
BAD_GATEWAY = Fault("bad gateway", status=502)
DROPPED_BEFORE = Fault("dropped before")
DROPPED_AFTER = Fault("dropped after", processed=True)


def slow(seconds: float) -> Fault:
    """Delivered at once, answered late."""
    return Fault("slow", processed=True, seconds=seconds)


def flood(seconds: int) -> Fault:
    """429, whatever the limits are."""
    return Fault("flood", status=429, description=f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def refusing(status: int, description: str) -> Fault:
    """Answers with that error and does nothing."""
    return Fault("refused", status=status, description=description)


def seeded(seed: int, odds: Mapping[Fault, float]) -> Chooser:
    """Each call meets one of these faults with its probability, the same ones for the same seed and order."""
    dice = random.Random(seed)  # a reproducible mix, no secret

    def choose(method: str, chat_id: str) -> Fault | None:  # noqa: ARG001  # the shape of every chooser
        drawn = dice.random()
        for fault, chance in odds.items():
            drawn -= chance
            if drawn < 0:
                return fault
        return None

    return choose


@dataclass
class Faults:
    """Which fault comes next, for which methods (lower case)."""

    rules: list[tuple[frozenset[str], deque[Fault | None] | Chooser]] = field(default_factory=list)

    def next(self, method: str, chat_id: str) -> Fault | None:
        """The fault for this call; queues are used up, choosers stay."""
        for methods, rule in self.rules:
            if method in methods and not isinstance(rule, deque):
                return rule(method, chat_id)
            if method in methods and isinstance(rule, deque) and rule:
                return rule.popleft()
        return None


@dataclass
class Gate:
    """Counts sends by the limits; while a token or a chat is held, its further sends wait too."""

    limits: Limits = field(default_factory=Limits)
    recent: deque[float] = field(default_factory=deque)
    chats: dict[int, deque[float]] = field(default_factory=dict)
    held: dict[int, float] = field(default_factory=dict)

    def admit(self, chat: int, now: float, count: int = 1) -> int:
        """0 and counted, or the seconds to wait (`retry_after`, at least 1) and not counted."""
        wait = max(self.held.get(0, 0.0) - now, self.held.get(chat, 0.0) - now)
        wait = wait if wait > 0 else self._over_all(now, count) or self._over_chat(chat, now, count)
        if wait > 0:
            return max(1, math.ceil(wait))
        self.recent.extend([now] * count)
        self.chats.setdefault(chat, deque()).extend([now] * count)
        return 0

    def _over_all(self, now: float, count: int) -> float:
        self._forget(self.recent, now - 1.0)
        if self.limits.per_second is None or len(self.recent) + count <= self.limits.per_second:
            return 0.0
        return self._hold(0, now, 1.0)

    def _over_chat(self, chat: int, now: float, count: int) -> float:
        most, window = self._window(chat)
        times = self.chats.setdefault(chat, deque())
        self._forget(times, now - window)
        if not most or len(times) + count <= most:
            return 0.0
        freed = times[min(len(times) - 1, len(times) + count - most - 1)] if times else now
        return self._hold(chat, now, freed + window - now)

    def _window(self, chat: int) -> tuple[int, float]:
        """A private chat may send `burst` messages in as many seconds as they cost; a group so many in any minute."""
        if chat < 0:
            return self.limits.per_group_minute or 0, 60.0
        return (self.limits.burst, self.limits.burst / self.limits.per_chat) if self.limits.per_chat else (0, 1.0)

    def _hold(self, key: int, now: float, seconds: float) -> float:
        whole = float(max(1, math.ceil(seconds)))
        self.held[key] = now + whole
        return whole

    @staticmethod
    def _forget(times: deque[float], before: float) -> None:
        while times and times[0] <= before:
            times.popleft()
