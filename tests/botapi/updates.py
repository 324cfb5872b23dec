"""The queue of updates with the offsets of getUpdates (td/db/TQueue.cpp, telegram-bot-api's do_get_updates)."""

import math
import random
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

Json = dict[str, Any]

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "purchased_paid_media",
    "managed_bot",
    "guest_message",
)
# All but these three, unless they are asked for (core.telegram.org/bots/api#getupdates).
DEFAULT = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}
DAY = 86400
# telegram-bot-api's add_update keeps a callback query for 150 seconds only; the documentation says 24 hours of all.
LIFETIMES = {"callback_query": 150, "shipping_query": 150, "pre_checkout_query": 150}


@dataclass
class Queue:
    """Updates that were not confirmed yet; times in seconds of the server's clock."""

    next_id: int = field(default_factory=lambda: random.randint(2_000_001, 2**30))  # an id, no secret
    waiting: dict[int, tuple[float, Json]] = field(default_factory=dict)
    allowed: frozenset[str] = DEFAULT
    soonest: float = math.inf

    def push(self, update: Json, now: float) -> int:
        """The id given to it, or 0 when allowed_updates keeps its kind out."""
        kind = next((key for key in update if key != "update_id"), "")
        if kind in KINDS and kind not in self.allowed:
            return 0
        number = self.next_id
        self.next_id += 1
        until = now + LIFETIMES.get(kind, DAY)
        self.waiting[number] = (until, {"update_id": number, **update})
        self.soonest = min(self.soonest, until)
        return number

    def allow(self, kinds: object) -> None:
        """Remembers `allowed_updates`; absent means as before, an empty or unknown list means the default."""
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind).lower() for kind in kinds) & frozenset(KINDS) or DEFAULT

    def take(self, offset: int, limit: int, now: float) -> list[Json]:
        """What getUpdates answers; everything below the offset is confirmed and forgotten."""
        self._expire(now)
        if offset < 0:
            self.confirm(next(iter(list(self.waiting)[offset:]), 0))  # keeps the last ones
        # TQueue answers an offset more than ten ahead as if none was given: ids that restarted lower are not lost.
        elif offset <= self.next_id + 10:
            self.confirm(offset)
        return [update for _, update in islice(self.waiting.values(), limit)]

    def confirm(self, below: int) -> None:
        """Forgets what was received; ids wait in order."""
        while self.waiting and (first := next(iter(self.waiting))) < below:
            del self.waiting[first]

    def _expire(self, now: float) -> None:
        if now < self.soonest:
            return
        self.waiting = {number: kept for number, kept in self.waiting.items() if kept[0] > now}
        self.soonest = min((until for until, _ in self.waiting.values()), default=math.inf)
