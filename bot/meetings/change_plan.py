"""How a meeting shall be from a change on, and the notice that tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from bot.broadcasts import wording
from bot.broadcasts.audience import Audience
from bot.broadcasts.service import Draft
from bot.feature import Work
from bot.meetings import invitation
from bot.meetings.invitation import CALLED_OFF, CHANGED, Spot
from db.meetings import Meeting

SHORT = {"chair": "meeting.new_chair", "contact": "meeting.new_contact"}
"""What stands in the notice itself, by the columns of a meeting."""

LONG = {"takes_part": "meeting.new_people", "agenda": "meeting.new_agenda", "prepare": "meeting.new_prepare"}
"""What is read in the whole invitation: it would not fit under a file."""


@dataclass(frozen=True)
class Plan:
    """How a meeting shall be, and why; with `cancels` it shall not be. `sets` are other columns of it."""

    starts_at: datetime
    closes_at: datetime
    place: str
    spot: Spot | None
    reason: str = ""
    cancels: bool = False
    sets: Mapping[str, str] = field(default_factory=dict)

    def moves(self, meeting: Meeting) -> bool:
        """Whether who comes has to know another time or place."""
        return (self.starts_at, self.place, self.spot) != (
            meeting.starts_at,
            meeting.place,
            invitation.spot_of(meeting),
        )

    def changes(self, meeting: Meeting) -> bool:
        """Whether anything would be otherwise."""
        read = any(getattr(meeting, name) != value for name, value in self.sets.items())
        return self.cancels or read or self.moves(meeting) or self.closes_at != meeting.closes_at


def as_it_is(meeting: Meeting, reason: str) -> Plan:
    """The meeting as it stands."""
    return Plan(meeting.starts_at, meeting.closes_at, meeting.place, invitation.spot_of(meeting), reason)


def as_planned(meeting: Meeting, plan: Plan) -> Meeting:
    """The meeting as it would be, with the next sequence; a row of nothing."""
    there = (plan.spot.latitude, plan.spot.longitude) if plan.spot else (None, None)
    planned = Meeting(**{name: getattr(meeting, name) for name in Meeting.model_fields if name != "id"})
    planned.starts_at, planned.closes_at, planned.place = plan.starts_at, plan.closes_at, plan.place
    planned.latitude, planned.longitude = there
    planned.sequence = meeting.sequence + 1
    for name, value in plan.sets.items():
        setattr(planned, name, value)
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
    said = [work.say("meeting.changes"), *_time(work, meeting, plan), _place(work, meeting, plan)]
    said += [work.say(SHORT[name], text=value) for name, value in plan.sets.items() if name in SHORT]
    said += [work.say(LONG[name]) for name in plan.sets if name in LONG]
    said.append(work.say("meeting.closes", when=wording.moment(work, plan.closes_at)))
    last = "meeting.change_asks" if plan.moves(meeting) else "meeting.change_informs"
    contact = plan.sets.get("contact", meeting.contact)
    return wording.lines([*said, *_reason(work, plan), work.say(last, contact=contact)])


def _time(work: Work, meeting: Meeting, plan: Plan) -> list[Markup]:
    if plan.starts_at == meeting.starts_at:
        return [work.say("meeting.same_time", when=invitation.when(work, plan.starts_at))]
    new = work.say("meeting.new_time", when=invitation.when(work, plan.starts_at))
    return [new, work.say("meeting.old_time", when=invitation.when(work, meeting.starts_at))]


def _place(work: Work, meeting: Meeting, plan: Plan) -> Markup:
    return work.say("meeting.same_place" if plan.place == meeting.place else "meeting.new_place", place=plan.place)


def _cancel_body(work: Work, meeting: Meeting, plan: Plan) -> Markup:
    said = work.say("meeting.cancels", when=invitation.when(work, meeting.starts_at), place=meeting.place)
    return wording.lines([said, *_reason(work, plan), work.say("meeting.cancel_contact", contact=meeting.contact)])


def _reason(work: Work, plan: Plan) -> list[Markup]:
    return [work.say("meeting.reason", text=plan.reason)] if plan.reason else []
