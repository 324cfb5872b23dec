"""When the next message may leave: even spacing, a hold for everybody, limits for each chat; pure but for its memory.

Limits of Telegram (core.telegram.org/bots/faq, "My bot is hitting limits"): about 30 messages a second in all, about
one a second in a chat, 20 a minute in a group.
"""

from collections import deque
from dataclasses import dataclass, field

from bot.core.channel import Limits

FORGET_AFTER = 120.0


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

    def chat_slot(self, chat: str, now: float, *, group: bool) -> float:
        """Take the next place in this chat: the moment from which its message may go."""
        self._forget(now)
        limits, pace = self._limits, self._chats.setdefault(chat, _ChatPace(self._limits.chat_burst, now))
        pace.tokens = min(limits.chat_burst, pace.tokens + (now - pace.at) * limits.chat_rate)
        pace.tokens -= 1
        pace.at = now
        moment = now + max(0.0, -pace.tokens / limits.chat_rate)
        return self._group_slot(pace, moment) if group else moment

    def _group_slot(self, pace: _ChatPace, moment: float) -> float:
        while pace.sent and pace.sent[0] <= moment - 60:
            pace.sent.popleft()
        if len(pace.sent) >= self._limits.group_minute:
            moment = max(moment, pace.sent[-self._limits.group_minute] + 60.0)
        pace.sent.append(moment)
        return moment

    def slot(self, now: float) -> float:
        """Take the next place of all: evenly spaced, never before a hold is over."""
        moment = max(now, self._next, self._hold)
        self._next = moment + 1 / self._limits.rate
        return moment

    def hold(self, until: float) -> None:
        """Nobody sends before this moment."""
        self._hold = max(self._hold, until)

    def held(self, now: float) -> float:
        """How long everybody still waits, in seconds."""
        return max(0.0, self._hold - now)

    def _forget(self, now: float) -> None:
        if len(self._chats) > 10_000:
            self._chats = {chat: pace for chat, pace in self._chats.items() if pace.at > now - FORGET_AFTER}
