"""Two hundred people answer at once, through real turns, while the clock gives freed places on."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.channels.terminal import Terminal
from bot.core.clock import FrozenClock
from bot.feature import App
from bot.meetings import places
from bot.meetings.remind import end_offers, give_places, remind
from bot.runtime.turn import Outcome, receive, take_one
from bot.settings import Settings
from db.inbox import InboxRow, InboxState, Scope
from db.meetings import HOLDING, Answer, Guest, Meeting
from db.outbox import OutboxRow
from db.session import is_outage
from tests.cases.test_thousand import Presses
from tests.meetings.scene import called, guests_of, invite, meeting_of

PEOPLE = 200
CAPACITY = 80
WORKERS = 6
SCOPE = Scope("terminal")


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Many writers at once: on PostgreSQL they really are."""
    return on_both_databases


def press(app: App, channel: Presses, number: int, *buttons: str) -> None:
    """Somebody presses one button after the other; what happens is seen when the workers run."""
    for at, data in enumerate(buttons):
        raw = json.dumps({"who": f"p{number}", "data": data, "at": app.clock().isoformat()})
        receive(app, channel, key=f"{data}:{number}:{at}:{app.clock()}", chat=f"p{number}", raw=raw)


def together(*work: Callable[[], object]) -> None:
    """Each in a thread of its own; what one of them raises is raised here."""
    raised: list[BaseException] = []

    def guarded(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def insisting(work: Callable[[], object]) -> Callable[[], object]:
    """The same, tried again where the database asks for it, as the app's writer does it."""

    def run() -> object:
        while True:
            try:
                return work()
            except Exception as error:
                if not is_outage(error):
                    raise

    return run


def answer_everything(app: App, channel: Presses, *beside: Callable[[], object]) -> None:
    """Several workers take what is open; what is done `beside` them runs at the same time."""

    def work() -> None:
        while take_one(app, channel, SCOPE).outcome is not Outcome.NOTHING_OPEN:
            pass

    together(*[insisting(work)] * WORKERS, *(insisting(one) for one in beside))
    insisting(work)()  # a worker that found only chats in other hands has nothing open, while more follows


def buttons_of(number: int, meeting: Meeting) -> list[str]:
    """One in five thinks better of it, one in seven brings people, one in nine wants all of them or none."""
    pressed = [f"meeting.wait:{meeting.id}:1"]  # a place, or the line where there is none
    if number % 3 == 0:
        pressed.insert(0, f"meeting.come:{meeting.invitation_id}")
    if number % 7 == 0:
        pressed.append(f"meeting.party:{meeting.id}:{2 + number % 3}")
    if number % 9 == 0:
        pressed.append(f"meeting.whole:{meeting.id}:4")
    if number % 5 == 0:
        pressed.append(f"meeting.quit:{meeting.id}")
    return pressed


def test_two_hundred_answers_at_once(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, capacity=CAPACITY)
    channel = Presses(Terminal(app.say, files=app.files))
    meeting = meeting_of(app, meeting_id)
    for number in range(PEOPLE):
        invite(app, meeting_id, f"p{number}")
        press(app, channel, number, *buttons_of(number, meeting))
    answer_everything(app, channel)
    check(app, meeting_id)
    everybody = guests_of(app, meeting_id)
    assert len(everybody) == PEOPLE
    assert sum(guest.answer == Answer.DECLINED for guest in everybody) == PEOPLE // 5

    clock.advance(timedelta(hours=2))
    for number in range(PEOPLE):  # who comes leaves now and then; who was offered a place takes it or does not
        if number % 4 != 3:
            press(app, channel, number, f"meeting.{'accept' if number % 4 else 'quit'}:{meeting_id}")
    answer_everything(app, channel)
    check(app, meeting_id)
    before = {guest.id for guest in guests_of(app, meeting_id) if guest.answer == Answer.OFFERED}
    assert before

    clock.advance(timedelta(hours=25))
    for number in range(PEOPLE):
        if number % 11 == 0:
            press(app, channel, number, f"meeting.quit:{meeting_id}")
    twice = [lambda: end_offers(app), lambda: give_places(app), lambda: remind(app)] * 2
    answer_everything(app, channel, *twice)
    check(app, meeting_id)
    check_that_everybody_is_told(app, meeting_id, before)


def check(app: App, meeting_id: int) -> None:
    """Never too many, none unused while somebody would take it, in order."""
    meeting, everybody = meeting_of(app, meeting_id), guests_of(app, meeting_id)
    assert meeting.taken == sum(guest.party for guest in everybody if guest.answer in HOLDING) <= CAPACITY
    left = places.free(meeting)
    waiting = [guest for guest in everybody if guest.answer == Answer.WAITING]
    assert not any(places.share(left, guest.wished, whole=guest.whole) for guest in waiting)
    offered = [guest.turn or 0 for guest in everybody if guest.answer == Answer.OFFERED]
    passed = [guest for guest in waiting if (guest.turn or 0) < max(offered, default=0)]
    assert all(guest.whole for guest in passed), "only who wants all or none is passed over"
    turns = [guest.turn for guest in everybody if guest.turn is not None]
    assert len(turns) == len(set(turns))
    assert len({guest.code for guest in everybody}) == len(everybody)


def check_that_everybody_is_told(app: App, meeting_id: int, offered: set[int]) -> None:
    with app.database.read() as session:
        assert set(session.exec(select(InboxRow.state))) == {InboxState.DONE}
        names = session.exec(select(OutboxRow.dedupe).where(col(OutboxRow.dedupe).contains("meeting:"))).all()
        answers = {guest.id: str(guest.answer) for guest in session.exec(select(Guest))}
    told = [name for name in names if name and name.startswith(f"meeting:{meeting_id}:0:")]
    for what, became in (("lapse", "lapsed"), ("offer", "offered")):
        ids = [int(name.split(":")[4]) for name in told if name.split(":")[3] == what]
        assert set(ids) >= {one for one, answer in answers.items() if answer == became}
    lapsed = [name for name in told if ":lapse:" in name]
    gone = {one for one in offered if answers[one] in {"lapsed", "declined", "waiting"}}
    assert {int(name.split(":")[4]) for name in lapsed} <= gone
    assert len(lapsed) == len({name.split(":")[4] for name in lapsed}), "told once"
