"""Mass sends in virtual time: what is looked at before each leaves, and that answers go first."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.broadcasts import due
from bot.broadcasts.audience import Audience
from bot.channels.telegram import LIMITS
from bot.core.channel import Gone, InDoubt, Migrated, NotSent, Refused, Sent, TryLater
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef
from bot.core.replies import Reply
from bot.feature import App
from bot.runtime import fate
from bot.runtime.fate import LONGEST_BACKOFF
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import broadcast_rows, outbox
from db.broadcasts import BroadcastState
from db.businesses import Subscription
from db.outbox import OutboxRow
from db.people import Chat
from tests.broadcasts.crowd import FIRST_ADDRESS, announce, change, people, rows_of, standing
from tests.runtime.test_delivery import HOUR, Platform, VirtualTime, deliver


@pytest.fixture
def settings(bare_environment: None, settings: Settings) -> Settings:
    """Virtual time over SQLite alone: what the database does is tested beside it, on both."""
    assert bare_environment is None
    return settings


@pytest.fixture
def time(clock: FrozenClock) -> VirtualTime:
    return VirtualTime(clock)


@dataclass
class Stage(Platform):
    """Does something when so many have arrived; `edits` are the messages that were changed, with their new text."""

    acts: dict[int, Callable[[], None]] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        sent = await super().send(to, reply)
        act = self.acts.pop(len(self.got), None)
        if act:
            act()
        return sent

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:
        await self.time.sleep(0.08)
        if int(to.address) % 2:
            raise Refused("message to edit not found")
        self.edits[message] = str(reply.text)
        return Sent(message)


def started(app: App, **more: object) -> int:
    broadcast_id = announce(app, **more)  # type: ignore[arg-type]  # as announce takes them
    tick(app)
    return broadcast_id


def counted(app: App, broadcast_id: int) -> Counter[str]:
    return Counter(str(row.state) for row in rows_of(app, broadcast_id))


def test_it_arrives_as_it_is_rendered(app: App, time: VirtualTime) -> None:
    people(app, 2)
    broadcast_id = started(app)
    platform = Stage(time)
    deliver(app, platform, until=3)
    (_, _, text), _ = platform.got
    proof = standing(app, broadcast_id).proof
    for said in ("số 01/2026", "Nộp thuế quý IV", "Hạn nộp là <b>31/12</b>.", "Cán bộ", proof):
        assert said in text
    assert {(row.version, row.state) for row in rows_of(app, broadcast_id)} == {(1, "sent")}


@pytest.mark.parametrize(("state", "left"), [(BroadcastState.PAUSED, "held"), (BroadcastState.CANCELLED, "cancelled")])
def test_what_is_stopped_stops_within_a_second(app: App, time: VirtualTime, state: BroadcastState, left: str) -> None:
    people(app, 120)
    broadcast_id = started(app)
    platform = Stage(time, acts={50: lambda: change(app, broadcast_id, state)})
    deliver(app, platform, until=20)
    stopped_at = platform.got[49][0]
    assert platform.got[-1][0] <= stopped_at + 1
    found = counted(app, broadcast_id)
    assert found["sent"] == len(platform.got)
    assert found[left] == 120 - found["sent"]


def test_what_was_marked_before_a_long_wait_is_looked_at_again(app: App, time: VirtualTime) -> None:
    class Flooding(Stage):
        async def send(self, to: ChatRef, reply: Reply) -> Sent:
            if not self.floods:
                self.floods += 1
                change(app, broadcast_id, BroadcastState.CANCELLED)
                raise TryLater("flood limit", 60)
            return await super().send(to, reply)

    people(app, 20)
    broadcast_id = started(app)
    platform = Flooding(time)
    deliver(app, platform, until=90)
    assert len(platform.got) <= LIMITS.in_flight
    assert all(moment < 1 for moment, *_ in platform.got)
    assert counted(app, broadcast_id)["cancelled"] == 20 - len(platform.got)


def test_who_pauses_the_subject_in_between_does_not_get_it(app: App, time: VirtualTime) -> None:
    ids = people(app, 3)
    everyone = started(app, audience=Audience(everyone=True), urgent=True)
    broadcast_id = started(app)
    with app.database.write() as session:
        session.get_one(Subscription, (ids[1], "")).paused_at = app.clock()
    deliver(app, Stage(time), until=10)
    assert [str(row.state) for row in rows_of(app, broadcast_id)] == ["sent", "cancelled", "sent"]
    assert [str(row.state) for row in rows_of(app, everyone) if row.person_id in ids] == ["sent"] * 3


def test_in_quiet_hours_only_what_is_urgent_leaves(app: App, clock: FrozenClock, time: VirtualTime) -> None:
    people(app, 2)
    clock.advance(timedelta(hours=11, minutes=59, seconds=59))  # one second before 21:00
    notice, urgent = started(app), started(app, urgent=True)
    clock.advance(timedelta(seconds=1))
    deliver(app, Stage(time), until=60)
    assert (counted(app, notice), counted(app, urgent)) == ({"ready": 2}, {"sent": 2})
    clock.advance(timedelta(hours=9, minutes=30))
    time.now += 9.5 * HOUR
    deliver(app, Stage(time), until=time.now + 60)
    assert counted(app, notice) == {"sent": 2}


def test_an_answer_is_behind_no_mass_send(app: App, time: VirtualTime) -> None:
    ids = people(app, 200)
    started(app)

    def ask() -> None:
        with app.database.write() as session:
            for person_id in (ids[2], ids[60], ids[199]):  # who has it, who is next, who is last
                chat = session.exec(select(Chat).where(Chat.person_id == person_id)).one()
                outbox.enqueue(session, chat, dedupe=f"answer {person_id}", body='{"text": "answer"}', at=app.clock())
        asked.append(time.now)

    asked: list[float] = []
    platform = Stage(time, acts={50: ask})
    deliver(app, platform, until=20)
    answers = [moment for moment, _, text in platform.got if text == "answer"]
    assert len(answers) == 3
    # Three places, a round trip, and the look at the outbox that a turn would have asked for.
    assert max(answers) - asked[0] <= 0.5 + 3 / LIMITS.rate + 0.08 + 0.02
    assert len(platform.got) == 203


def test_the_burst_of_a_chat_is_never_used_up_by_mass_sends(app: App, time: VirtualTime) -> None:
    (person,) = people(app, 1)
    for _ in range(6):
        started(app)

    def ask() -> None:
        with app.database.write() as session:
            chat = session.exec(select(Chat).where(Chat.person_id == person)).one()
            outbox.enqueue(session, chat, dedupe="answer", body='{"text": "answer"}', at=app.clock())
        asked.append(time.now)

    asked: list[float] = []
    platform = Stage(time, acts={2: ask})
    deliver(app, platform, until=20)
    (answered,) = [moment for moment, _, text in platform.got if text == "answer"]
    assert answered - asked[0] <= 0.5 + 0.2
    assert len(platform.got) == 7


def test_who_blocked_the_bot_is_marked_gone(app: App, time: VirtualTime) -> None:
    class Blocked(Stage):
        async def send(self, to: ChatRef, reply: Reply) -> Sent:
            if int(to.address) % 2:
                raise Gone("bot was blocked by the user")
            return await super().send(to, reply)

    people(app, 10)
    first = started(app)
    deliver(app, Blocked(time), until=10)
    assert counted(app, first) == {"sent": 5, "dead": 5}
    with app.database.read() as session:
        assert len(session.exec(select(Chat.id).where(col(Chat.gone_since).is_not(None))).all()) == 5
    assert len(rows_of(app, started(app))) == 5


def test_a_failure_among_others_that_arrive_holds_up_only_itself(app: App, time: VirtualTime) -> None:
    class Flaky(Stage):
        async def send(self, to: ChatRef, reply: Reply) -> Sent:
            if int(to.address) % 20 == 0 and not self.failures[to.address]:
                self.failures[to.address] += 1
                await self.time.sleep(0.08)
                raise TryLater("Internal Server Error")
            return await super().send(to, reply)

    people(app, 280)
    broadcast_id = started(app)
    platform = Flaky(time)
    deliver(app, platform, until=30)
    assert counted(app, broadcast_id) == {"sent": 280}
    assert platform.got[-1][0] <= 294 / LIMITS.rate + 1.5
    assert platform.floods == 0


def test_a_correction_takes_the_place_of_what_was_sent(app: App, time: VirtualTime) -> None:
    ids = people(app, 4)
    broadcast_id = started(app)
    platform = Stage(time)
    deliver(app, platform, until=5)
    change(app, broadcast_id, version=2, body="Hạn nộp là <b>30/12</b>.")
    due.move(app)
    deliver(app, platform, until=15)
    assert len(platform.edits) == 2
    assert all("30/12" in text for text in platform.edits.values())
    again = [address for _, address, text in platform.got if "30/12" in text]
    assert sorted(map(int, again)) == [FIRST_ADDRESS + number for number in ids if (FIRST_ADDRESS + number) % 2]
    assert {row.version for row in rows_of(app, broadcast_id)} == {2}


def test_where_nothing_can_be_edited_the_new_text_is_sent(app: App, time: VirtualTime) -> None:
    people(app, 2)
    broadcast_id = started(app)
    platform = Stage(time, limits=replace(LIMITS, edit=False))
    deliver(app, platform, until=5)
    change(app, broadcast_id, version=2)
    due.move(app)
    deliver(app, platform, until=15)
    assert (len(platform.got), platform.edits) == (4, {})


def outage(app: App, time: VirtualTime, number: int, away: tuple[float, float]) -> None:
    """A broadcast to so many, with the platform away in the middle of it."""
    people(app, number)
    broadcast_id, back = started(app), away[1]
    platform = Stage(time, away=away)
    deliver(app, platform, until=back + 30 + number / (0.9 * 30))
    assert counted(app, broadcast_id) == {"sent": number}
    assert {row.attempts for row in rows_of(app, broadcast_id)} == {0}
    assert len({address for _, address, _ in platform.got}) == len(platform.got) == number
    late = [moment for moment, *_ in platform.got if moment >= back]
    assert late[-1] - back <= LONGEST_BACKOFF + len(late) / (0.9 * 30)
    assert platform.floods == 0


def test_an_outage_is_made_up_for_close_to_the_limit(app: App, time: VirtualTime) -> None:
    outage(app, time, 300, (2.0, HOUR))


@pytest.mark.drill
def test_an_outage_of_hours_during_a_broadcast_to_thousands(app: App, time: VirtualTime) -> None:
    outage(app, time, 3_000, (20.0, 3 * HOUR))


@dataclass
class Failing(Stage):
    """Says `wrong` of one address each time it is tried, and calls `then`."""

    app: App | None = None
    wrong: NotSent = field(default_factory=lambda: TryLater("Internal Server Error"))
    address: str = ""
    then: Callable[[], None] = lambda: None
    tries: int = 0

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if to.address != self.address:
            return await super().send(to, reply)
        await self.time.sleep(0.08)
        self.tries += 1
        self.then()
        raise self.wrong


def ask(app: App, person_id: int, dedupe: str) -> None:
    """An answer for somebody, as a turn leaves it."""
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.person_id == person_id)).one()
        outbox.enqueue(session, chat, dedupe=dedupe, body='{"text": "answer"}', at=app.clock())


@pytest.mark.parametrize("wrong", [TryLater("Internal Server Error"), InDoubt("timed out")], ids=str)
def test_what_never_arrives_has_an_end_and_holds_up_nobody(
    app: App, time: VirtualTime, wrong: NotSent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fate, "TRIES", 5)
    ids, asked = people(app, 60), list[float]()
    broadcast_id = started(app)

    def somebody_asks() -> None:
        asked.append(time.now)
        ask(app, ids[-1 - len(asked)], f"answer {len(asked)}")

    platform = Failing(time, wrong=wrong, address=str(FIRST_ADDRESS + ids[0]), then=somebody_asks)
    deliver(app, platform, until=60)
    first = [moment for moment, _, text in platform.got if text != "answer"]
    assert first[-1] <= 60 / LIMITS.rate + 1
    answered = [moment for moment, _, text in platform.got if text == "answer"]
    assert len(answered) == len(asked) == platform.tries <= 6
    assert max(later - earlier for earlier, later in zip(asked, answered, strict=True)) <= 1
    unlucky = rows_of(app, broadcast_id)[0]
    state, name = ("doubt", "doubt") if isinstance(wrong, InDoubt) else ("dead", "failed")
    assert (unlucky.state, unlucky.attempts) == (state, 5)
    with app.database.read() as session:
        tally = broadcast_rows.tally(session, broadcast_id)
        assert (tally["sent"], tally[name], tally["waiting"]) == (59, 1, 0)


@pytest.mark.parametrize("wrong", [TryLater("Internal Server Error"), InDoubt("timed out")], ids=str)
def test_alone_at_night_it_is_tried_on_and_the_first_answer_of_the_morning_does_not_wait(
    app: App, time: VirtualTime, wrong: NotSent
) -> None:
    ids = people(app, 2)
    chats = {person_id: str(FIRST_ADDRESS + person_id) for person_id in ids}
    ask(app, ids[0], "bad luck")
    platform = Failing(time, wrong=wrong, address=chats[ids[0]])
    platform.then = lambda: ask(app, ids[1], "good morning") if platform.tries == 5 else None
    deliver(app, platform, until=60)
    (arrived,) = platform.got
    assert arrived[1] == chats[ids[1]]
    assert arrived[0] <= 1 + 2 + 4 + 8 + 5 * 0.6 + 1


def test_a_chat_with_a_new_address_gets_its_message_there(app: App, time: VirtualTime) -> None:
    ids = people(app, 3)
    broadcast_id = started(app)
    platform = Failing(time, wrong=Migrated("777"), address=str(FIRST_ADDRESS + ids[1]))
    deliver(app, platform, until=10)
    assert Counter(address for _, address, _ in platform.got)["777"] == 1
    assert [(str(row.state), row.attempts) for row in rows_of(app, broadcast_id)] == [
        ("sent", 0),
        ("sent", 1),
        ("sent", 0),
    ]


def test_an_answer_that_waits_for_its_next_try_keeps_no_mass_send_back(app: App, time: VirtualTime) -> None:
    """Nor is anything claimed twice: the chat has two answers, of which the first may not go yet."""
    (person,) = people(app, 1)
    for number in range(2):
        ask(app, person, f"answer {number}")
    with app.database.write() as session:
        first = session.exec(select(OutboxRow).where(OutboxRow.dedupe == "answer 0")).one()
        first.not_before = app.clock() + timedelta(seconds=20)
        session.add(first)
    broadcast_id = started(app)
    platform = Stage(time)
    deliver(app, platform, until=30)
    assert [text == "answer" for _, _, text in platform.got] == [False, True, True]
    assert platform.got[0][0] <= 2
    assert counted(app, broadcast_id) == {"sent": 1}


def test_told_to_stop_during_a_long_wait_it_stops_and_puts_back_what_it_holds(app: App, time: VirtualTime) -> None:
    people(app, 30)
    broadcast_id = started(app)
    unlucky = str(FIRST_ADDRESS + rows_of(app, broadcast_id)[3].person_id)  # type: ignore[operator]  # it has one
    platform = Failing(time, wrong=TryLater("flood limit", HOUR), address=unlucky)
    deliver(app, platform, until=5)
    assert time.now < 60
    assert counted(app, broadcast_id) == {"sent": len(platform.got), "ready": 30 - len(platform.got)}
    deliver(app, Stage(time), until=time.now + 10)
    assert counted(app, broadcast_id) == {"sent": 30}


def test_when_quiet_hours_begin_in_the_middle_the_rest_goes_in_the_morning(
    app: App, clock: FrozenClock, time: VirtualTime
) -> None:
    ids = people(app, 200)
    clock.advance(timedelta(hours=11, minutes=59, seconds=58))  # two seconds before 21:00
    notice, urgent = started(app), list[int]()
    acts: dict[int, Callable[[], None]] = {
        30: lambda: urgent.append(started(app, audience=Audience(everyone=True), urgent=True)),
        150: lambda: ask(app, ids[3], "at night"),
    }
    platform = Stage(time, acts=acts)
    deliver(app, platform, until=30)
    by_kind = {name: [moment for moment, _, text in platform.got if name in text] for name in ("KHẨN", "answer")}
    at_night = [moment for moment, _, text in platform.got if "KHẨN" not in text and text != "answer"]
    assert (len(by_kind["answer"]), counted(app, urgent[0])["sent"]) == (1, 200)
    assert len(at_night) >= 30
    assert max(at_night) <= 2 + 0.08
    assert counted(app, notice)["ready"] == 200 - len(at_night)
    clock.advance(timedelta(hours=10))
    time.now += 10 * HOUR
    deliver(app, platform, until=time.now + 30)
    assert counted(app, notice) == {"sent": 200}
    assert len({(address, text) for _, address, text in platform.got}) == len(platform.got)
