"""Meetings as those look them up who organise them, and their changes."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from db.broadcasts import Broadcast
from db.meetings import AHEAD, OPEN_CHANGE, Meeting, MeetingChange, MeetingEvent

LATELY = timedelta(days=366)
"""No meeting is planned longer ahead; one that still waits after that is forgotten."""


def open_ones(session: Session, now: datetime) -> list[Meeting]:
    """Those which are not over and whose invitation may leave, or may have to be given up; the next first."""
    planned = select(Meeting).where(Meeting.starts_at > now - LATELY, text("state = 'planned'"))
    found = [*session.exec(select(Meeting).where(AHEAD)), *session.exec(planned)]
    return sorted(found, key=lambda meeting: (meeting.starts_at, meeting.id))


def recent(session: Session, now: datetime, limit: int) -> list[Meeting]:
    """The last ones that were held or called off, the newest first."""
    over = col(Meeting.state).in_(("held", "cancelled"))
    rows = select(Meeting).where(Meeting.starts_at > now - LATELY, over)
    return list(session.exec(rows.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()).limit(limit)))


def open_changes(session: Session) -> list[MeetingChange]:
    """The changes that neither count yet nor were dropped."""
    found = session.exec(select(MeetingChange).where(OPEN_CHANGE)).all()  # an ORDER BY would cost the partial index
    return sorted(found, key=lambda change: change.id)


def open_change(session: Session, meeting_id: int) -> MeetingChange | None:
    """The change of a meeting that does not count yet."""
    return session.exec(select(MeetingChange).where(OPEN_CHANGE, MeetingChange.meeting_id == meeting_id)).one_or_none()


def change_of_notice(session: Session, broadcast_id: int) -> MeetingChange | None:
    """The change that a notice tells."""
    return session.exec(select(MeetingChange).where(MeetingChange.broadcast_id == broadcast_id)).one_or_none()


def invitation(session: Session, meeting: Meeting) -> Broadcast | None:
    """What invites to it."""
    return session.get(Broadcast, meeting.invitation_id) if meeting.invitation_id else None


def events(session: Session, meeting_id: int) -> list[MeetingEvent]:
    """What happened to one, in its order."""
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == meeting_id)
    return list(session.exec(rows.order_by(col(MeetingEvent.id))))
