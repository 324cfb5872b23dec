"""The buttons of the invitation: who comes, with how many, who waits; and what they answered, to look at again."""

import re
from collections.abc import Callable
from datetime import timedelta

from bot import dialogue
from bot.cases.outcome import numbers
from bot.cases.wording import shortened
from bot.core.accept import words
from bot.core.choices import plain
from bot.core.clock import local_date
from bot.core.events import Text, What
from bot.core.flow import Answers, Flow, Invalid, Question, Value, invalid
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.meetings import guest_view, saying
from db import guests, meetings
from db.drafts import DraftRow
from db.meetings import HOLDING, MOST_PARTY, Answer, Guest, Meeting

PARTY, REASON = "meeting_party", "meeting_reason"
WORDS = ("lịch họp", "lịch đối thoại", "xem lịch họp", "lịch họp của tôi", "giấy mời của tôi")
LONGEST_REASON = 300
LABEL = 60

JUST_ANSWERED = timedelta(minutes=30)
"""So long after an answer a number that is typed alone is taken for how many people come."""


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="guests",
        commands=(CommandRoute("lichhop", show_list, "guests.menu", WORDS),),
        buttons=(
            ButtonRoute("meeting.come", come),
            ButtonRoute("meeting.decline", decline),
            ButtonRoute("meeting.join", join),
            ButtonRoute("meeting.party", change_party),
            ButtonRoute("meeting.more", ask_party),
            ButtonRoute("meeting.wait", wait),
            ButtonRoute("meeting.whole", wait_for_all),
            ButtonRoute("meeting.accept", accept),
            ButtonRoute("meeting.quit", leave),
            ButtonRoute("meeting.confirm", confirm),
            ButtonRoute("meeting.reason", ask_reason),
            ButtonRoute("meeting.mine", show_mine),
            ButtonRoute("meeting.ticket", show_ticket),
        ),
        flows=(
            FlowRoute(Flow(PARTY, (Question("party", party_of),), preview=False, gives_way=True), party_given),
            FlowRoute(
                Flow(REASON, (Question("reason", words(LONGEST_REASON), free=True),), preview=False), reason_given
            ),
        ),
        reads=reads,
    )


def come(turn: Turn, argument: str) -> None:
    """“Tham dự” under the invitation: one person is down at once; whoever has answered sees what they answered."""
    saying.with_meeting(turn, _invited(turn, argument), saying.come)


def decline(turn: Turn, argument: str) -> None:
    """“Không tham dự” under the invitation."""
    saying.with_meeting(turn, _invited(turn, argument), saying.decline)


def join(turn: Turn, argument: str) -> None:
    """The same yes under another message."""
    saying.with_meeting(turn, _named(turn, argument), saying.come)


def leave(turn: Turn, argument: str) -> None:
    """The same no under another message."""
    saying.with_meeting(turn, _named(turn, argument), saying.decline)


def accept(turn: Turn, argument: str) -> None:
    """“Nhận” under an offer."""
    saying.with_meeting(turn, _named(turn, argument), saying.accept)


def confirm(turn: Turn, argument: str) -> None:
    """“Tôi vẫn tham dự” after a change; whoever had not said so before says it now."""
    saying.with_meeting(turn, _named(turn, argument), saying.confirm)


def show_mine(turn: Turn, argument: str) -> None:
    """What the person answered, and what can still be changed."""
    saying.with_meeting(turn, _named(turn, argument), saying.show)


def show_ticket(turn: Turn, argument: str) -> None:
    """The personal code again, as a picture."""
    saying.with_meeting(turn, _named(turn, argument), saying.ticket_again)


def ask_party(turn: Turn, argument: str) -> None:
    """More people than there are buttons."""
    saying.with_meeting(turn, _named(turn, argument), lambda turn, meeting: _start(turn, PARTY, meeting))


def ask_reason(turn: Turn, argument: str) -> None:
    """Why somebody does not come."""
    saying.with_meeting(turn, _named(turn, argument), lambda turn, meeting: _start(turn, REASON, meeting))


def change_party(turn: Turn, argument: str) -> None:
    """A number under the question with how many."""
    _party(turn, argument, saying.say_party)


def wait(turn: Turn, argument: str) -> None:
    """“Vào danh sách chờ”; where a place has become free meanwhile they have it."""
    _party(turn, argument, saying.say_party)


def wait_for_all(turn: Turn, argument: str) -> None:
    """Only with all of them: what they hold goes to others."""
    _party(turn, argument, lambda turn, meeting, party: saying.say_party(turn, meeting, party, whole=True))


