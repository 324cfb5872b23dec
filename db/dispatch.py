"""Messages on their way: claimed, marked, sent, settled, and what a crash leaves of them."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Select, Update, bindparam, text, update
from sqlmodel import Session, SQLModel, col, select

from db.inbox import Scope
from db.outbox import NO_SYNC, UNDER_WAY, Lane, OutboxRow, OutboxState
from db.people import Chat
from db.types import Moment

TABLE, CHATS = (SQLModel.metadata.tables[name] for name in ("outbox", "chat"))


class Message(NamedTuple):
    """What sending one takes, of its row: to load whole rows would take most of the time of a claim."""

    id: int
    dedupe: str | None
    chat_id: int
    lane: int
    body: str
    broadcast_id: int | None
    person_id: int | None
    edits_id: int | None
    again_in_doubt: bool
    attempts: int
    reason: str
    until: datetime | None


class Place(NamedTuple):
    """The chat to which it goes."""

    id: int
    channel: str
    address: str
    private: bool


Claimed = list[tuple[Message, Place]]


def claim(
    session: Session, scope: Scope, now: datetime, *, lanes: Collection[Lane] = tuple(Lane), room: int = 1
) -> Claimed:
    """Take the next messages that may go, at most `room`, answers first, one of a chat and in its order."""
    claimed: Claimed = []
    run, wide = session.connection().execute, len(Message._fields)
    may_go = _may_go(one_chat=scope.chat is not None)
    for lane in sorted(lanes):
        if len(claimed) < room:
            asked = {"channel": scope.channel, "address": scope.chat, "now": now, "lane": int(lane)}
            found = run(may_go, {**asked, "room": room - len(claimed)}).all()
            if found:
                run(_states(), {"ids": [row[0] for row in found], "new": OutboxState.CLAIMED})
            claimed += [(Message._make(row[:wide]), Place._make(row[wide:])) for row in found]
    return claimed


@cache  # building this statement takes ten times as long as running it
def _may_go(*, one_chat: bool) -> Select[*tuple[Any, ...]]:
    """The first message of each chat whose time has come and that has nothing under way, in the order of time."""
    # A list made once, and not a look at every row: thousands may wait in one chat.
    busy = sa.select(col(OutboxRow.chat_id)).where(UNDER_WAY)
    statement = (
        sa.select(*(TABLE.c[name] for name in Message._fields), *(CHATS.c[name] for name in Place._fields))
        .select_from(TABLE.join(CHATS, CHATS.c.id == TABLE.c.chat_id))
        .where(
            # States stand as literals, in the words of the partial indexes: only so does the database use these.
            text("outbox.state = 'ready'"),
            TABLE.c.channel == bindparam("channel"),
            TABLE.c.lane == bindparam("lane"),
            TABLE.c.not_before <= bindparam("now", type_=Moment),
            TABLE.c.chat_id.not_in(busy),
            TABLE.c.id == _of_first_in_chat("id", TABLE.c.lane),
        )
        .order_by(TABLE.c.not_before, TABLE.c.id)
        .limit(bindparam("room"))
        .with_for_update(of=TABLE, skip_locked=True)
    )
    if not one_chat:
        return statement
    chat = sa.select(CHATS.c.id).where(CHATS.c.channel == bindparam("channel"), CHATS.c.address == bindparam("address"))
    return statement.where(TABLE.c.chat_id == chat.scalar_subquery())


@cache
def _states() -> Update:
    return sa.update(TABLE).where(TABLE.c.id.in_(bindparam("ids", expanding=True))).values(state=bindparam("new"))


def held_up(session: Session, scope: Scope, now: datetime) -> set[int]:
    """The chats in which an answer could go, if nothing were under way there."""
    return set(session.execute(_held_up(), {"channel": scope.channel, "now": now}).scalars())


@cache
def _held_up() -> Select[int]:
    busy = sa.select(TABLE.c.chat_id).where(UNDER_WAY, TABLE.c.channel == bindparam("channel"))
    return busy.where(_of_first_in_chat("not_before", int(Lane.ANSWER)) <= bindparam("now", type_=Moment))


def _of_first_in_chat(name: str, lane: object) -> sa.ScalarSelect[Any]:
    """That column of the first message that waits in the chat of a row, in one lane."""
    first = TABLE.alias("first")
    waiting = first.c.chat_id == TABLE.c.chat_id, text("first.state = 'ready'"), first.c.lane == lane
    return sa.select(first.c[name]).where(*waiting).order_by(first.c.number).limit(1).scalar_subquery()


def give_way(session: Session, ids: Collection[int]) -> set[int]:
    """Put back what was claimed and has not left, for something that goes first in its chat; what was put back."""
    back = sa.update(TABLE).where(TABLE.c.id.in_(ids), TABLE.c.state == OutboxState.CLAIMED)
    return set(session.execute(back.values(state=OutboxState.READY).returning(TABLE.c.id)).scalars())


def put_back(session: Session, ids: Collection[int]) -> None:
    """Of these in our hands none has left, though it may be marked: all may be claimed again."""
    back = sa.update(TABLE).where(TABLE.c.id.in_(ids), UNDER_WAY)
    session.execute(back.values(state=OutboxState.READY))


def take_again(session: Session, ids: Collection[int]) -> None:
    """Claim again what was put back in this transaction."""
    if ids:
        session.execute(_states(), {"ids": list(ids), "new": OutboxState.CLAIMED})


def mark(session: Session, row_id: int) -> bool:
    """It is about to leave: from here on a crash leaves doubt. False where it is not in our hands any more."""
    return bool(session.execute(_marked(), {"row": row_id}).rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


@cache
def _marked() -> Update:
    return (
        sa.update(TABLE)
        .where(TABLE.c.id == bindparam("row"), text("state IN ('claimed', 'wire')"))
        .values(state=str(OutboxState.WIRE))
    )


def sent(session: Session, row: Message, at: datetime, message: str, version: int = 0) -> None:
    """It has arrived. What it takes the place of is of the new version too."""
    values = {"row": row.id, "at": at, "platform": message, "of": version}
    session.connection().execute(_sent(), values)
    if row.edits_id is not None:
        edited = sa.update(TABLE).where(TABLE.c.id == row.edits_id)
        session.execute(edited.values(version=version, message=message))


@cache
def _sent() -> Update:
    return (
        sa.update(TABLE)
        .where(TABLE.c.id == bindparam("row"))
        .values(
            state=str(OutboxState.SENT),
            settled_at=bindparam("at"),
            message=bindparam("platform"),
            version=bindparam("of"),
            reason="",
        )
    )


def settle(
    session: Session,
    row_id: int,
    state: OutboxState,
    *,
    at: datetime | None = None,
    message: str = "",
    reason: str = "",
    not_before: datetime | None = None,
    tried: bool = False,
) -> None:
    """Write what became of a message."""
    values: dict[str, object] = {"state": state, "settled_at": at, "message": message, "reason": reason}
    if not_before is not None:
        values["not_before"] = not_before
    if tried:
        values["attempts"] = TABLE.c.attempts + 1
    session.execute(sa.update(TABLE).where(TABLE.c.id == row_id).values(values))


PERHAPS = "perhaps it has arrived: "
"""How the reason begins of a message that is sent again because nobody knows; if it is stopped now, it is in doubt."""


def recover(session: Session, scope: Scope, now: datetime) -> None:
    """After a crash: what was claimed goes again; what was on the wire goes again or is in doubt, as its kind says."""
    here = update(OutboxRow).where(UNDER_WAY, col(OutboxRow.channel) == scope.channel)
    if scope.chat is not None:
        chat = select(Chat.id).where(Chat.channel == scope.channel, Chat.address == scope.chat)
        here = here.where(col(OutboxRow.chat_id).in_(chat))
    claimed = here.where(col(OutboxRow.state) == OutboxState.CLAIMED)
    session.execute(claimed.values(state=OutboxState.READY), execution_options=NO_SYNC)
    again = here.where(col(OutboxRow.again_in_doubt))
    session.execute(again.values(state=OutboxState.READY, reason=PERHAPS), execution_options=NO_SYNC)
    session.execute(here.values(state=OutboxState.DOUBT, settled_at=now, reason="crash"), execution_options=NO_SYNC)
