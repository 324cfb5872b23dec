"""What goes out: every message is a row before it is sent, and stays one afterwards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, Select, String, UniqueConstraint, Update, bindparam, exists, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from db.inbox import Scope
from db.people import Chat
from db.types import Moment


class OutboxState(StrEnum):
    """Where a message stands. `claimed` may always be sent again; only `wire` is ambiguous after a crash.

    `held` waits while its broadcast is paused; `cancelled` never left.
    """

    READY = "ready"
    CLAIMED = "claimed"
    WIRE = "wire"
    SENT = "sent"
    DEAD = "dead"
    DOUBT = "doubt"
    HELD = "held"
    CANCELLED = "cancelled"


class Lane(IntEnum):
    """Answers go ahead of mass sends; in quiet hours only those that are urgent go."""

    ANSWER = 0
    URGENT = 1
    NOTICE = 2


NO_SYNC = {"synchronize_session": False}
READY = text("state = 'ready'")
UNDER_WAY = text("state IN ('claimed', 'wire')")
NAMED = text("dedupe IS NOT NULL")
OF_BROADCAST = text("broadcast_id IS NOT NULL")
FIRST_OF_BROADCAST = text("broadcast_id IS NOT NULL AND edits_id IS NULL")
EDITING = text("edits_id IS NOT NULL")


class OutboxRow(SQLModel, table=True):
    """One message to one chat.

    One of a mass send has no body of its own: it is rendered from its broadcast when it is sent, for `person_id`. It
    has no `dedupe` either: broadcast and person say what it means, in numbers that grow as they are written. `version`
    is that of the broadcast when it was sent. `edits_id` is the message that it takes the place of.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # Whatever is repeated after a crash, a message of one meaning is enqueued once.
        Index("outbox_dedupe_once", "dedupe", unique=True, sqlite_where=NAMED, postgresql_where=NAMED),
        # However often a fan-out is repeated, a broadcast has one message for a person.
        Index(
            "outbox_once_a_person",
            "broadcast_id",
            "person_id",
            unique=True,
            sqlite_where=FIRST_OF_BROADCAST,
            postgresql_where=FIRST_OF_BROADCAST,
        ),
        # The messages of a chat have one order, without gaps that a reader could miss.
        UniqueConstraint("chat_id", "number", name="outbox_number_once_a_chat"),
        # Not with IN: SQLite makes a table of such a list, anew for every row, a third of the time of a mass send.
        CheckConstraint(" OR ".join(f"state = '{state}'" for state in OutboxState), name="outbox_state_known"),
        # With the chat in it, so that a chat that must wait is passed over however much it has to get.
        Index(
            "outbox_ready",
            "channel",
            "lane",
            "not_before",
            "id",
            "chat_id",
            sqlite_where=READY,
            postgresql_where=READY,
        ),
        Index("outbox_ready_of_chat", "chat_id", "lane", "number", sqlite_where=READY, postgresql_where=READY),
        # One in flight for a chat: two senders cannot overtake each other there.
        Index("outbox_one_in_flight", "chat_id", unique=True, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
        Index(
            "outbox_of_broadcast",
            "broadcast_id",
            "state",
            "person_id",
            "chat_id",
            sqlite_where=OF_BROADCAST,
            postgresql_where=OF_BROADCAST,
        ),
        Index("outbox_edits", "edits_id", sqlite_where=EDITING, postgresql_where=EDITING),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    dedupe: str | None = None
    channel: str
    chat_id: int = Field(foreign_key="chat.id")
    number: int
    lane: int = Lane.ANSWER
    body: str
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    edits_id: int | None = Field(default=None, foreign_key="outbox.id")
    version: int = 0
    again_in_doubt: bool = True
    state: OutboxState = Field(default=OutboxState.READY, sa_type=String)
    attempts: int = 0
    reason: str = ""
    message: str = ""
    created_at: datetime = Field(sa_type=Moment)
    not_before: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class Origin(NamedTuple):
    """Of which broadcast a message is, for whom, and what it takes the place of."""

    broadcast_id: int | None
    person_id: int | None
    edits_id: int | None


def enqueue(
    session: Session,
    chat: Chat,
    *,
    dedupe: str,
    body: str,
    at: datetime,
    lane: Lane = Lane.ANSWER,
    origin: Origin | None = None,
) -> None:
    """Put a message at the end of its chat; with a `dedupe` that is there already nothing happens."""
    if session.exec(select(OutboxRow.id).where(OutboxRow.dedupe == dedupe)).first() is not None:
        return
    session.flush()
    counted = update(Chat).where(col(Chat.id) == chat.id).values(last_number=Chat.last_number + 1)
    # One statement counts and locks the row: two writers to a chat wait for each other and never share a number.
    number = session.execute(counted.returning(col(Chat.last_number)), execution_options=NO_SYNC).scalar_one()
    row = OutboxRow(
        dedupe=dedupe,
        channel=chat.channel,
        chat_id=chat.id,
        number=number,
        lane=lane,
        body=body,
        created_at=at,
        not_before=at,
    )
    if origin:
        row.broadcast_id, row.person_id, row.edits_id = origin
    session.add(row)
    session.flush()


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


def drop(session: Session, dedupe: str, reason: str) -> None:
    """What has not been taken up yet does not go out any more."""
    waiting = update(OutboxRow).where(col(OutboxRow.dedupe) == dedupe, col(OutboxRow.state) == OutboxState.READY)
    session.execute(waiting.values(state=OutboxState.DEAD, reason=reason), execution_options=NO_SYNC)


def recover(session: Session, scope: Scope, now: datetime) -> None:
    """After a crash: what was claimed goes again; what was on the wire goes again or is in doubt, as its kind says."""
    here = update(OutboxRow).where(UNDER_WAY, col(OutboxRow.channel) == scope.channel)
    if scope.chat is not None:
        chat = select(Chat.id).where(Chat.channel == scope.channel, Chat.address == scope.chat)
        here = here.where(col(OutboxRow.chat_id).in_(chat))
    again = here.where((col(OutboxRow.state) == OutboxState.CLAIMED) | col(OutboxRow.again_in_doubt))
    session.execute(again.values(state=OutboxState.READY), execution_options=NO_SYNC)
    session.execute(here.values(state=OutboxState.DOUBT, settled_at=now, reason="crash"), execution_options=NO_SYNC)


def hand_over(session: Session, old: Chat, new: Chat) -> None:
    """What waits for a chat that moved goes to the end of the chat that it became, in its order."""
    open_states = (OutboxState.READY, OutboxState.CLAIMED, OutboxState.WIRE)
    waiting = select(OutboxRow).where(OutboxRow.chat_id == old.id, col(OutboxRow.state).in_(open_states))
    for row in session.exec(waiting.order_by(col(OutboxRow.number))).all():
        dedupe = f"{row.dedupe or f'outbox:{row.id}'}>{new.address}"
        origin = Origin(row.broadcast_id, row.person_id, row.edits_id)
        row.state, row.reason = OutboxState.DEAD, f"moved to {new.address}"
        row.broadcast_id = None  # which has one message for a person: from now on the other one
        session.add(row)
        enqueue(session, new, dedupe=dedupe, body=row.body, at=row.created_at, lane=Lane(row.lane), origin=origin)


def recent(session: Session, chat: Chat, limit: int) -> list[OutboxRow]:
    """The newest messages to a chat."""
    rows = select(OutboxRow).where(OutboxRow.chat_id == chat.id, OutboxRow.number > chat.last_number - limit)
    return list(session.exec(rows.order_by(col(OutboxRow.number))))


LOOKED_BACK = 20
"""How many messages back a choice may have been offered that is typed now."""


def last_offered(session: Session, chat: Chat) -> list[OutboxRow]:
    """The newest two messages of the chat that offered something to choose, the newest first.

    One of a broadcast always does; it waits its turn for long, so it counts from when it was sent.
    """
    recent = select(OutboxRow).where(OutboxRow.chat_id == chat.id, OutboxRow.number > chat.last_number - LOOKED_BACK)
    shown = (col(OutboxRow.state) == OutboxState.SENT) & col(OutboxRow.edits_id).is_(None)
    offering = recent.where(col(OutboxRow.body).contains('"rows"') | (col(OutboxRow.broadcast_id).is_not(None) & shown))
    newest = (col(OutboxRow.settled_at).desc().nulls_first(), col(OutboxRow.number).desc())
    return list(session.exec(offering.order_by(*newest).limit(2)))
