"""What it takes to tell whether a message is an announcement: its code, its text, the texts that it had before."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db.broadcasts import Broadcast, BroadcastEvent
from db.notices import STARTED

EARLIER = "earlier"
"""The act under which the history keeps a text that was replaced."""

MOST = 200
"""Announcements whose texts are compared with a message that has no code, the newest."""


@dataclass(frozen=True)
class Earlier:
    """A title and a text as they were until a correction took their place, at that time."""

    title: str
    body: str
    version: int
    until: datetime


def by_code(session: Session, code: str) -> Broadcast | None:
    """The announcement under which that code stands, whatever its state."""
    return session.exec(select(Broadcast).where(Broadcast.proof == code)).one_or_none()


def lately(session: Session, since: datetime) -> list[Broadcast]:
    """What was due since then and has begun to leave, the newest first."""
    rows = select(Broadcast).where(Broadcast.send_at >= since, col(Broadcast.started_at).is_not(None))
    newest = rows.where(col(Broadcast.state).in_(STARTED)).order_by(
        col(Broadcast.send_at).desc(), col(Broadcast.id).desc()
    )
    return list(session.exec(newest.limit(MOST)))


def keep(session: Session, broadcast: Broadcast, now: datetime) -> None:
    """Keep title and text as they stand: a correction takes their place."""
    note = json.dumps(
        {"title": broadcast.title, "body": broadcast.body, "version": broadcast.version}, ensure_ascii=False
    )
    session.add(BroadcastEvent(broadcast_id=broadcast.id, at=now, act=EARLIER, note=note))
    session.flush()


def earlier(session: Session, broadcast_id: int) -> list[Earlier]:
    """What it said before, the newest first."""
    rows = select(BroadcastEvent).where(BroadcastEvent.broadcast_id == broadcast_id, BroadcastEvent.act == EARLIER)
    kept = session.exec(rows.order_by(col(BroadcastEvent.id).desc()))
    return [Earlier(**json.loads(event.note), until=event.at) for event in kept]
