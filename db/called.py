"""Meetings as those look them up who organise them, and their changes."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import String, literal, text
from sqlmodel import Session, col, select

from db.broadcasts import Broadcast
from db.meetings import AHEAD, OFFERED, OPEN_CHANGE, Guest, Meeting, MeetingChange, MeetingEvent
from db.outbox import NAMED, NO_SYNC, READY, OutboxRow, OutboxState

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


NEAR = timedelta(hours=12)
"""A change of what begins so soon is told at any hour to those who answered, and its approval is asked for at night."""


def is_near(session: Session, broadcast: Broadcast, now: datetime) -> bool:
    """Whether it tells a change of a meeting that is, or was, to begin soon."""
    change = change_of_notice(session, broadcast.id)
    if change is None:
        return False
    return min(change.starts_at, change.was_at or change.starts_at) <= now + NEAR


def offered_beyond(session: Session, meeting_id: int, latest: datetime) -> list[Guest]:
    """Who may accept a place for longer than until then; the caller has the meeting locked."""
    rows = select(Guest).where(OFFERED, Guest.meeting_id == meeting_id, col(Guest.offered_until) > latest)
    return list(session.exec(rows.order_by(col(Guest.id)).execution_options(populate_existing=True)))


TOLD = {"day": Guest.day_told, "hour": Guest.hour_told, "ask": Guest.asked}
"""By the name of a reminder the column in which stands of which sequence it was."""

OVERTAKEN = "it is at another time or place by now"


def stop_reminders(session: Session, meeting_id: int, sequence: int, now: datetime) -> int:
    """What reminds guests of the meeting as it was and has not been taken up does not leave; how many they were.

    By their exact names: only so does every database find them on the index of the outbox.
    """
    ready = sa.update(OutboxRow).where(READY, NAMED, col(OutboxRow.dedupe).in_(_reminders(meeting_id, sequence)))
    values = {"state": OutboxState.CANCELLED, "reason": OVERTAKEN, "settled_at": now}
    found = session.execute(ready.values(values), execution_options=NO_SYNC)
    return int(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def _reminders(meeting_id: int, sequence: int) -> sa.CompoundSelect[str]:
    def of(what: str) -> sa.Select[str]:
        name = literal(f"meeting:{meeting_id}:{sequence}:{what}:", String) + sa.cast(col(Guest.id), String) + "#1"
        return sa.select(name).where(col(Guest.meeting_id) == meeting_id, col(TOLD[what]) == sequence)

    return sa.union_all(*(of(what) for what in TOLD))


def carry_over(session: Session, meeting_id: int, before: int, after: int) -> None:
    """What guests said and heard of the meeting counts on: it is at the same time and place."""
    columns = {name: col(getattr(Guest, name)) for name in ("confirmed", "day_told", "hour_told", "asked")}
    values = {name: sa.case((column == before, after), else_=column) for name, column in columns.items()}
    theirs = sa.update(Guest).where(col(Guest.meeting_id) == meeting_id).values(values)
    session.execute(theirs, execution_options=NO_SYNC)
    session.expire_all()


def invitation(session: Session, meeting: Meeting) -> Broadcast | None:
    """What invites to it."""
    return session.get(Broadcast, meeting.invitation_id) if meeting.invitation_id else None


def events(session: Session, meeting_id: int) -> list[MeetingEvent]:
    """What happened to one, in its order."""
    rows = select(MeetingEvent).where(MeetingEvent.meeting_id == meeting_id)
    return list(session.exec(rows.order_by(col(MeetingEvent.id))))
