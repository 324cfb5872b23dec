"""What the clock does about meetings: each follows its invitation, its changes and the time."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.feature import App, Feature, Work
from bot.meetings import changing
from bot.meetings.life import settle, state_by_now, tell_author
from db import called, meetings
from db.meetings import Meeting, MeetingState
from db.session import is_outage

log = logging.getLogger(__name__)

Step = Callable[[Work, int], bool]


def feature() -> Feature:
    """Only the clock comes here."""
    return Feature(name="meetings_due", due=(follow_invitations, follow_changes))


def follow_invitations(app: App) -> None:
    """A meeting is called once its invitation may leave, given up where that never will, held when it is over."""
    with app.database.read() as session:
        moved = [each.id for each in called.open_ones(session, app.clock()) if _has_moved(session, each, app.clock())]
    for meeting_id in moved:
        _step(app, meeting_id, _settle)


def follow_changes(app: App) -> None:
    """Another time or place counts from when its notice may leave."""
    with app.database.read() as session:
        decided = [each.id for each in called.open_changes(session) if changing.is_decided(session, each, app.clock())]
    for change_id in decided:
        _step(app, change_id, changing.follow)


def _has_moved(session: Session, meeting: Meeting, now: datetime) -> bool:
    invitation = called.invitation(session, meeting)
    return invitation is not None and state_by_now(meeting, invitation, now) != meeting.state


def _settle(work: Work, meeting_id: int) -> bool:
    meeting = meetings.locked(work.session, meeting_id)
    invitation = called.invitation(work.session, meeting) if meeting else None
    if meeting is None or invitation is None or not settle(work, meeting, invitation):
        return False
    if meeting.state == MeetingState.CANCELLED:
        tell_author(work, meeting, "given_up", "meeting.given_up")
    return True


def _step(app: App, row_id: int, do: Step) -> None:
    """In a transaction of its own; one that raises is logged, holds up none of the others, waits for the next tick."""
    try:
        with app.database.write() as session:
            do(Work(app, session, app.clock(), app.profile()), row_id)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("meeting or change %s not moved", row_id)
