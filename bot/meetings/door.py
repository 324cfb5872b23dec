"""/diemdanh and the personal links: officers check guests in, by a scan, a typed code, a telephone number or a name."""

from datetime import datetime, time, timedelta

from bot import dialogue
from bot.broadcasts.rules import COMPOSE
from bot.cases.outcome import numbers
from bot.core.accept import phone, written
from bot.core.clock import VIETNAM
from bot.core.events import Text
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from bot.meetings import arriving, card, rules, saying, walk_in
from bot.meetings import door_view as view
from bot.meetings.door_turn import CODES, go_on, ours
from bot.meetings.door_turn import typed_for as typing
from bot.meetings.seats import CODE_LENGTH
from bot.people.codes import ALPHABET, normalised
from db import door, guests
from db.drafts import DraftRow
from db.meetings import HOLDING, Guest, Meeting
from db.staff import Staff

LINK = "mt"
END = "end"
WORDS = ("điểm danh", "điểm danh đối thoại", "soát vé")
LONGEST = 80
RECENT = timedelta(days=60)
"""So long after a meeting its codes are still told apart from wrong ones."""


def feature() -> Feature:
    """The routes."""
    done = Choice(END, "door.button_end")
    one_code = Question("code", written(LONGEST), choices=lambda _answers: (done,), free=True)
    return Feature(
        name="door",
        commands=(CommandRoute("diemdanh", start, "door.menu", WORDS, roles=COMPOSE),),
        buttons=(
            ButtonRoute("meeting.door", opened, roles=COMPOSE),
            ButtonRoute("door.count", recounted, roles=COMPOSE),
            ButtonRoute("door.codes", codes, roles=COMPOSE),
            ButtonRoute("door.walk_in", walk_in.ask, roles=COMPOSE),
            ButtonRoute("door.admit", admit, roles=COMPOSE),
            ButtonRoute("door.number", sized, roles=COMPOSE),
            ButtonRoute("door.undo", undo, roles=COMPOSE),
        ),
        flows=(
            FlowRoute(Flow(CODES, (one_code,), preview=False), code_given),
            walk_in.route(),
        ),
        start_with={f"{LINK}#": enter},
    )


def _of_guest(turn: Turn, argument: str) -> tuple[Meeting, Staff, list[int]] | None:
    """What a button says that names a guest first."""
    named = numbers(argument)
    meeting_id = guests.meeting_of(turn.session, named[0]) if named else None
    found = ours(turn, meeting_id) if meeting_id else None
    return (*found, named) if found else None


def _old(turn: Turn) -> None:
    turn.reply(turn.say("turn.old_button"))


def start(turn: Turn, _argument: str) -> None:
    """The meeting of today, or which of them."""
    midnight = datetime.combine(turn.today, time(), VIETNAM)
    today = door.between(turn.session, midnight, midnight + timedelta(days=1))
    mine = [each for each in today if turn.staff and rules.sees(turn.staff, each)]
    if not mine:
        turn.reply(turn.say("door.none_today"))
    elif len(mine) == 1:
        show(turn, mine[0])
    else:
        lines = [Button(card.line(turn, each).label, f"meeting.door:{each.id}") for each in mine]
        turn.reply(turn.say("door.which"), column(lines))


def opened(turn: Turn, argument: str) -> None:
    """The door of one meeting."""
    named = numbers(argument)
    found = ours(turn, named[0]) if named else None
    if found is None:
        _old(turn)
    else:
        show(turn, found[0])


def show(turn: Turn, meeting: Meeting) -> None:
    """How many have come, and the ways to check in."""
    if view.is_shut(turn, meeting):
        return
    buttons = (
        turn.button("door.button_codes", f"door.codes:{meeting.id}"),
        turn.button("door.button_walk_in", f"door.walk_in:{meeting.id}"),
        turn.button("door.button_count", f"door.count:{meeting.id}"),
    )
    said = turn.say("door.begin", title=meeting.title, count=view.count(turn, meeting))
    turn.reply(said, column(buttons))


def recounted(turn: Turn, argument: str) -> None:
    """The figures of now, in the place of those before."""
    opened(turn, argument)
    turn.replaces = True


def codes(turn: Turn, argument: str) -> None:
    """From now on what is typed are codes."""
    named = numbers(argument)
    found = ours(turn, named[0]) if named else None
    if found is None:
        _old(turn)
    elif not view.is_shut(turn, found[0]):
        dialogue.start(turn, CODES, {"meeting": found[0].id})


