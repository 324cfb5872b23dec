"""What one process has claimed and not settled yet, and what it claims next."""

import asyncio
from dataclasses import dataclass

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


def quiet(app: App) -> bool:
    """Whether mass sends that are not urgent wait for the morning now."""
    return app.profile().broadcasts.quiet_until(app.clock()) is not None


class Hand:
    """Messages in hand by their rows; `blocked` are the chats in which an answer waits for what is on its way there."""

    def __init__(self, app: App, scope: Scope, room: int) -> None:
        self._app, self._scope, self._room = app, scope, room
        self.items: dict[int, Item] = {}
        self.blocked: set[int] = set()

    def wants_more(self) -> bool:
        """Whether so few of the mass sends are in hand that the next ones are claimed, many at a time."""
        return self._room_for(MASS) >= self._room // 2

    def _room_for(self, lanes: tuple[Lane, ...]) -> int:
        return self._room - sum(item.lane in lanes for item in self.items.values())

    def claim(self) -> tuple[Claimed, list[Item]]:
        """Answers first, and a mass send that was claimed for a chat gives way to an answer to it."""
        now = self._app.clock()
        with self._app.database.write() as session:
            answers = self._claim_in(session, ANSWERS)
            put_back = self._give_way(session, answers)
            lanes = ANSWERS if not self.wants_more() else MASS[:1] if quiet(self._app) else MASS
            mass = Claimed([], set())
            if lanes is not ANSWERS:
                mass = dispatch.claim(session, self._scope, now, lanes=lanes, room=self._room_for(MASS))
        return Claimed(answers.rows + mass.rows, answers.blocked), put_back

    def _give_way(self, session: Session, answers: Claimed) -> list[Item]:
        """Put back the mass sends of chats in which an answer may go instead, and claim it; those put back."""
        in_hand = list(self.items.values())
        waiting = [item.row.id for item in in_hand if item.chat.id in answers.blocked and item.can_wait]
        given = dispatch.give_way(session, waiting) if waiting else set()
        if not given:
            return []
        instead = self._claim_in(session, ANSWERS).rows
        answers.rows.extend(instead)
        served = {chat.id for _, chat in instead}
        put_back = [item for item in in_hand if item.row.id in given and item.chat.id in served]
        # An answer that itself waits for its next try keeps nobody back.
        dispatch.take_again(session, given - {item.row.id for item in put_back})
        return put_back

    def _claim_in(self, session: Session, lanes: tuple[Lane, ...]) -> Claimed:
        room = self._room_for(lanes)
        return (
            dispatch.claim(session, self._scope, self._app.clock(), lanes=lanes, room=room)
            if room
            else Claimed([], set())
        )
