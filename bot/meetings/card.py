"""The card of a meeting for who organises it: where it stands, who comes, and what can be done with it."""

import re

from markupsafe import Markup

from bot.broadcasts import wording
from bot.broadcasts.rules import COMPOSE
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, Feature, Turn, Work
from bot.meetings import invitation, rules
from db import called
from db.meetings import Answer, Meeting, MeetingChange, MeetingEvent, MeetingState, counted
from db.staff import Staff

STATES = {
    MeetingState.PLANNED: "meeting.state_planned",
    MeetingState.CALLED: "meeting.state_called",
    MeetingState.HELD: "meeting.state_held",
    MeetingState.CANCELLED: "meeting.state_cancelled",
}
ACTS = {
    "planned": "meeting.act_planned",
    "mended": "meeting.act_mended",
    "called": "meeting.act_called",
    "propose_change": "meeting.act_propose_change",
    "propose_cancel": "meeting.act_propose_cancel",
    "changed": "meeting.act_changed",
    "resized": "meeting.act_resized",
    "dropped": "meeting.act_dropped",
    "cancelled": "meeting.act_cancelled",
    "held": "meeting.act_held",
}
LATEST = 8
WITH_GUESTS = frozenset({MeetingState.CALLED, MeetingState.HELD})


def feature() -> Feature:
    """The routes."""
    return Feature(name="meeting_card", buttons=(ButtonRoute("meeting.open", opened, roles=COMPOSE),))


def readable(turn: Turn, argument: str) -> Meeting | None:
    """The meeting that a button names, if this colleague may read it."""
    number = int(argument) if re.fullmatch("[0-9]{1,9}", argument) else 0
    meeting = turn.session.get(Meeting, number)
    return meeting if meeting and turn.staff and rules.sees(turn.staff, meeting) else None


def opened(turn: Turn, argument: str) -> None:
    """Show it, or say that the button is old."""
    meeting = readable(turn, argument)
    if meeting:
        card(turn, meeting)
    else:
        turn.reply(turn.say("turn.old_button"))


def line(work: Work, meeting: Meeting) -> Button:
    """The button of a list that opens it."""
    at = meeting.starts_at.astimezone(VIETNAM)
    label = work.app.say.label(
        "meeting.line", state=state(work, meeting), at=f"{at:%H:%M %d/%m}", title=meeting.title[:40]
    )
    return Button(label, f"meeting.open:{meeting.id}")


def state(work: Work, meeting: Meeting) -> str:
    """Where it stands."""
    return work.app.say.label(STATES[MeetingState(meeting.state)])


def card(turn: Turn, meeting: Meeting) -> None:
    """Show it to the colleague of the turn, who may read it."""
    said = turn.say(
        "meeting.card",
        title=meeting.title,
        state=state(turn, meeting),
        when=invitation.when(turn, meeting.starts_at),
        place=meeting.place,
        chair=meeting.chair,
        closes=wording.moment(turn, meeting.closes_at),
        author=turn.session.get_one(Staff, meeting.author_id).name,
    )
    parts = [said, *_notice(turn, meeting), *_guests(turn, meeting), *_change(turn, meeting), *_history(turn, meeting)]
    turn.reply(wording.lines(parts), _rows(turn, meeting))


def _notice(turn: Turn, meeting: Meeting) -> list[Markup]:
    sent = called.invitation(turn.session, meeting)
    if sent is None:
        return []
    number = wording.number(sent)
    return [turn.say("meeting.card_invitation", number=number, state=wording.state(turn, sent), people=sent.people)]


def _guests(turn: Turn, meeting: Meeting) -> list[Markup]:
    if meeting.state not in WITH_GUESTS:
        return []
    found = counted(turn.session, meeting.id)
    coming, people = found.get(Answer.COMING, (0, 0))
    room = turn.say("meeting.card_room", count=meeting.capacity) if meeting.capacity else turn.say("meeting.card_open")
    numbers = {"coming": coming, "people": people, "declined": found.get(Answer.DECLINED, (0, 0))[0]}
    waiting = sum(found.get(answer, (0, 0))[0] for answer in (Answer.WAITING, Answer.OFFERED))
    return [turn.say("meeting.card_guests", **numbers, waiting=waiting), room]


def _change(turn: Turn, meeting: Meeting) -> list[Markup]:
    change = called.open_change(turn.session, meeting.id)
    return [_proposed(turn, change)] if change else []


def _proposed(turn: Turn, change: MeetingChange) -> Markup:
    if change.cancels:
        return turn.say("meeting.card_cancel_waits")
    when = invitation.when(turn, change.starts_at)
    return turn.say("meeting.card_change_waits", when=when, place=change.place)


def _history(turn: Turn, meeting: Meeting) -> list[Markup]:
    known = [each for each in called.events(turn.session, meeting.id) if each.act in ACTS]
    return [_event(turn, each) for each in known[-LATEST:]]


def _event(turn: Turn, event: MeetingEvent) -> Markup:
    at = event.at.astimezone(VIETNAM)
    label = turn.app.say.label
    by = turn.session.get_one(Staff, event.staff_id).name if event.staff_id else label("composing.by_clock")
    return turn.say("meeting.event", at=f"{at:%H:%M %d/%m/%Y}", act=label(ACTS[event.act]), by=by)


def _rows(turn: Turn, meeting: Meeting) -> Rows:
    return column([*_of_guests(turn, meeting), *_of_invitation(turn, meeting), *_acts(turn, meeting)])


def _of_guests(turn: Turn, meeting: Meeting) -> list[Button]:
    sent = called.invitation(turn.session, meeting)
    if meeting.state == MeetingState.PLANNED or sent is None or sent.started_at is None:
        return []
    known = [
        turn.button("meeting.button_lists", f"meeting.lists:{meeting.id}"),
        turn.button("meeting.button_questions", f"meeting.questions:{meeting.id}"),
    ]
    if meeting.state == MeetingState.CANCELLED:
        return known
    buttons = [*known, turn.button("meeting.button_door", f"meeting.door:{meeting.id}")]
    over = meeting.state == MeetingState.HELD or meeting.starts_at <= turn.now
    return [*buttons, turn.button("meeting.button_minutes", f"meeting.minutes:{meeting.id}")] if over else buttons


def _of_invitation(turn: Turn, meeting: Meeting) -> list[Button]:
    whole = turn.button("meeting.full", f"meeting.full:{meeting.invitation_id}")
    sent = called.invitation(turn.session, meeting)
    if sent is None:
        return []
    change = called.open_change(turn.session, meeting.id)
    notice = [turn.button("meeting.button_change_notice", f"broadcast.open:{change.broadcast_id}")] if change else []
    return [whole, turn.button("meeting.button_invitation", f"broadcast.open:{sent.id}"), *notice]


def _acts(turn: Turn, meeting: Meeting) -> list[Button]:
    if turn.staff is None or called.open_change(turn.session, meeting.id):
        return []
    found = []
    if rules.may_change(turn.staff, meeting, turn.now):
        found.append(turn.button("meeting.button_change", f"meeting.change:{meeting.id}"))
    if rules.may_cancel(turn.staff, meeting, turn.now):
        found.append(turn.button("meeting.button_cancel", f"meeting.call_off:{meeting.id}"))
    if rules.may_change(turn.staff, meeting, turn.now):
        found.append(turn.button("meeting.button_resize", f"meeting.resize:{meeting.id}"))
    return found
