"""Where a meeting stands follows from its invitation and the time; what happened to it is written down."""

from datetime import datetime

from bot.broadcasts import responsible, wording
from bot.core.replies import Button, Reply, column
from bot.feature import Work
from bot.meetings import rules
from db.broadcasts import Broadcast, BroadcastState
from db.meetings import Meeting, MeetingEvent, MeetingState
from db.staff import Staff


def happened(work: Work, meeting: Meeting, act: str, staff: Staff | None = None, note: str = "") -> None:
    """Write down what was done, by the clock where nobody is named."""
    by = staff.id if staff else None
    work.session.add(MeetingEvent(meeting_id=meeting.id, at=work.now, act=act, staff_id=by, note=note))


def state_by_now(meeting: Meeting, invitation: Broadcast, now: datetime) -> MeetingState:
    """Where it should stand."""
    state = BroadcastState(invitation.state)
    return rules.state_after(meeting, state, began=invitation.started_at is not None, now=now)


def settle(work: Work, meeting: Meeting, invitation: Broadcast, staff: Staff | None = None) -> bool:
    """Bring its state up to date, by the clock where nobody is named; whether that changed."""
    after = state_by_now(meeting, invitation, work.now)
    if after == meeting.state:
        return False
    meeting.state = after
    if after in {MeetingState.HELD, MeetingState.CANCELLED}:
        meeting.ended_at = work.now
    work.session.add(meeting)
    happened(work, meeting, str(after), staff)
    return True


def tell_author(work: Work, meeting: Meeting, what: str, key: str, *more: Button, **values: object) -> None:
    """Who called it hears of it, with the way to its card; once for each `what`.

    Where they serve no more their unit does, and where nobody is left there the leaders.
    """
    said = work.say(key, title=meeting.title, when=wording.moment(work, meeting.starts_at), **values)
    opens = column((*more, work.button("meeting.button_open", f"meeting.open:{meeting.id}")))
    responsible.tell(work, meeting.author_id, Reply(said, opens), f"meeting:{meeting.id}:{what}")
