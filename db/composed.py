"""Announcements as those who write them look them up."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState, Recurrence

LATELY = timedelta(days=60)
MOST = 50
ENDED = (BroadcastState.SENT, BroadcastState.CANCELLED)
MENDABLE = (BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT)


def waiting(session: Session) -> list[Broadcast]:
    """What lies before the leaders, the oldest first."""
    return list(session.exec(select(Broadcast).where(text("state = 'proposed'")).order_by(col(Broadcast.id))))


def under_way(session: Session) -> list[Broadcast]:
    """What waits for a leader, for its time, or goes out, the newest first."""
    scheduled = select(Broadcast).where(text("state = 'scheduled'")).order_by(col(Broadcast.send_at)).limit(MOST)
    moving = select(Broadcast).where(text("state IN ('sending', 'paused', 'sent', 'cancelled') AND NOT settled"))
    found = {each.id: each for rows in (scheduled, moving) for each in session.exec(rows)}
    found |= {each.id: each for each in waiting(session)}
    return sorted(found.values(), key=lambda each: -each.id)


def to_mend(session: Session, staff_id: int) -> list[Broadcast]:
    """What this colleague wrote and has back to mend, the newest first."""
    rows = select(Broadcast).where(Broadcast.author_id == staff_id, Broadcast.state == BroadcastState.RETURNED)
    return list(session.exec(rows.order_by(col(Broadcast.id).desc()).limit(MOST)))


def lately(session: Session, now: datetime, *states: BroadcastState) -> list[Broadcast]:
    """What was due within the last 60 days and is in one of these states, the newest first."""
    rows = select(Broadcast).where(Broadcast.send_at >= now - LATELY, col(Broadcast.state).in_(states))
    return list(session.exec(rows.order_by(col(Broadcast.send_at).desc()).limit(MOST)))


def ended(session: Session, now: datetime) -> list[Broadcast]:
    """What went out of late, the newest first."""
    return [each for each in lately(session, now, *ENDED) if each.started_at is not None]


def of_author(session: Session, staff_id: int) -> list[Broadcast]:
    """What somebody wrote and is not done with: what waits, what is stopped, and the last of what comes again."""
    still = (BroadcastState.PROPOSED, BroadcastState.RETURNED, BroadcastState.SCHEDULED, BroadcastState.PAUSED)
    mine = select(Broadcast).where(Broadcast.author_id == staff_id)
    found = {each.id: each for each in session.exec(mine.where(col(Broadcast.state).in_(still)))}
    coming = {each.recurrence_id for each in found.values()}
    runs = select(Recurrence.id).where(Recurrence.id == Broadcast.recurrence_id, col(Recurrence.ended_at).is_(None))
    again = mine.where(runs.exists()).order_by(col(Broadcast.id).desc()).limit(MOST)
    for each in session.exec(again):
        if each.recurrence_id not in coming:
            coming.add(each.recurrence_id)
            found[each.id] = each
    return [found[number] for number in sorted(found)]


def with_proposal(session: Session, now: datetime) -> list[Broadcast]:
    """What may have a correction that waits: sent within the last 60 days and not stopped for good, newest first."""
    events = select(BroadcastEvent.id).where(
        BroadcastEvent.broadcast_id == Broadcast.id, BroadcastEvent.act == "propose_edit"
    )
    rows = select(Broadcast).where(
        Broadcast.send_at >= now - LATELY, col(Broadcast.state).in_(MENDABLE), events.exists()
    )
    return list(session.exec(rows.order_by(col(Broadcast.send_at).desc()).limit(MOST)))


def events(session: Session, broadcast_id: int) -> list[BroadcastEvent]:
    """What happened to one, in its order."""
    rows = select(BroadcastEvent).where(BroadcastEvent.broadcast_id == broadcast_id)
    return list(session.exec(rows.order_by(col(BroadcastEvent.id))))


def running(session: Session) -> list[int]:
    """The recurrences that have not ended."""
    return list(session.exec(select(Recurrence.id).where(text("ended_at IS NULL"))))


def of_recurrence(session: Session, recurrence_id: int) -> list[Broadcast]:
    """Its announcements, the latest day first."""
    rows = select(Broadcast).where(Broadcast.recurrence_id == recurrence_id)
    return list(session.exec(rows.order_by(col(Broadcast.on_day).desc()).limit(MOST)))