def _start(turn: Turn, flow: str, meeting: Meeting) -> None:
    dialogue.start(turn, flow, {"meeting": meeting.id})


def _invited(turn: Turn, argument: str) -> Meeting | None:
    found = numbers(argument)
    return meetings.of_invitation(turn.session, found[0]) if len(found) == 1 else None


def _named(turn: Turn, argument: str) -> Meeting | None:
    found = numbers(argument)
    return turn.session.get(Meeting, found[0]) if found else None


def _party(turn: Turn, argument: str, say: Callable[[Turn, Meeting, int], None]) -> None:
    found = numbers(argument)
    party = found[1] if len(found) == 2 else 0
    fits = 1 <= party <= MOST_PARTY
    saying.with_meeting(turn, _named(turn, argument) if fits else None, lambda turn, meeting: say(turn, meeting, party))


def party_of(what: What) -> Value | Invalid:
    """A number of people, 1 to 10: "3", "3 người", "đi 3 người"."""
    typed = typed_party(what.text) if isinstance(what, Text) else None
    return typed if typed and typed <= MOST_PARTY else invalid("guests.party_wanted", most=MOST_PARTY)


def typed_party(text: str) -> int | None:
    """The number of people that a message names and nothing else; it may be too large."""
    found = re.fullmatch(r"(?:di |co )?(\d{1,3})(?: nguoi)?", plain(text), re.ASCII)
    return int(found[1]) if found else None


def party_given(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The number was typed."""
    party = int(str(answers["party"]))
    saying.with_meeting(
        turn, _named(turn, str(answers["meeting"])), lambda turn, meeting: saying.say_party(turn, meeting, party)
    )


def reason_given(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """Kept with the answer, if that is still a no."""
    meeting = _named(turn, str(answers["meeting"]))
    guest = saying.mine(turn, meeting) if meeting else None
    if guest and guest.answer == Answer.DECLINED:
        guest.reason = str(answers["reason"])
        turn.session.add(guest)
        turn.reply(turn.say("guests.reason_kept"))
    else:
        turn.reply(turn.say("turn.old_button"))


def reads(turn: Turn, text: str) -> bool:
    """A number typed alone soon after an answer says with how many they come."""
    party = typed_party(text)
    guest = _just_answered(turn) if party is not None else None
    meeting = turn.session.get(Meeting, guest.meeting_id) if guest else None
    if meeting is None or party is None:
        return False
    if 1 <= party <= MOST_PARTY:
        saying.with_meeting(turn, meeting, lambda turn, meeting: saying.say_party(turn, meeting, party))
    else:
        turn.reply(turn.say("guests.party_wanted", most=MOST_PARTY))
    return True


def _just_answered(turn: Turn) -> Guest | None:
    newest = guests.answers_of(turn.session, turn.person.id)[:1]
    says = (*HOLDING, Answer.WAITING)
    just = [each for each in newest if each.answer in says and turn.now - each.answered_at <= JUST_ANSWERED]
    return just[0] if just else None


def show_list(turn: Turn, _argument: str) -> None:
    """/lichhop: the meetings ahead to which the person is invited, or has answered."""
    found = [(meeting, saying.mine(turn, meeting)) for meeting in meetings.ahead(turn.session)]
    mine = [(meeting, guest) for meeting, guest in found if guest or _is_invited(turn, meeting)]
    if not mine:
        turn.reply(turn.say("guests.none"))
    elif len(mine) == 1:
        turn.replies.append(guest_view.shown(turn, *mine[0]))
    else:
        turn.reply(turn.say("guests.list"), column(_line(turn, meeting, guest) for meeting, guest in mine))


def _is_invited(turn: Turn, meeting: Meeting) -> bool:
    return guests.got(turn.session, meeting.invitation_id, turn.person.id)


ANSWERS = {
    Answer.COMING: "guests.answer_coming",
    Answer.DECLINED: "guests.answer_declined",
    Answer.WAITING: "guests.answer_waiting",
    Answer.OFFERED: "guests.answer_offered",
    Answer.LAPSED: "guests.answer_lapsed",
    Answer.WALKED_IN: "guests.answer_inside",
}


def _line(turn: Turn, meeting: Meeting, guest: Guest | None) -> Button:
    answer = turn.app.say.label(ANSWERS[Answer(guest.answer)] if guest else "guests.answer_none")
    day = f"{local_date(meeting.starts_at):%d/%m}"
    label = turn.app.say.label("guests.line", day=day, answer=answer, title=meeting.title)
    return Button(shortened(label, LABEL), f"meeting.mine:{meeting.id}")
