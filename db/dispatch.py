"""Messages on their way: claimed, marked, sent, settled, and what a crash leaves of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Select, Update, bindparam, exists, text, update
from sqlmodel import Session, SQLModel, col, select

from db.inbox import Scope
from db.outbox import NO_SYNC, UNDER_WAY, Lane, OutboxRow, OutboxState
from db.people import Chat
from db.types import Moment

Asked = Mapping[str, object]
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


class Claimed(NamedTuple):
    """Messages that may go, with their chats, and the chats in which something waits that may not go yet."""

    rows: list[tuple[Message, Place]]
    blocked: set[int]


MOST_PASSED_OVER = 20_000
"""Chats that one claim passes over because they must wait."""


def claim(
    session: Session, scope: Scope, now: datetime, *, lanes: Collection[Lane] = tuple(Lane), room: int = 1
) -> Claimed:
    """Take the next messages that may go, at most `room`, answers first, one of a chat and in its order."""
    claimed = Claimed([], set())
    for lane in sorted(lanes):
        if len(claimed.rows) < room:
            asked = {"channel": scope.channel, "address": scope.chat, "now": now, "lane": int(lane)}
            _claim_in(session, asked, room, claimed)
    return claimed


def _claim_in(session: Session, asked: Asked, room: int, claimed: Claimed) -> None:
    """One lane, page by page: the first message of each chat on a page, then a larger page without these chats."""
    seen, size = {0}, 2 * room
    page = _page(one_chat=asked["address"] is not None)
    while len(claimed.rows) < room and len(seen) < MOST_PASSED_OVER:
        found = session.connection().execute(page, {**asked, "seen": list(seen), "size": size})
        heads: dict[int, int] = dict(found.all())
        if not heads:
            return
        taken = _take(session, list(heads.values()), asked["now"], room - len(claimed.rows))
        claimed.rows.extend(taken)
        seen |= heads.keys()
        if len(claimed.rows) < room:
            claimed.blocked.update(heads.keys() - {chat.id for _, chat in taken})
        size *= 4


@cache  # building this statement takes ten times as long as running it
def _page(*, one_chat: bool) -> Select[int, int]:
    """Chats with a message whose time has come, in the order of time, and the first message that waits in each."""
    first = TABLE.alias("first")
    # States stand as literals, in the words of the partial indexes: only so does the database use these for them.
    head = (
        sa.select(first.c.id)
        .where(first.c.chat_id == TABLE.c.chat_id, text("first.state = 'ready'"), first.c.lane == TABLE.c.lane)
        .order_by(first.c.number)
        .limit(1)
    )
    statement = (
        sa.select(TABLE.c.chat_id, head.scalar_subquery())
        .where(
            text("outbox.state = 'ready'"),
            TABLE.c.channel == bindparam("channel"),
            TABLE.c.lane == bindparam("lane"),
            TABLE.c.not_before <= bindparam("now", type_=Moment),
            TABLE.c.chat_id.not_in(bindparam("seen", expanding=True)),
        )
        .order_by(TABLE.c.not_before, TABLE.c.id)
        .limit(bindparam("size"))
    )
    if not one_chat:
        return statement
    chat = sa.select(CHATS.c.id).where(CHATS.c.channel == bindparam("channel"), CHATS.c.address == bindparam("address"))
    return statement.where(TABLE.c.chat_id == chat.scalar_subquery())


def _take(session: Session, ids: Sequence[int], now: object, room: int) -> list[tuple[Message, Place]]:
    run, wide = session.connection().execute, len(Message._fields)
    found = run(_takeable(), {"ids": ids, "now": now, "room": room}).all()
    taken = [(Message._make(row[:wide]), Place._make(row[wide:])) for row in found]
    if taken:
        run(_states(), {"ids": [row.id for row, _ in taken], "new": OutboxState.CLAIMED})
    return taken


@cache
def _takeable() -> Select[*tuple[Any, ...]]:
    ahead = TABLE.alias("ahead")
    under_way = exists().where(ahead.c.chat_id == TABLE.c.chat_id, text("ahead.state IN ('claimed', 'wire')"))
    return (
        sa.select(*(TABLE.c[name] for name in Message._fields), *(CHATS.c[name] for name in Place._fields))
        .select_from(TABLE.join(CHATS, CHATS.c.id == TABLE.c.chat_id))
        .where(TABLE.c.id.in_(bindparam("ids", expanding=True)), text("outbox.state = 'ready'"), ~under_way)
        .where(TABLE.c.not_before <= bindparam("now", type_=Moment))
        .order_by(TABLE.c.not_before, TABLE.c.id)
        .limit(bindparam("room"))
        .with_for_update(of=TABLE, skip_locked=True)
    )


@cache
def _states() -> Update:
    return sa.update(TABLE).where(TABLE.c.id.in_(bindparam("ids", expanding=True))).values(state=bindparam("new"))


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
