"""Announcements as the people read them again, whom they concern: what was sent of late, and what arrived with whom."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.broadcasts import Broadcast, BroadcastState
from db.outbox import OutboxRow, OutboxState
from db.people import Chat

STARTED = (BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT, BroadcastState.CANCELLED)
ARRIVED = (OutboxState.SENT, OutboxState.DOUBT)
MOST = 500
"""Announcements that are looked through, the newest."""


@dataclass(frozen=True)
class Notice:
    """What a list tells of an announcement, and what decides who may read it."""

    id: int
    year: int
    number: int
    title: str
    version: int
    kind: str
    subject: str
    audience: dict[str, object]
    state: str
    started_at: datetime
    corrects_id: int | None


def notice(session: Session, broadcast_id: int) -> Notice | None:
    """One of them, however old; None where nobody has got it yet."""
    found = session.exec(_started().where(col(Broadcast.id) == broadcast_id)).one_or_none()
    return Notice(*found) if found else None


def lately(session: Session, since: datetime) -> list[Notice]:
    """What has begun to leave, of what was due since then, the newest first."""
    newest = _started().order_by(col(Broadcast.send_at).desc(), col(Broadcast.id).desc()).limit(MOST)
    return [Notice(*row) for row in session.exec(newest.where(Broadcast.send_at >= since))]


def corrections(session: Session, broadcast_id: int) -> list[Notice]:
    """The notices that correct this one, the newest first."""
    rows = _started().where(Broadcast.corrects_id == broadcast_id).order_by(col(Broadcast.id).desc())
    return [Notice(*row) for row in session.exec(rows)]


def _started() -> Any:
    """The columns of a `Notice`, without the text, which may be long."""
    columns = [getattr(Broadcast, field.name) for field in fields(Notice)]
    begun = col(Broadcast.started_at).is_not(None), col(Broadcast.state).in_(STARTED)
    return sa.select(*columns).where(*begun)


def received(session: Session, person_id: int) -> frozenset[int]:
    """The announcements that arrived, or may have, in the private chats that are somebody's now."""
    chats = select(Chat.id).where(Chat.person_id == person_id, Chat.private)
    arrived = select(OutboxRow.broadcast_id).where(
        col(OutboxRow.chat_id).in_(chats),
        col(OutboxRow.broadcast_id).is_not(None),
        col(OutboxRow.state).in_(ARRIVED),
    )
    return frozenset(number for number in session.exec(arrived.distinct()) if number is not None)
