"""A meeting that is to be otherwise, or not at all: proposed as a notice, and followed once that is decided."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot.broadcasts import service, stopping
from bot.feature import Work
from bot.meetings import applying, rules, seats
from bot.meetings.change_plan import Plan, as_it_is, draft_of
from bot.meetings.life import happened, settle, tell_author
from db import broadcast_rows, called, meetings
from db.broadcasts import Broadcast
from db.meetings import Meeting, MeetingChange, MeetingState
from db.staff import Staff


def cancelling(meeting: Meeting, reason: str) -> Plan:
    """That it shall not be."""
    return replace(as_it_is(meeting, reason), cancels=True)


def may(work: Work, staff: Staff, meeting: Meeting, *, cancels: bool) -> bool:
    """Whether somebody may propose it now: one change at a time."""
    allowed = rules.may_cancel if cancels else rules.may_change
    return allowed(staff, meeting, work.now) and called.open_change(work.session, meeting.id) is None


def propose(work: Work, staff: Staff, meeting_id: int, plan: Plan, at: datetime) -> Broadcast | None:
    """Submit its notice; None where it may not be done any more, or another change is under way."""
    meeting = meetings.locked(work.session, meeting_id)
    if meeting is None or meeting.state != MeetingState.CALLED or not may(work, staff, meeting, cancels=plan.cancels):
        return None
    broadcast = service.submit(work, staff, draft_of(work, meeting, plan, at))
    if broadcast is None:
        return None
    change = _change(work, meeting, plan, broadcast)
    work.session.add(change)
    happened(work, meeting, "propose_cancel" if plan.cancels else "propose_change", staff, plan.reason)
    work.session.flush()
    follow(work, change.id)
    return broadcast


def _change(work: Work, meeting: Meeting, plan: Plan, notice: Broadcast) -> MeetingChange:
    spot = plan.spot
    return MeetingChange(
        meeting_id=meeting.id,
        broadcast_id=notice.id,
        cancels=plan.cancels,
        starts_at=plan.starts_at,
        closes_at=plan.closes_at,
        place=plan.place,
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        was_at=meeting.starts_at,
        moves=plan.cancels or plan.moves(meeting),
        sets=dict(plan.sets),
        reason=plan.reason,
        created_at=work.now,
    )


def give_up(work: Work, staff: Staff, meeting_id: int) -> Meeting | None:
    """Call off a meeting of which nobody has heard yet: its invitation will not leave."""
    meeting = meetings.locked(work.session, meeting_id)
    if meeting is None or meeting.state != MeetingState.PLANNED or not may(work, staff, meeting, cancels=True):
        return None
    broadcast = service.cancel(work, staff, meeting.invitation_id or 0)
    if broadcast is None:
        return None
    settle(work, meeting, broadcast, staff)
    return meeting


def resize(work: Work, staff: Staff, meeting_id: int, capacity: int) -> Meeting | None:
    """Another number of places, 0 for as many as want to come; who waits is offered them at once.

    None where that may not be done any more, or more places are promised already.
    """
    meeting = meetings.locked(work.session, meeting_id)
    if meeting is None or not rules.may_change(staff, meeting, work.now):
        return None
    resized = seats.resize(work, meeting_id, capacity)
    if resized:
        happened(work, resized, "resized", staff, str(capacity))
    return resized


def follow(work: Work, change_id: int) -> bool:
    """Apply a change once its notice may leave, drop it once that will not; whether either was done now.

    What is decided only after the meeting, or after the time to which that was to be brought forward, is decided too
    late: nobody is told of it but who called the meeting.
    """
    found = work.session.get(MeetingChange, change_id)
    meeting = meetings.locked(work.session, found.meeting_id) if found else None
    change = _still_open(work, change_id)
    if meeting is None or change is None:
        return False
    notice = broadcast_rows.locked(work.session, change.broadcast_id)
    if notice is None or not is_decided(work.session, change, work.now):
        return False
    if _leaves(notice) and _is_in_time(meeting, change, work.now):
        applying.apply(work, meeting, change)
    else:
        _drop(work, meeting, change, notice)
    work.session.add_all((meeting, change))
    return True


def _drop(work: Work, meeting: Meeting, change: MeetingChange, notice: Broadcast) -> None:
    stopping.stop(work, notice)
    change.applied_at, change.dropped = work.now, True
    happened(work, meeting, "dropped")
    tell_author(work, meeting, f"change:{change.id}:dropped", "meeting.change_dropped")


def is_decided(session: Session, change: MeetingChange, now: datetime) -> bool:
    """Whether its notice may leave by now, or never will."""
    notice = session.get_one(Broadcast, change.broadcast_id)
    in_time = _is_in_time(session.get_one(Meeting, change.meeting_id), change, now)
    return _leaves(notice) or notice.state in rules.DROPPED or not in_time


def _leaves(notice: Broadcast) -> bool:
    return notice.state in rules.LEAVES or notice.started_at is not None


def _is_in_time(meeting: Meeting, change: MeetingChange, now: datetime) -> bool:
    return meeting.state == MeetingState.CALLED and min(meeting.starts_at, change.starts_at) > now


def _still_open(work: Work, change_id: int) -> MeetingChange | None:
    rows = select(MeetingChange).where(MeetingChange.id == change_id, col(MeetingChange.applied_at).is_(None))
    return work.session.exec(rows.execution_options(populate_existing=True)).one_or_none()
