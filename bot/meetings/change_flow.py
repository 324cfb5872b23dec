"""The dialogues about another time or place of a meeting, and about calling it off."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts import wording
from bot.broadcasts.officer import preview
from bot.broadcasts.rules import COMPOSE
from bot.core.accept import one_of
from bot.core.accept import words as accept_words
from bot.core.channel import CAPTION
from bot.core.clock import Clock
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import Reply
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from bot.meetings import card, change_plan, changing, invitation, rules
from bot.meetings.change_plan import Plan
from bot.meetings.organise_flow import (
    LONGEST_AGENDA,
    LONGEST_CHAIR,
    LONGEST_PEOPLE,
    LONGEST_PLACE,
    LONGEST_PREPARE,
    UNLIMITED,
    Questions,
    capacity,
    contact,
    point,
    short,
    spot_of,
)
from bot.ward import Ward
from db.drafts import DraftRow
from db.meetings import Meeting, MeetingState, locked

CHANGE, CANCEL, RESIZE = "meeting_change", "meeting_cancel", "meeting_resize"
TIME, PLACE, BOTH, CLOSES = "time", "place", "both", "closes"
SAID = {"chair": "chair", "contact": "contact", "people": "takes_part", "agenda": "agenda", "prepare": "prepare"}
"""By the name of a question the column of the meeting that it sets."""

KINDS = {
    TIME: "meeting.change_time",
    PLACE: "meeting.change_place",
    BOTH: "meeting.change_both",
    CLOSES: "meeting.change_closes",
    "chair": "meeting.change_chair",
    "contact": "meeting.change_contact",
    "people": "meeting.change_people",
    "agenda": "meeting.change_agenda",
    "prepare": "meeting.change_prepare",
}
MOMENTS = frozenset({"starts", "closes"})
LONGEST_REASON = 150


class Changing:
    """The dialogues over the profile and the clock."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.questions = Questions(profile, clock)

    def feature(self) -> Feature:
        """The routes."""
        change = FlowRoute(self.change_flow(), done, below=below, answered=stamped, reads=reads)
        cancel = FlowRoute(cancel_flow(), done, below=below, answered=stamped)
        resize = FlowRoute(resize_flow(), resized)
        buttons = (
            ButtonRoute("meeting.change", begin_change, roles=COMPOSE),
            ButtonRoute("meeting.call_off", begin_cancel, roles=COMPOSE),
            ButtonRoute("meeting.resize", begin_resize, roles=COMPOSE),
        )
        return Feature(name="meeting_changing", buttons=buttons, flows=(change, cancel, resize))

    def change_flow(self) -> Flow:
        """What changes, to what, why."""
        elsewhere = _one("what", PLACE, BOTH)
        return Flow(
            CHANGE,
            (
                Question("what", one_of(()), choices=_what),
                Question("starts", self.questions.start, when=_one("what", TIME, BOTH), free=True),
                Question("place", short(LONGEST_PLACE), when=elsewhere, free=True),
                Question("map", point, when=elsewhere, optional=True, free=True),
                Question("closes", self.questions.closing, when=_one("what", CLOSES), free=True),
                *_said(),
                _reason(),
            ),
        )


def _said() -> tuple[Question, ...]:
    """What else can be said otherwise, one of them at a time."""
    accepts = {
        "chair": short(LONGEST_CHAIR),
        "contact": contact,
        "people": accept_words(LONGEST_PEOPLE),
        "agenda": accept_words(LONGEST_AGENDA),
        "prepare": accept_words(LONGEST_PREPARE),
    }
    return tuple(Question(name, accepts[name], when=_one("what", name), free=True) for name in SAID)


def resize_flow() -> Flow:
    """How many find room from now on."""
    unlimited = [Choice(UNLIMITED, "meeting.unlimited")]
    return Flow(RESIZE, (Question("capacity", capacity, choices=lambda _answers: unlimited, free=True),), preview=False)


def cancel_flow() -> Flow:
    """Why it is called off."""
    return Flow(CANCEL, (_reason(),))


def _reason() -> Question:
    return Question("reason", short_reason, optional=True, free=True)


short_reason = short(LONGEST_REASON)


def _what(_answers: Answers) -> list[Choice]:
    return [Choice(kind, label) for kind, label in KINDS.items()]


def _one(name: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in values


def stamped(turn: Turn, row: DraftRow, _question: str) -> None:
    """All its files are of one moment."""
    row.answers = {"stamp": turn.now.isoformat(), **row.answers}


def reads(turn: Turn, row: DraftRow, name: str) -> str | None:
    """How an answer reads in the preview; None as it stands."""
    value = str(row.answers[name])
    if name in MOMENTS:
        return wording.moment(turn, datetime.fromisoformat(value))
    return preview.shortened(Markup.escape(value)) if name in {"people", "agenda", "prepare"} else None


def begin_change(turn: Turn, argument: str) -> None:
    """Ask what changes."""
    _begin(turn, argument, CHANGE)


def begin_cancel(turn: Turn, argument: str) -> None:
    """Ask why it is called off."""
    _begin(turn, argument, CANCEL)


def begin_resize(turn: Turn, argument: str) -> None:
    """Ask for how many there is room."""
    meeting = card.readable(turn, argument)
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
    elif not rules.may_change(turn.staff, meeting, turn.now):
        turn.reply(turn.say("meeting.moved_on"))
        card.card(turn, meeting)
    else:
        dialogue.start(turn, RESIZE, {"meeting": meeting.id})


def resized(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """Another number of places, at once; nobody who was promised one loses it."""
    meeting = card.readable(turn, str(answers["meeting"]))
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("meeting.not_any_more"))
        return
    count = int(str(answers["capacity"]))
    if changing.resize(turn, turn.staff, meeting.id, count):
        turn.reply(turn.say("meeting.resized", count=count) if count else turn.say("meeting.resized_open"))
    elif rules.may_change(turn.staff, meeting, turn.now):
        turn.reply(turn.say("meeting.too_small", taken=meeting.taken))
    else:
        turn.reply(turn.say("meeting.moved_on"))
    card.card(turn, meeting)


def _begin(turn: Turn, argument: str, flow: str) -> None:
    meeting = card.readable(turn, argument)
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("turn.old_button"))
    elif not changing.may(turn, turn.staff, meeting, cancels=flow == CANCEL):
        turn.reply(turn.say("meeting.moved_on"))
        card.card(turn, meeting)
    else:
        dialogue.start(turn, flow, {"meeting": meeting.id})


