"""The life of a meeting: who may do what with it, when it is over, what is offered as its closing time; pure."""

from datetime import datetime, time, timedelta

from bot.core.clock import VIETNAM, local_date
from db.broadcasts import BroadcastState
from db.meetings import Meeting, MeetingState
from db.staff import Role, Staff

HELD_AFTER = timedelta(hours=6)
"""So long after its beginning a meeting counts as held, where nobody has written its minutes before."""

EVENING = time(20)
BEFORE_THE_START = timedelta(hours=1)

LEAVES = frozenset({BroadcastState.SCHEDULED, BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT})
"""What an announcement is from when it may leave, whatever became of it then."""

DROPPED = frozenset({BroadcastState.RETURNED, BroadcastState.CANCELLED, BroadcastState.MISSED})
"""What the notice of a change is when the change will not come."""


def sees(staff: Staff, meeting: Meeting) -> bool:
    """Whether somebody serves who may read it as staff: the author, the unit, the clerks (văn thư), the leaders."""
    return staff.until is None and (_is_ours(staff, meeting) or staff.role == Role.CLERK)


def _is_ours(staff: Staff, meeting: Meeting) -> bool:
    of_unit = staff.role in {Role.OFFICER, Role.CLERK} and bool(meeting.unit) and staff.unit == meeting.unit
    return of_unit or staff.id == meeting.author_id or staff.role == Role.LEADER


def may_change(staff: Staff, meeting: Meeting, now: datetime) -> bool:
    """Whether somebody may set another time or place; before its invitation may leave that is mended there."""
    is_ours = staff.until is None and _is_ours(staff, meeting)
    return is_ours and meeting.state == MeetingState.CALLED and meeting.starts_at > now


def may_cancel(staff: Staff, meeting: Meeting, now: datetime) -> bool:
    """Whether somebody may call it off."""
    is_ours = staff.until is None and _is_ours(staff, meeting)
    return is_ours and meeting.state in {MeetingState.PLANNED, MeetingState.CALLED} and meeting.starts_at > now


def state_after(meeting: Meeting, invitation: BroadcastState, *, began: bool, now: datetime) -> MeetingState:
    """Where it stands by now; `began` says that its invitation has begun to leave."""
    if meeting.state not in {MeetingState.PLANNED, MeetingState.CALLED}:
        return MeetingState(meeting.state)
    if invitation == BroadcastState.MISSED or (invitation == BroadcastState.CANCELLED and not began):
        return MeetingState.CANCELLED
    if invitation in LEAVES or began:
        return MeetingState.HELD if meeting.starts_at + HELD_AFTER <= now else MeetingState.CALLED
    return MeetingState.CANCELLED if meeting.starts_at <= now else MeetingState.PLANNED


def is_early(sent_at: datetime, starts_at: datetime, early_days: int) -> bool:
    """Whether an invitation that leaves then gives people the days that are the custom."""
    return days_ahead(sent_at, starts_at) >= early_days


def days_ahead(sent_at: datetime, starts_at: datetime) -> int:
    """The days between, by the calendar on the wall."""
    return (local_date(starts_at) - local_date(sent_at)).days


def closing_offers(starts_at: datetime, now: datetime) -> list[datetime]:
    """The evening two days before, the one before, an hour before: the two earliest of those still to come."""
    evenings = [datetime.combine(local_date(starts_at) - timedelta(days=days), EVENING, VIETNAM) for days in (2, 1)]
    offered = [at for at in (*evenings, starts_at.astimezone(VIETNAM) - BEFORE_THE_START) if at > now]
    return offered[:2]


def closing_after(closes_at: datetime, starts_at: datetime, new_start: datetime, now: datetime) -> datetime:
    """As many days before the new time, at the same hour; where that is too late or has passed, an hour before it."""
    before = local_date(starts_at) - local_date(closes_at)
    at_hour = closes_at.astimezone(VIETNAM).time()
    shifted = datetime.combine(local_date(new_start) - before, at_hour, VIETNAM)
    if now < shifted <= new_start:
        return shifted
    return max(min(now, new_start), new_start - BEFORE_THE_START)