def code_given(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """One code; the next one may follow at once."""
    found, typed = ours(turn, int(str(answers["meeting"]))), str(answers["code"])
    if found is None:
        turn.reply(turn.say("door.not_any_more"))
    elif typed == END:
        show(turn, found[0])
    elif not view.is_shut(turn, found[0]):
        _received(turn, *found, typed)
        go_on(turn, found[0].id)


def _received(turn: Turn, meeting: Meeting, staff: Staff, typed: str) -> None:
    number, code = phone(Text(typed)), normalised(typed)
    guest = door.by_code(turn.session, meeting.id, code)
    if guest:
        _arrives(turn, meeting, staff, guest)
    elif isinstance(number, str):
        _by_phone(turn, meeting, staff, number)
    else:
        _unknown(turn, meeting, code)


def _by_phone(turn: Turn, meeting: Meeting, staff: Staff, number: str) -> None:
    """The guest of that number; of somebody else only the number of people is asked."""
    person_id = door.person_of_phone(turn.session, meeting, number)
    guest = guests.guest_now(turn.session, meeting.id, person_id) if person_id else None
    guest = guest or door.unlinked(turn.session, meeting.id, number)
    if guest:
        _arrives(turn, meeting, staff, guest)
    else:
        walk_in.begin(turn, meeting, number, person_id)


def _unknown(turn: Turn, meeting: Meeting, code: str) -> None:
    looks_right = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    other = door.other_meeting(turn.session, code, meeting.id, turn.now - RECENT) if looks_right else None
    ways = column((turn.button("door.button_walk_in", f"door.walk_in:{meeting.id}"),))
    if other:
        view.elsewhere(turn, other)
    else:
        turn.reply(turn.say("door.wrong_code" if looks_right else "door.no_code"), ways)


def enter(turn: Turn, argument: str) -> None:
    """A personal link: its owner sees the ticket, an officer checks them in, nobody else learns anything.

    `argument` is the meeting and the code: "12_CFGH23".
    """
    named, _, code = argument.partition("_")
    ids, typed_for = numbers(named), typing(turn)
    found = ours(turn, ids[0]) if ids else None
    guest = door.by_code(turn.session, ids[0], normalised(code)) if ids else None
    if guest and guest.person_id == turn.person.id:
        saying.with_meeting(turn, turn.session.get(Meeting, guest.meeting_id), saying.ticket_again)
    elif found is None:
        turn.reply(turn.say("door.link_of_another"))
    elif typed_for not in {None, found[0].id}:
        view.elsewhere(turn, found[0])
    elif not view.is_shut(turn, found[0]):
        _received(turn, *found, code)
    go_on(turn, typed_for)


def _arrives(turn: Turn, meeting: Meeting, staff: Staff, guest: Guest) -> None:
    """Who said that they come is let in at once; of anybody else an officer decides."""
    if guest.came_at is not None or guest.answer in HOLDING:
        view.checked(turn, meeting, arriving.check_in(turn, staff, guest.id))
    else:
        view.ask(turn, meeting, guest)


def admit(turn: Turn, argument: str) -> None:
    """Let in although they did not say that they come."""
    found = _of_guest(turn, argument)
    typed_for = typing(turn)
    if found is None:
        _old(turn)
    elif not view.is_shut(turn, found[0]):
        view.checked(turn, found[0], arriving.check_in(turn, found[1], found[2][0]))
    go_on(turn, typed_for)


def sized(turn: Turn, argument: str) -> None:
    """With how many they really came."""
    found, typed_for = _of_guest(turn, argument), typing(turn)
    guest = arriving.recount(turn, found[2][0], found[2][1]) if found and len(found[2]) == 2 else None
    if found and guest:
        values = {"name": view.name_of(turn, guest), "party": guest.came_party, "count": view.count(turn, found[0])}
        turn.reply(turn.say("door.recounted", **values), view.after(turn, guest))
    else:
        _old(turn)
    go_on(turn, typed_for)


def undo(turn: Turn, argument: str) -> None:
    """It was a mistake."""
    found, typed_for = _of_guest(turn, argument), typing(turn)
    guest = guests.fresh(turn.session, found[2][0]) if found else None
    name = view.name_of(turn, guest) if guest else ""
    if found and guest and arriving.undo(turn, found[1], guest.id):
        turn.reply(turn.say("door.undone", name=name, count=view.count(turn, found[0])))
    else:
        _old(turn)
    go_on(turn, typed_for)
