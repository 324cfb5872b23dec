"""What goes out: every message is a row before it is sent, and stays one afterwards."""

from collections.abc import Collection
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text, update
from sqlmodel import Field, Session, SQLModel, col, select

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
    is that of the broadcast when it was sent. `edits_id` is the message that it takes the place of. From `until` on it
    makes no sense any more and does not leave.
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
        # To count edits apart without a look at the rows of all who got it.
        Index("outbox_edits_of_broadcast", "broadcast_id", "state", sqlite_where=EDITING, postgresql_where=EDITING),
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
    until: datetime | None = Field(default=None, sa_type=Moment)


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
    until: datetime | None = None,
) -> None:
    """Put a message at the end of its chat; with a `dedupe` that is there already nothing happens.

    What has not left by `until` never does.
    """
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
        until=until,
    )
    if origin:
        row.broadcast_id, row.person_id, row.edits_id = origin
    session.add(row)
    session.flush()


def enqueued(session: Session, dedupes: Collection[str]) -> set[str]:
    """Those of these messages that are there already, sent or not."""
    found = session.exec(select(OutboxRow.dedupe).where(NAMED, col(OutboxRow.dedupe).in_(dedupes)))
    return {dedupe for dedupe in found if dedupe}


def drop(session: Session, dedupe: str, reason: str) -> None:
    """What has not been taken up yet does not go out any more."""
    waiting = update(OutboxRow).where(col(OutboxRow.dedupe) == dedupe, col(OutboxRow.state) == OutboxState.READY)
    session.execute(waiting.values(state=OutboxState.DEAD, reason=reason), execution_options=NO_SYNC)


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
        enqueue(
            session,
            new,
            dedupe=dedupe,
            body=row.body,
            at=row.created_at,
            lane=Lane(row.lane),
            origin=origin,
            until=row.until,
        )


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
