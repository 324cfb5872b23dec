"""Another time or place, or no meeting after all: proposed as a notice, and applied once that may leave."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlmodel import Session, col, select

from bot.broadcasts import corrections, service, wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import record
from bot.broadcasts.rules import Act
from bot.broadcasts.service import Draft
from bot.feature import Work
from bot.meetings import invitation, rules
from bot.meetings.invitation import CALLED_OFF, CHANGED, Spot
from bot.meetings.life import happened, settle, tell_author
from db import broadcast_rows, called, meetings
from db.broadcasts import Broadcast, BroadcastState
from db.meetings import Meeting, MeetingChange, MeetingState
from db.staff import Staff

UNSENT = frozenset({BroadcastState.SCHEDULED, BroadcastState.SENDING, BroadcastState.PAUSED})
ARRIVED = frozenset({BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT})


@dataclass(frozen=True)
class Plan:
    """How a meeting shall be, and why; with `cancels` it shall not be."""

    starts_at: datetime
    closes_at: datetime
    place: str
    spot: Spot | None
    reason: str = ""
    cancels: bool = False


def cancelling(meeting: Meeting, reason: str) -> Plan:
    """That it shall not be."""
    spot = invitation.spot_of(meeting)
    return Plan(meeting.starts_at, meeting.closes_at, meeting.place, spot, reason, cancels=True)


def as_planned(meeting: Meeting, plan: Plan) -> Meeting:
    """The meeting as it would be, with the next sequence; a row of nothing."""
    there = (plan.spot.latitude, plan.spot.longitude) if plan.spot else (None, None)
    planned = Meeting(**{name: getattr(meeting, name) for name in Meeting.model_fields if name != "id"})
    planned.starts_at, planned.closes_at, planned.place = plan.starts_at, plan.closes_at, plan.place
    planned.latitude, planned.longitude = there
    planned.sequence = meeting.sequence + 1
    return planned


def draft_of(work: Work, meeting: Meeting, plan: Plan, at: datetime) -> Draft:
    """The notice to everybody who got the invitation, with the calendar file that takes the place of theirs."""
    file = invitation.file_of(work, as_planned(meeting, plan), at, off=plan.cancels)
    return Draft(
        title=meeting.title,
        body=str(_cancel_body(work, meeting, plan) if plan.cancels else _change_body(work, meeting, plan)),
        audience=Audience(reached=meeting.invitation_id or 0),
        subject=meeting.subject,
        corrects_id=meeting.invitation_id,
        file_sha=file.sha,
        file_name=file.name,
        file_kind=file.kind,
        kind=CALLED_OFF if plan.cancels else CHANGED,
        expires_at=max(plan.starts_at, meeting.starts_at),
    )


def _change_body(work: Work, meeting: Meeting, plan: Plan) -> Markup:
    said = [work.say("meeting.changes")]
    if plan.starts_at != meeting.starts_at:
        said.append(work.say("meeting.new_time", when=invitation.when(work, plan.starts_at)))
        said.append(work.say("meeting.old_time", when=invitation.when(work, meeting.starts_at)))
    else:
        said.append(work.say("meeting.same_time", when=invitation.when(work, plan.starts_at)))
    key = "meeting.same_place" if plan.place == meeting.place else "meeting.new_place"
    said.append(work.say(key, place=plan.place))
    said.append(work.say("meeting.closes", when=wording.moment(work, plan.closes_at)))
    return wording.lines([*said, *_reason(work, plan), work.say("meeting.change_asks", contact=meeting.contact)])


def _cancel_body(work: Work, meeting: Meeting, plan: Plan) -> Markup:
    said = work.say("meeting.cancels", when=invitation.when(work, meeting.starts_at), place=meeting.place)
    return wording.lines([said, *_reason(work, plan), work.say("meeting.cancel_contact", contact=meeting.contact)])


def _reason(work: Work, plan: Plan) -> list[Markup]:
    return [work.say("meeting.reason", text=plan.reason)] if plan.reason else []


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
    spot = plan.spot
    change = MeetingChange(
        meeting_id=meeting.id,
        broadcast_id=broadcast.id,
        cancels=plan.cancels,
        starts_at=plan.starts_at,
        closes_at=plan.closes_at,
        place=plan.place,
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        reason=plan.reason,
        created_at=work.now,
    )
    work.session.add(change)
    happened(work, meeting, "propose_cancel" if plan.cancels else "propose_change", staff, plan.reason)
    work.session.flush()
    follow(work, change.id)
    return broadcast


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


def follow(work: Work, change_id: int) -> bool:
    """Apply a change once its notice may leave, drop it once that will not; whether either was done now."""
    found = work.session.get(MeetingChange, change_id)
    meeting = meetings.locked(work.session, found.meeting_id) if found else None
    change = _still_open(work, change_id)
    if meeting is None or change is None:
        return False
    if not is_decided(work.session, change):
        return False
    if meeting.state == MeetingState.CALLED and _leaves(work.session.get_one(Broadcast, change.broadcast_id)):
        _apply(work, meeting, change)
    else:
        change.applied_at, change.dropped = work.now, True
        happened(work, meeting, "dropped")
        tell_author(work, meeting, f"change:{change.id}:dropped", "meeting.change_dropped")
    work.session.add_all((meeting, change))
    return True


def is_decided(session: Session, change: MeetingChange) -> bool:
    """Whether its notice may leave by now, or never will."""
    notice = session.get_one(Broadcast, change.broadcast_id)
    return _leaves(notice) or notice.state in rules.DROPPED


def _leaves(notice: Broadcast) -> bool:
    return notice.state in rules.LEAVES or notice.started_at is not None


def _still_open(work: Work, change_id: int) -> MeetingChange | None:
    rows = select(MeetingChange).where(MeetingChange.id == change_id, col(MeetingChange.applied_at).is_(None))
    return work.session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def _apply(work: Work, meeting: Meeting, change: MeetingChange) -> None:
    meeting.sequence += 1
    change.sequence, change.applied_at = meeting.sequence, work.now
    if change.cancels:
        meeting.state, meeting.ended_at = MeetingState.CANCELLED, work.now
    else:
        meeting.starts_at, meeting.closes_at, meeting.place = change.starts_at, change.closes_at, change.place
        meeting.latitude, meeting.longitude = change.latitude, change.longitude
    happened(work, meeting, "cancelled" if change.cancels else "changed", note=change.reason)
    sent = broadcast_rows.locked(work.session, meeting.invitation_id or 0)
    if sent:
        _correct(work, meeting, sent, off=change.cancels)


def _correct(work: Work, meeting: Meeting, sent: Broadcast, *, off: bool) -> None:
    """Nobody gets the old invitation any more, and where it has arrived it says what is right."""
    if off and sent.state in UNSENT:
        sent.state, sent.settled = BroadcastState.CANCELLED, sent.started_at is None
        sent.ended_at = None if sent.started_at else work.now
        record(work, None, sent, Act.CANCEL)
        return
    said = invitation.body(work, meeting)
    body = str(wording.lines([work.say("meeting.is_off"), said]) if off else said)
    sent.expires_at = meeting.starts_at
    if not off:
        file = invitation.file_of(work, meeting, work.now)
        sent.file_sha, sent.file_name = file.sha, file.name
    if sent.state in ARRIVED:
        corrections.put_right(work, sent, sent.title, body)
        record(work, None, sent, Act.EDIT)
    else:
        sent.body = body
    work.session.add(sent)
