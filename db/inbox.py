"""What came in, raw and as it came, before anybody looks at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, Select, String, UniqueConstraint, bindparam, exists, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class InboxState(StrEnum):
    """Where a raw event stands."""

    OPEN = "open"
    DONE = "done"
    DEAD = "dead"


OPEN = text("state = 'open'")
WIPED = "{}"


class InboxRow(SQLModel, table=True):
    """One raw event of a channel. It is committed before the platform is told "received".

    `outcome` says what it was taken for, or `dismissed: …` why nothing was to be done; empty until it is handled.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        # The platform may deliver an event twice; it is kept, and handled, once.
        UniqueConstraint("key", name="inbox_key_once"),
        CheckConstraint("state IN ('open', 'done', 'dead')", name="inbox_state_known"),
        Index("inbox_open", "channel", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("inbox_open_of_chat", "channel", "chat", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    channel: str
    chat: str
    raw: str
    state: InboxState = Field(default=InboxState.OPEN, sa_type=String)
    tries: int = 0
    reason: str = ""
    outcome: str = ""
    received_at: datetime = Field(sa_type=Moment, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


@dataclass(frozen=True)
class Scope:
    """What one process serves: a whole channel, or a single chat of it."""

    channel: str
    chat: str | None = None


def keep(session: Session, *, key: str, channel: str, chat: str, raw: str, at: datetime) -> bool:
    """Store a raw event; False when it is there already."""
    if session.exec(select(InboxRow.id).where(InboxRow.key == key)).first() is not None:
        return False
    session.add(InboxRow(key=key, channel=channel, chat=chat, raw=raw, received_at=at))
    session.flush()
    return True


def oldest_open(session: Session, scope: Scope) -> InboxRow | None:
    """The event to handle next: the events of a chat one after the other, also where several workers ask."""
    values = {"channel": scope.channel, "chat": scope.chat}
    return session.execute(_oldest_open(one_chat=scope.chat is not None), values).scalars().first()


@cache  # building the statement takes longer than running it
def _oldest_open(*, one_chat: bool) -> Select[InboxRow]:
    earlier = aliased(InboxRow)
    waits_behind = exists().where(
        col(earlier.channel) == col(InboxRow.channel),
        col(earlier.chat) == col(InboxRow.chat),
        col(earlier.state) == InboxState.OPEN,
        col(earlier.id) < col(InboxRow.id),
    )
    statement = (
        sa.select(InboxRow)
        .where(col(InboxRow.channel) == bindparam("channel"), col(InboxRow.state) == InboxState.OPEN, ~waits_behind)
        .order_by(col(InboxRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return statement.where(col(InboxRow.chat) == bindparam("chat")) if one_chat else statement


def by_key(session: Session, key: str) -> InboxRow | None:
    """The event with this key."""
    return session.exec(select(InboxRow).where(InboxRow.key == key)).one_or_none()


def wipe(session: Session, keys: Collection[str]) -> None:
    """Take out what was said in these events; that they came, and what they were taken for, stays."""
    events = sa.update(InboxRow).where(col(InboxRow.key).in_(keys))
    session.execute(events.values(raw=WIPED, reason="wiped"))


def another_waits(session: Session, key: str) -> bool:
    """Whether the same chat has said more since this event, not handled yet."""
    this = by_key(session, key)
    if this is None:
        return False
    later = select(InboxRow.id).where(
        InboxRow.channel == this.channel,
        InboxRow.chat == this.chat,
        InboxRow.state == InboxState.OPEN,
        InboxRow.id > this.id,
    )
    return session.exec(later.limit(1)).first() is not None
