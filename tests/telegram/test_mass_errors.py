"""A broadcast over Telegram when one of its messages goes wrong: what became of it, and that others got theirs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlmodel import select

from bot.feature import App
from bot.settings import Settings
from db import broadcast_rows, outbox, visits
from db.broadcasts import BroadcastState
from db.people import Chat
from tests.botapi.faults import (
    BAD_GATEWAY,
    BAD_REQUEST,
    DROPPED_AFTER,
    DROPPED_BEFORE,
    FORBIDDEN,
    SERVER_ERROR,
    Fault,
    flood,
    refusing,
    slow,
)
from tests.broadcasts.crowd import FIRST_ADDRESS, announce, change, people, rows_of, standing
from tests.telegram_bot import eventually, serving
from tests.telegram_server import TelegramServer

OTHERS = 11
TICK = 0.3

DEACTIVATED = refusing(403, "Forbidden: user is deactivated")
UNPARSED = refusing(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3')
TOO_LONG = refusing(400, "Bad Request: message is too long")
UNAUTHORIZED = refusing(401, "Unauthorized")
CONFLICT = refusing(409, "Conflict: terminated by other getUpdates request")


@dataclass
class OnlyFor:
    """One chat meets these faults, one after the other; everybody else nothing."""

    chat: int
    faults: list[Fault] = field(default_factory=list)

    def __call__(self, method: str, chat_id: str) -> Fault | None:
        assert method
        return self.faults.pop(0) if self.faults and chat_id == str(self.chat) else None


@dataclass(frozen=True)
class Case:
    """What goes wrong; the final state, tries, name in the tally; how often the person has it on the screen."""

    fault: Fault
    state: str
    tries: tuple[int, ...]
    tallied: str
    got: int = 0

    @property
    def name(self) -> str:
        return re.sub(r"\W+", "-", f"{self.fault.name} {self.fault.status or ''} {self.fault.description[:36]}")


# Where the line broke, it is one of the message's tries if others arrive meanwhile, and an outage's otherwise.
PERHAPS = (0, 1)
CASES = [
    Case(FORBIDDEN, "dead", (1,), "gone"),
    Case(DEACTIVATED, "dead", (1,), "gone"),
    Case(BAD_REQUEST, "dead", (1,), "gone"),
    Case(TOO_LONG, "dead", (1,), "failed"),
    Case(UNPARSED, "sent", (0,), "sent", got=1),
    Case(flood(1), "sent", (0,), "sent", got=1),
    Case(SERVER_ERROR, "sent", (0,), "sent", got=1),
    Case(BAD_GATEWAY, "sent", PERHAPS, "sent", got=1),
    Case(CONFLICT, "sent", PERHAPS, "sent", got=1),
    Case(DROPPED_BEFORE, "sent", PERHAPS, "sent", got=1),
    Case(DROPPED_AFTER, "sent", PERHAPS, "sent", got=2),
    Case(slow(0.5), "sent", (0,), "sent", got=1),
]


@pytest.fixture
def crowd(app: App, server: TelegramServer) -> list[int]:
    """The ids of some people who have started the bot; the first is the one who has bad luck."""
    ids = people(app, OTHERS + 1)
    for person_id in ids:
        user = {"id": FIRST_ADDRESS + person_id, "is_bot": False, "first_name": "Ban"}
        server.person(user, started=True)
    return ids


@pytest.fixture
def sent_to_all(app: App, settings: Settings, server: TelegramServer, crowd: list[int]) -> Iterator[int]:
    """A broadcast that has arrived everywhere, while the bot still serves."""
    broadcast_id = announce(app)
    with serving(app, settings, server, every=TICK):
        assert eventually(lambda: standing(app, broadcast_id).state == BroadcastState.SENT, 30)
        yield broadcast_id
    assert len(crowd) == OTHERS + 1


def tally(app: App, broadcast_id: int) -> dict[str, int]:
    with app.database.read() as session:
        return {name: number for name, number in broadcast_rows.tally(session, broadcast_id).items() if number}


def missed(app: App, broadcast_id: int) -> list[int]:
    with app.database.read() as session:
        return [each.person_id for each in visits.page(session, broadcast_id, None, told=False, first=0, size=50)]


def gone(app: App) -> list[int]:
    with app.database.read() as session:
        return [chat.person_id for chat in session.exec(select(Chat)) if chat.gone_since]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_goes_wrong_with_one_message(
    app: App, settings: Settings, server: TelegramServer, crowd: list[int], case: Case
) -> None:
    unlucky = crowd[0]
    server.fault(OnlyFor(FIRST_ADDRESS + unlucky, [case.fault]))
    broadcast_id = announce(app)
    with serving(app, settings, server, every=TICK):
        assert eventually(lambda: standing(app, broadcast_id).state == BroadcastState.SENT, 30)
    row = rows_of(app, broadcast_id)[0]
    assert (row.person_id, row.state) == (unlucky, case.state)
    assert row.attempts in case.tries
    assert tally(app, broadcast_id) == _tally_of(case)
    assert missed(app, broadcast_id) == ([] if case.state == "sent" else [unlucky])
    assert gone(app) == ([unlucky] if case.tallied == "gone" else [])
    assert len(server.delivered_to(FIRST_ADDRESS + unlucky)) == case.got
    assert all(len(server.delivered_to(FIRST_ADDRESS + other)) == 1 for other in crowd[1:])
    assert server.refusals == []


def _tally_of(case: Case) -> dict[str, int]:
    return {"sent": OTHERS + 1} if case.tallied == "sent" else {"sent": OTHERS, case.tallied: 1}


def test_who_is_gone_gets_no_later_broadcast_and_stands_on_the_list(
    app: App, settings: Settings, server: TelegramServer, crowd: list[int]
) -> None:
    server.fault(OnlyFor(FIRST_ADDRESS + crowd[0], [FORBIDDEN]))
    with serving(app, settings, server, every=TICK):
        for _ in range(2):
            broadcast_id = announce(app)
            assert eventually(lambda: standing(app, broadcast_id).state == BroadcastState.SENT, 30)  # noqa: B023
    assert tally(app, broadcast_id) == {"sent": OTHERS, "unreached": 1}
    assert missed(app, broadcast_id) == [crowd[0]]


def test_a_flood_wait_holds_answers_too_and_is_kept(
    app: App, settings: Settings, server: TelegramServer, crowd: list[int]
) -> None:
    """Nothing at all is asked for in the two seconds that Telegram names, and no further wait is caused."""
    server.fault(OnlyFor(FIRST_ADDRESS + crowd[5], [flood(2)]))
    announced = announce(app)
    with serving(app, settings, server, every=TICK):
        assert server.wait_for(lambda: server.world.ledger.faults["flood"] == 1, 30)
        flooded = server.world.clock.monotonic()
        with app.database.write() as session:
            chat = session.exec(select(Chat).where(Chat.person_id == crowd[-1])).one()
            outbox.enqueue(session, chat, dedupe="answer", body='{"text": "answer"}', at=app.clock())
        assert eventually(lambda: standing(app, announced).state == BroadcastState.SENT, 30)
    # What was on the wire when the wait was named may still arrive.
    held = [sent for sent in server.delivered if flooded + 0.5 < sent.at < flooded + 1.9]
    assert held == []
    assert server.floods == 0
    assert tally(app, announced) == {"sent": OTHERS + 1}
    assert "answer" in [sent.text for sent in server.delivered_to(FIRST_ADDRESS + crowd[-1])]


def test_a_token_that_is_not_accepted_holds_everybody_and_costs_nothing(
    app: App, settings: Settings, server: TelegramServer, crowd: list[int]
) -> None:
    server.fault(OnlyFor(FIRST_ADDRESS + crowd[0], [UNAUTHORIZED]))
    broadcast_id = announce(app)
    with serving(app, settings, server, every=TICK):
        assert eventually(lambda: any(row.reason for row in rows_of(app, broadcast_id)))
    row = rows_of(app, broadcast_id)[0]
    assert (row.state, row.attempts) == ("ready", 0)
    assert {str(row.state) for row in rows_of(app, broadcast_id)} <= {"ready", "sent"}


EDITS = {
    "it is gone": (refusing(400, "Bad Request: message to edit not found"), 2),
    "it cannot be edited": (refusing(400, "Bad Request: message can't be edited"), 2),
    "it is so already": (
        refusing(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message",
        ),
        1,
    ),
    "a server error": (SERVER_ERROR, 1),
}


@pytest.mark.parametrize(("fault", "messages"), EDITS.values(), ids=EDITS)
def test_a_correction_falls_back_to_a_new_message(  # noqa: PLR0917 - fixtures, and a column each of the table
    app: App, server: TelegramServer, crowd: list[int], sent_to_all: int, fault: Fault, messages: int
) -> None:
    unlucky = FIRST_ADDRESS + crowd[0]
    server.fault(OnlyFor(unlucky, [fault]), on=("editMessageText",))
    change(app, sent_to_all, version=2, body="Hạn nộp là <b>30/12</b>.")
    assert eventually(lambda: standing(app, sent_to_all).settled, 30)
    assert len(server.delivered_to(unlucky)) == messages
    assert all(len(server.delivered_to(FIRST_ADDRESS + other)) == 1 for other in crowd[1:])
    assert {row.version for row in rows_of(app, sent_to_all)} == {2}
    assert tally(app, sent_to_all) == {"sent": OTHERS + 1}


def test_a_correction_of_what_somebody_got_who_is_gone_now(
    app: App, server: TelegramServer, crowd: list[int], sent_to_all: int
) -> None:
    server.fault(OnlyFor(FIRST_ADDRESS + crowd[0], [FORBIDDEN]), on=("editMessageText",))
    change(app, sent_to_all, version=2, body="Hạn nộp là <b>30/12</b>.")
    assert eventually(lambda: standing(app, sent_to_all).settled, 30)
    assert tally(app, sent_to_all) == {"sent": OTHERS + 1}
    assert gone(app) == [crowd[0]]
    states = {(str(row.state), row.edits_id is not None) for row in rows_of(app, sent_to_all)}
    assert states == {("sent", False), ("sent", True), ("dead", True)}
