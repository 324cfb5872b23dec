"""Guests without a code: officers at the door add them by a telephone number or a name."""

from bot import dialogue
from bot.cases.outcome import numbers
from bot.core.accept import phone, written
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.feature import FlowRoute, Turn
from bot.meetings import answering, arriving
from bot.meetings import door_view as view
from bot.meetings.door_turn import go_on, ours, typed_for
from db import door
from db.drafts import DraftRow
from db.meetings import Meeting
from db.staff import Staff

NAME = "meeting_walk_in"
LONGEST = 80


def route() -> FlowRoute:
    """Who it is, and how many they are."""
    party = Question("party", answering.party_of, choices=_parties)
    return FlowRoute(Flow(NAME, (Question("who", who, free=True), party), preview=False), given)


def _parties(_answers: Answers) -> list[Choice]:
    return [Choice(str(party), str(party)) for party in range(1, 6)]


def who(what: What) -> Value | Invalid:
    """A telephone number or a name."""
    number = phone(what)
    if isinstance(number, str):
        return number
    text = written(LONGEST)(what)
    named = isinstance(text, str) and any(letter.isalpha() for letter in text)
    return text if named or isinstance(text, Invalid) else invalid("door.who_wanted")


def begin(turn: Turn, meeting: Meeting, number: str, person_id: int | None) -> None:
    """Nobody who answered has the number; whoever was invited is named, and how many they are is asked."""
    name = door.name_of_person(turn.session, person_id) if person_id else ""
    if name:
        turn.reply(turn.say("door.phone_invited", name=name, phone=number))
    else:
        turn.reply(turn.say("door.phone_unknown", phone=number))
    dialogue.start(turn, NAME, {"meeting": meeting.id, "back": meeting.id, "who": number})


def ask(turn: Turn, argument: str) -> None:
    """Somebody without a code."""
    named = numbers(argument)
    found, typed = ours(turn, named[0]) if named else None, typed_for(turn)
    if found is None:
        turn.reply(turn.say("turn.old_button"))
        go_on(turn, typed)
    elif not view.is_shut(turn, found[0]):
        dialogue.start(turn, NAME, {"meeting": found[0].id, "back": typed})


def given(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The number or the name is known, and how many they are."""
    found, back = ours(turn, int(str(answers["meeting"]))), answers.get("back")
    if found is None:
        turn.reply(turn.say("door.not_any_more"))
        return
    if not view.is_shut(turn, found[0]):
        _let_in(turn, *found, str(answers["who"]), int(str(answers["party"])))
        go_on(turn, int(str(back)) if back else None)


def _let_in(turn: Turn, meeting: Meeting, staff: Staff, named: str, party: int) -> None:
    if not isinstance(phone(Text(named)), str):
        view.checked(turn, meeting, arriving.let_in(turn, staff, meeting.id, party, name=named, phone=""))
        return
    person_id = door.person_of_phone(turn.session, meeting, named)
    met = arriving.let_in(turn, staff, meeting.id, party, person_id=person_id, phone=named)
    view.checked(turn, meeting, met)