def plan_of(turn: Turn, row: DraftRow, meeting: Meeting) -> Plan:
    """What was told, over the meeting as it stands."""
    answers = preview.answers_of(row)
    reason = str(answers.get("reason") or "")
    if row.flow == CANCEL:
        return changing.cancelling(meeting, reason)
    plan = change_plan.as_it_is(meeting, reason)
    if answers["what"] == CLOSES:
        return replace(plan, closes_at=datetime.fromisoformat(str(answers["closes"])))
    if column := SAID.get(str(answers["what"])):
        return replace(plan, sets={column: str(answers[str(answers["what"])])})
    if answers["what"] in {TIME, BOTH}:
        starts = datetime.fromisoformat(str(answers["starts"]))
        closes = rules.closing_after(meeting.closes_at, meeting.starts_at, starts, turn.now)
        plan = replace(plan, starts_at=starts, closes_at=closes)
    if answers["what"] in {PLACE, BOTH}:
        plan = replace(plan, place=str(answers["place"]), spot=spot_of(answers))
    return plan


def arriving(turn: Turn, row: DraftRow, meeting: Meeting) -> Reply | None:
    """The notice as everybody will see it, but for its number and its code."""
    if turn.staff is None:
        return None
    plan = plan_of(turn, row, meeting)
    reply = preview.as_it_arrives(turn, turn.staff, change_plan.draft_of(turn, meeting, plan, _stamp(row)))
    above = () if plan.cancels else invitation.change_rows_of(turn.app, meeting, plan.spot, moves=plan.moves(meeting))
    return invitation.shown(reply, above)


def _stamp(row: DraftRow) -> datetime:
    return datetime.fromisoformat(str(row.answers["stamp"]))


def below(turn: Turn, row: DraftRow) -> Sequence[Markup]:
    """The notice goes ahead as a message of its own; then who gets it, and what is in the way."""
    meeting = card.readable(turn, str(row.answers["meeting"]))
    if meeting is None or turn.staff is None:
        return []
    if meeting.state == MeetingState.PLANNED:
        return [turn.say("meeting.nobody_knows")]
    reply = arriving(turn, row, meeting)
    if reply is None:
        return []
    turn.replies.append(reply)
    draft = change_plan.draft_of(turn, meeting, plan_of(turn, row, meeting), _stamp(row))
    return [Markup(""), *preview.summary(turn, turn.staff, draft), *_hindrances(turn, row, meeting, reply)]


def _hindrances(turn: Turn, row: DraftRow, meeting: Meeting, reply: Reply) -> list[Markup]:
    plan = plan_of(turn, row, meeting)
    found = [] if plan.changes(meeting) else [turn.say("meeting.nothing_changes")]
    if plan.closes_at > plan.starts_at:
        found.append(turn.say("meeting.closes_too_late"))
    if plan.starts_at <= turn.now:
        found.append(turn.say("meeting.starts_in_the_past"))
    over = preview.visible_units(reply.text) - CAPTION
    return [*found, turn.say("composing.too_long_file", over=over)] if over > 0 else found


def done(turn: Turn, row: DraftRow, answers: Answers) -> None:
    """Submitted, unless something is in the way; then the answers are there again."""
    meeting = card.readable(turn, str(answers["meeting"]))
    if meeting is None or turn.staff is None:
        turn.reply(turn.say("meeting.not_any_more"))
        return
    locked(turn.session, meeting.id)  # what stays as it is stays as it is now
    if meeting.state == MeetingState.PLANNED:
        _give_up(turn, meeting)
        return
    reply = arriving(turn, row, meeting)
    if reply and (hindrances := _hindrances(turn, row, meeting, reply)):
        turn.reply(wording.lines(hindrances))
        dialogue.start(turn, row.flow, answers)
        return
    notice = changing.propose(turn, turn.staff, meeting.id, plan_of(turn, row, meeting), _stamp(row))
    if notice is None:
        turn.reply(turn.say("meeting.moved_on"))
    else:
        key = "meeting.change_submitted" if notice.needs_approval else "meeting.change_scheduled"
        turn.reply(turn.say(key, number=wording.number(notice)))
    card.card(turn, meeting)


def _give_up(turn: Turn, meeting: Meeting) -> None:
    given_up = changing.give_up(turn, turn.staff, meeting.id) if turn.staff else None
    turn.reply(turn.say("meeting.given_up_now" if given_up else "meeting.moved_on"))
    card.card(turn, meeting)
