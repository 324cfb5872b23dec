"""What one process has claimed and not settled yet, and what it claims next."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session

from bot.feature import App
from db import dispatch
from db.dispatch import Claimed, Message, Place
from db.inbox import Scope
from db.outbox import Lane

CLAIMED_AHEAD = 4
"""Rows claimed for each place on the wire: they wait for their chat's turn without holding up other chats."""

ANSWERS, MASS = (Lane.ANSWER,), (Lane.URGENT, Lane.NOTICE)


@dataclass(eq=False)
class Item:
    """A claimed row on its way: `leaving` when it is about to be marked, `left` when the platform may get it."""

    row: Message
    chat: Place
    task: asyncio.Task[None] | None = None
    leaving: bool = False
    left: bool = False
    given_back: bool = False

    @property
    def can_wait(self) -> bool:
        """Whether it gives way to an answer."""
        return self.lane != Lane.ANSWER and not self.leaving

    @property
    def lane(self) -> int:
        """How urgent it is."""
        return self.row.lane


Held = Sequence[Item]


class Taken(NamedTuple):
    """What was claimed, what gave way to it, and the chats in which an answer waits for what is on its way there."""

    rows: Claimed
    put_back: list[Item]
    blocked: set[int]


def quiet(app: App) -> bool:
    """Whether mass sends that are not urgent wait for the morning now."""
    return app.profile().broadcasts.quiet_until(app.clock()) is not None


class Hand:
    """Messages in hand by their rows; `blocked` as it was when more was claimed last."""

    def __init__(self, app: App, scope: Scope, room: int) -> None:
        self._app, self._scope, self._room = app, scope, room
        self.items: dict[int, Item] = {}
        self.blocked: set[int] = set()

    def held(self) -> Held:
        """What is in hand now, for the thread that claims: meanwhile the event loop goes on settling."""
        return tuple(self.items.values())

    def wants_more(self) -> bool:
        """Whether so few of the mass sends are in hand that the next ones are claimed, many at a time."""
        return self._room_for(MASS, self.held()) >= self._room // 2

    def _room_for(self, lanes: tuple[Lane, ...], held: Held) -> int:
        return self._room - sum(item.lane in lanes for item in held)

    def claim(self, held: Held) -> Taken:
        """Answers first, and a mass send that was claimed for a chat gives way to an answer to it."""
        now, room = self._app.clock(), self._room_for(MASS, held)
        with self._app.database.write() as session:
            claimed = self._claim_answers(session, self._room_for(ANSWERS, held))
            blocked = dispatch.held_up(session, self._scope, now)
            put_back = self._give_way(session, claimed, blocked, held)
            if room >= self._room // 2:
                lanes = MASS[:1] if quiet(self._app) else MASS
                claimed += dispatch.claim(session, self._scope, now, lanes=lanes, room=room)
        return Taken(claimed, put_back, blocked)

    def _give_way(self, session: Session, claimed: Claimed, blocked: set[int], held: Held) -> list[Item]:
        """Put back the mass sends of chats in which an answer may go instead, and claim it; those put back."""
        waiting = [item.row.id for item in held if item.chat.id in blocked and item.can_wait]
        given = dispatch.give_way(session, waiting) if waiting else set()
        if not given:
            return []
        instead = self._claim_answers(session, self._room_for(ANSWERS, held) - len(claimed))
        claimed += instead
        served = {chat.id for _, chat in instead}
        put_back = [item for item in held if item.row.id in given and item.chat.id in served]
        # Where there was no room for the answer, nothing makes way for it.
        dispatch.take_again(session, given - {item.row.id for item in put_back})
        return put_back

    def _claim_answers(self, session: Session, room: int) -> Claimed:
        return dispatch.claim(session, self._scope, self._app.clock(), lanes=ANSWERS, room=room)
