"""When the next message may leave: even spacing, a hold for everybody, limits for each chat; pure but for its memory.

Limits of Telegram (core.telegram.org/bots/faq, "My bot is hitting limits"): about 30 messages a second in all, about
one a second in a chat, 20 a minute in a group.
"""

from collections import deque
from dataclasses import dataclass, field

from bot.core.channel import Limits

FORGET_AFTER = 120.0
FORGET_EVERY = 10.0
"""Seconds between two looks at all chats for those that may be forgotten: a look takes longer than a send."""

MANY = 10_000
"""Chats that are remembered anyhow."""

CATCH_UP = 2
"""Spaces between two messages that may be made up for when some were late, where the last second has room."""

ONE_WAY = 0.9
"""How much of the shortest round trip so far is trusted to be the time of both ways."""

MOMENT = 1e-6


@dataclass
class _ChatPace:
    """One chat: `tokens` of the burst at `at`, and in a group the moments of the last minute."""

    tokens: float
    at: float
    sent: deque[float] = field(default_factory=deque)


class Pace:
    """All times are seconds of one clock that never goes back; the caller waits, this only says until when."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._next = 0.0
        self._hold = 0.0
        self._chats: dict[str, _ChatPace] = {}
        self._forget_at = 0.0
        self._unanswered = 0
        self._answers: deque[float] = deque()
        self._round_trip = float("inf")

    def chat_free(self, chat: str, now: float, *, group: bool, spare: int = 0) -> float:
        """The moment from which a message to this chat may go. `spare` places of the burst are left to others."""
        limits, pace = self._limits, self._chats.get(chat)
        if pace is None:
            return now
        wanted = min(1 + spare, limits.chat_burst)
        moment = now + max(0.0, (wanted - self._tokens(pace, now) - MOMENT) / limits.chat_rate)
        if group and len(pace.sent) >= limits.group_minute:
            return max(moment, pace.sent[-limits.group_minute] + 60.0)
        return moment

    def chat_taken(self, chat: str, now: float, *, group: bool) -> None:
        """A message goes to this chat."""
        self._forget(now)
        pace = self._chats.setdefault(chat, _ChatPace(self._limits.chat_burst, now))
        pace.tokens, pace.at = self._tokens(pace, now) - 1, now
        if group:
            pace.sent.append(now)
            while pace.sent[0] <= now - 60:
                pace.sent.popleft()

    def _tokens(self, pace: _ChatPace, now: float) -> float:
        return min(self._limits.chat_burst, pace.tokens + (now - pace.at) * self._limits.chat_rate)

    def next_slot(self, now: float) -> float:
        """The next place of all: evenly spaced, never before a hold is over or the second is full."""
        return max(now, self._next, self._hold, self._second_free(now))

    def _second_free(self, now: float) -> float:
        """When the platform will surely count fewer than its limit in the second before the next one gets there.

        When a message got there is not known, only that it was before its answer left; what is not answered yet may be
        getting there now. So however late messages leave this process, they never arrive too close together.
        """
        away = 1.0 - (ONE_WAY * self._round_trip if self._answers else 0.0)
        while self._answers and self._answers[0] <= now - away + MOMENT:
            self._answers.popleft()
        over = self._unanswered + len(self._answers) - self._limits.second
        return self._answers[min(over, len(self._answers) - 1)] + away if over >= 0 and self._answers else now

    def take_slot(self, now: float) -> None:
        """A message leaves now."""
        space = 1 / self._limits.rate
        self._next = max(self._next, now - CATCH_UP * space) + space
        self._unanswered += 1

    def unused(self) -> None:
        """The message that had taken the place does not leave after all."""
        self._unanswered -= 1

    def answered(self, since: float, now: float) -> None:
        """The platform has answered, one way or the other, to what left at `since`."""
        self._unanswered -= 1
        self._round_trip = min(self._round_trip, now - since)
        self._answers.append(now)

    def hold(self, until: float) -> None:
        """Nobody sends before this moment."""
        self._hold = max(self._hold, until)

    def held(self, now: float) -> float:
        """How long everybody still waits, in seconds."""
        return max(0.0, self._hold - now)

    def _forget(self, now: float) -> None:
        if len(self._chats) > MANY and now >= self._forget_at:
            self._forget_at = now + FORGET_EVERY
            self._chats = {chat: pace for chat, pace in self._chats.items() if pace.at > now - FORGET_AFTER}
