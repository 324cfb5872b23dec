"""What goes out: every message is a row before it is sent, and stays one afterwards."""

from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cache

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, Select, String, UniqueConstraint, bindparam, exists, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from db.inbox import Scope
from db.people import Chat
from db.types import Moment


class OutboxState(StrEnum):
    """Where a message stands. `claimed` may always be sent again; only `wire` is ambiguous after a crash."""

    READY = "ready"
    CLAIMED = "claimed"
    WIRE = "wire"
    SENT = "sent"
    DEAD = "dead"
    DOUBT = "doubt"


class Lane(IntEnum):
    """Answers go ahead of mass sends."""

    ANSWER = 0
    NOTICE = 1


NO_SYNC = {"synchronize_session": False}
READY = text("state = 'ready'")
UNDER_WAY = text("state IN ('claimed', 'wire')")


class OutboxRow(SQLModel, table=True):
    """One message to one chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Whatever is repeated after a crash, a message of one meaning is enqueued once.
        UniqueConstraint("dedupe", name="outbox_dedupe_once"),
        # The messages of a chat have one order, without gaps that a reader could miss.
        UniqueConstraint("chat_id", "number", name="outbox_number_once_a_chat"),
        CheckConstraint("state IN ('ready', 'claimed', 'wire', 'sent', 'dead', 'doubt')", name="outbox_state_known"),
        Index("outbox_ready", "channel", "lane", "id", sqlite_where=READY, postgresql_where=READY),
        Index("outbox_ready_of_chat", "chat_id", "lane", "number", sqlite_where=READY, postgresql_where=READY),
        # One in flight for a chat: two senders cannot overtake each other there.
        Index("outbox_one_in_flight", "chat_id", unique=True, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    dedupe: str
    channel: str
    chat_id: int = Field(foreign_key="chat.id")
    number: int
    lane: int = Lane.ANSWER
    body: str
    again_in_doubt: bool = True
    state: OutboxState = Field(default=OutboxState.READY, sa_type=String)
    attempts: int = 0
    reason: str = ""
    message: str = ""
    created_at: datetime = Field(sa_type=Moment)
    not_before: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


def enqueue(session: Session, chat: Chat, *, dedupe: str, body: str, at: datetime, lane: Lane = Lane.ANSWER) -> None:
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
    session.add(row)
    session.flush()


def claim(session: Session, scope: Scope, now: datetime) -> tuple[OutboxRow, Chat] | None:
    """Take the next message that may go, answers first, in the order of its chat; None when nothing may."""
    found = session.execute(
        _claimable(one_chat=scope.chat is not None), {"channel": scope.channel, "address": scope.chat, "now": now}
    ).first()
    if found is None:
        return None
    row, chat = found
    row.state = OutboxState.CLAIMED
    session.flush()
    return row, chat


@cache  # building this statement takes ten times as long as running it
def _claimable(*, one_chat: bool) -> Select[OutboxRow, Chat]:
    ahead = aliased(OutboxRow, name="ahead")
    # States stand as literals, in the words of the partial indexes: only so does the database use these for them.
    under_way = exists().where(col(ahead.chat_id) == col(OutboxRow.chat_id), text("ahead.state IN ('claimed', 'wire')"))
    earlier = exists().where(
        col(ahead.chat_id) == col(OutboxRow.chat_id),
        text("ahead.state = 'ready'"),
        col(ahead.lane) == col(OutboxRow.lane),
        col(ahead.number) < col(OutboxRow.number),
    )
    statement = (
        sa.select(OutboxRow, Chat)
        .join(Chat, col(Chat.id) == col(OutboxRow.chat_id))
        .where(text("outbox.state = 'ready'"), col(OutboxRow.not_before) <= bindparam("now", type_=Moment))
        .where(~under_way, ~earlier)
        .order_by(col(OutboxRow.lane), col(OutboxRow.id))
        .limit(1)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )
    if not one_chat:
        return statement.where(col(OutboxRow.channel) == bindparam("channel"))
    chat = sa.select(col(Chat.id)).where(
        col(Chat.channel) == bindparam("channel"), col(Chat.address) == bindparam("address")
    )
    return statement.where(col(OutboxRow.chat_id) == chat.scalar_subquery())


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
        values["attempts"] = OutboxRow.attempts + 1
    session.exec(update(OutboxRow).where(col(OutboxRow.id) == row_id).values(values))


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
        enqueue(
            session, new, dedupe=f"{row.dedupe}>{new.address}", body=row.body, at=row.created_at, lane=Lane(row.lane)
        )
        row.state, row.reason = OutboxState.DEAD, f"moved to {new.address}"
        session.add(row)


def recent(session: Session, chat: Chat, limit: int) -> list[OutboxRow]:
    """The newest messages to a chat."""
    rows = select(OutboxRow).where(OutboxRow.chat_id == chat.id, OutboxRow.number > chat.last_number - limit)
    return list(session.exec(rows.order_by(col(OutboxRow.number))))


LOOKED_BACK = 20
"""How many messages back a choice may have been offered that is typed now."""


def last_offered(session: Session, chat: Chat) -> list[OutboxRow]:
    """The newest two messages of the chat that offered something to choose, the newest first."""
    recent = select(OutboxRow).where(OutboxRow.chat_id == chat.id, OutboxRow.number > chat.last_number - LOOKED_BACK)
    offering = recent.where(col(OutboxRow.body).contains('"rows"'))
    return list(session.exec(offering.order_by(col(OutboxRow.number).desc()).limit(2)))
