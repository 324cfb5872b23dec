"""What a change of a meeting does once it counts: to the meeting, to those who answered, to what was sent of it."""

from bot.broadcasts import approvals, corrections, stopping, wording
from bot.broadcasts.history import proposed, record
from bot.broadcasts.rules import Act
from bot.feature import Work
from bot.meetings import invitation, seats, silent, telling
from bot.meetings.life import happened
from db import broadcast_rows, called
from db.broadcasts import Broadcast, BroadcastState
from db.meetings import Meeting, MeetingChange, MeetingState

ARRIVED = frozenset({BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT})


def apply(work: Work, meeting: Meeting, change: MeetingChange) -> None:
    """The caller has the meeting locked, and looked whether it is still in time."""
    before = meeting.sequence
    meeting.sequence += 1
    change.sequence, change.applied_at = meeting.sequence, work.now
    if change.cancels:
        meeting.state, meeting.ended_at = MeetingState.CANCELLED, work.now
    else:
        _set(meeting, change)
    happened(work, meeting, "cancelled" if change.cancels else "changed", note=change.reason)
    work.session.add_all((meeting, change))
    work.session.flush()
    if change.moves:
        called.stop_reminders(work.session, meeting.id, before, work.now)
    else:
        called.carry_over(work.session, meeting.id, before, meeting.sequence)
    if not change.cancels:
        _hasten_offers(work, meeting)
    silent.stop(work, meeting)
    sent = broadcast_rows.locked(work.session, meeting.invitation_id or 0)
    if sent:
        _correct(work, meeting, sent, off=change.cancels)


def _set(meeting: Meeting, change: MeetingChange) -> None:
    meeting.starts_at, meeting.closes_at, meeting.place = change.starts_at, change.closes_at, change.place
    meeting.latitude, meeting.longitude = change.latitude, change.longitude
    for name, value in change.sets.items():
        setattr(meeting, name, value)


def _hasten_offers(work: Work, meeting: Meeting) -> None:
    """Brought forward it leaves less time to accept a place: who is offered one hears until when."""
    latest = seats.offer_until(work, meeting)
    for guest in called.offered_beyond(work.session, meeting.id, latest):
        guest.offered_until = latest
        work.session.add(guest)
        telling.offered(work, meeting, guest)


def _correct(work: Work, meeting: Meeting, sent: Broadcast, *, off: bool) -> None:
    """Nobody gets the old invitation any more, and where it has arrived it says what is right."""
    if off and stopping.stop(work, sent):
        return
    said = invitation.body(work, meeting)
    body = str(wording.lines([work.say("meeting.is_off"), said]) if off else said)
    sent.expires_at = meeting.closes_at
    if not off:
        file = invitation.file_of(work, meeting, work.now)
        sent.file_sha, sent.file_name = file.sha, file.name
    if sent.state in ARRIVED:
        _put_right(work, sent, body)
    else:
        sent.body = body
    work.session.add(sent)


def _put_right(work: Work, sent: Broadcast, body: str) -> None:
    """What a colleague proposed meanwhile was written over the old words."""
    waits = proposed(work.session, sent.id)
    if waits:
        event = record(work, None, sent, Act.RETURN_EDIT, work.app.say.label("meeting.edit_overtaken"))
        approvals.edit_decided(work, sent, waits.by, event)
    corrections.put_right(work, sent, sent.title, body)
    record(work, None, sent, Act.EDIT)
