"""What happened to an announcement: written with it, and looked up."""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.broadcasts.rules import Act
from bot.feature import Work
from db.broadcasts import Broadcast, BroadcastEvent
from db.staff import Staff


def record(work: Work, staff: Staff | None, broadcast: Broadcast, act: Act, note: str = "") -> BroadcastEvent:
    """Write the announcement and what happened to it; by the clock where nobody is named."""
    work.session.add(broadcast)
    work.session.flush()
    by = staff.id if staff else None
    event = BroadcastEvent(broadcast_id=broadcast.id, at=work.now, act=act, staff_id=by, note=note)
    work.session.add(event)
    work.session.flush()
    return event


def last_event(session: Session, broadcast_id: int, *acts: Act) -> BroadcastEvent | None:
    """The newest of these acts on an announcement."""
    rows = select(BroadcastEvent).where(BroadcastEvent.broadcast_id == broadcast_id, col(BroadcastEvent.act).in_(acts))
    return session.exec(rows.order_by(col(BroadcastEvent.id).desc()).limit(1)).first()


@dataclass(frozen=True)
class Proposal:
    """A correction that waits for a leader: the event by which it was proposed, by whom, and what would stand there."""

    event: int
    by: int | None
    title: str
    body: str


def proposed(session: Session, broadcast_id: int) -> Proposal | None:
    """The correction that waits for a leader."""
    last = last_event(session, broadcast_id, Act.PROPOSE_EDIT, Act.APPROVE_EDIT, Act.RETURN_EDIT)
    if last is None or last.act != Act.PROPOSE_EDIT:
        return None
    return Proposal(last.id, last.staff_id, **json.loads(last.note))
