"""Delivery in virtual time: hours of outage, floods, the limits of a platform, over a channel of the test's own."""

import asyncio
import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TypeVar

import pytest
from markupsafe import Markup
from sqlmodel import select

from bot.channels.telegram import LIMITS
from bot.core.channel import Gone, InDoubt, Limits, Migrated, NotSent, Sent, TryLater
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming
from bot.core.replies import Reply
from bot.feature import App
from bot.runtime.delivery import Delivery
from bot.runtime.writer import Urgency, Writer
from db import outbox
from db.inbox import Scope
from db.outbox import OutboxRow
from db.people import Chat, Person

T = TypeVar("T")
ROUND_TRIP = 0.08
HOUR = 3600.0
TO = ChatRef("telegram", "1")


TURNS_TO_SETTLE = 12


class AtOnce(Writer):
    """Database work done where it is asked for: no thread takes real time while virtual time stands still."""

    async def run(self, urgency: Urgency, work: Callable[[], T]) -> T:
        assert urgency in Urgency
        return work()


@dataclass
class VirtualTime:
    """Time that passes only when everybody sleeps."""

    clock: FrozenClock
    now: float = 0.0
    sleepers: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    serial: int = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.serial += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.now + seconds, self.serial, future))
        await future

    async def run(self, until: float) -> None:
        """Wake the sleepers in their order, when nobody has anything else to do."""
        while self.now < until:
            for _ in range(TURNS_TO_SETTLE):
                await asyncio.sleep(0)
            while self.sleepers and self.sleepers[0][2].done():
                heapq.heappop(self.sleepers)
            if not self.sleepers:
                continue
            moment, _, future = heapq.heappop(self.sleepers)
            self.clock.advance(timedelta(seconds=max(0.0, moment - self.now)))
            self.now = max(self.now, moment)
            future.set_result(None)


@dataclass
class Platform:
    """A channel that keeps Telegram's limits strictly, and is away for a while."""

    time: VirtualTime
    limits: Limits = LIMITS
    away: tuple[float, float] = (0.0, 0.0)
    name: str = "telegram"
    got: list[tuple[float, str, str]] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    second: deque[float] = field(default_factory=deque)
    floods: int = 0

    def read(self, raw: str) -> Incoming | None:
        raise NotImplementedError(raw)

    def deep_link(self, payload: str) -> str:
        raise NotImplementedError(payload)

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        sent = await self.send(to, Reply(Markup(text)))
        return over or sent.message

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        await self.time.sleep(ROUND_TRIP)
        now = self.time()
        if self.away[0] <= now < self.away[1]:
            raise TryLater("away")
        while self.second and self.second[0] <= now - 1:
            self.second.popleft()
        if len(self.second) >= 30:
            self.floods += 1
            raise TryLater("flood", 3)
        self.second.append(now)
        self.got.append((now, to.address, str(reply.text)))
        return Sent(str(len(self.got)))

    async def edit(self, to: ChatRef, message: str, reply: Reply) -> Sent:
        raise NotImplementedError(message)

    async def fetch(self, file_id: str, limit: int) -> bytes:
        raise Gone(f"{file_id}, {limit}")


def put(app: App, people: int, each: int = 1) -> None:
    with app.database.write() as session:
        person = Person(name="", created_at=app.clock())
        session.add(person)
        session.flush()
        for number in range(people):
            chat = Chat(channel="telegram", address=str(number), person_id=person.id)
            session.add(chat)
            session.flush()
            for message in range(each):
                body = f'{{"text": "{message}"}}'
                outbox.enqueue(session, chat, dedupe=f"{number}:{message}", body=body, at=app.clock())


def deliver(app: App, platform: Platform, until: float) -> None:
    async def work() -> None:
        stopping, writer = asyncio.Event(), AtOnce(threads=0)
        time = platform.time
        delivery = Delivery(app, platform, Scope("telegram"), writer, clock=time, sleep=time.sleep)
        running = asyncio.create_task(delivery.run(stopping))
        await time.run(until)
        stopping.set()
        finishing = asyncio.create_task(time.run(until + 60))
        await running
        finishing.cancel()

    asyncio.run(work())


def rows(app: App) -> list[OutboxRow]:
    with app.database.read() as session:
        return list(session.exec(select(OutboxRow)))


@pytest.fixture
def time(clock: FrozenClock) -> VirtualTime:
    return VirtualTime(clock)


def test_an_hour_of_outage_loses_nothing_and_costs_no_attempts(app: App, time: VirtualTime) -> None:
    put(app, people=120)
    platform = Platform(time, away=(1.0, HOUR))
    deliver(app, platform, until=HOUR + 40)
    assert Counter(address for _, address, _ in platform.got) == Counter(str(number) for number in range(120))
    assert {(row.state, row.attempts) for row in rows(app)} == {("sent", 0)}
    assert platform.floods == 0


def test_messages_of_a_chat_arrive_in_order_at_its_pace(app: App, time: VirtualTime) -> None:
    put(app, people=3, each=8)
    platform = Platform(time)
    deliver(app, platform, until=30)
    by_chat = defaultdict(list)
    for moment, address, text in platform.got:
        by_chat[address].append((moment, text))
    for messages in by_chat.values():
        assert [text for _, text in messages] == [str(number) for number in range(8)]
        gaps = [later - earlier for (earlier, _), (later, _) in pairwise(messages[3:])]
        assert min(gaps) >= 0.95


def test_a_crowd_is_served_close_to_the_limit_without_a_flood(app: App, time: VirtualTime) -> None:
    put(app, people=280)
    platform = Platform(time)
    deliver(app, platform, until=12)
    assert len(platform.got) == 280
    assert platform.floods == 0
    assert platform.got[-1][0] <= 280 / LIMITS.rate + 1


class Doubtful(Platform):
    """The line breaks at the first message of each chat."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if not self.failures[to.address]:
            self.failures[to.address] += 1
            raise InDoubt("dropped")
        return await super().send(to, reply)


def test_what_is_in_doubt_is_sent_again_unless_its_kind_forbids_it(app: App, time: VirtualTime) -> None:
    put(app, people=2)
    with app.database.write() as session:
        session.exec(select(OutboxRow).where(OutboxRow.dedupe == "1:0")).one().again_in_doubt = False
    platform = Doubtful(time)
    deliver(app, platform, until=20)
    assert {row.dedupe: row.state for row in rows(app)} == {"0:0": "sent", "1:0": "doubt"}


class BrokenForOne(Platform):
    """Every send to one chat ends in doubt, while the others arrive."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if to.address != "0":
            return await super().send(to, reply)
        self.failures[to.address] += 1
        await self.time.sleep(10)
        raise InDoubt("dropped")


def test_doubt_has_an_end_while_others_arrive(app: App, time: VirtualTime) -> None:
    put(app, people=6, each=130)
    platform = BrokenForOne(time)
    deliver(app, platform, until=130)
    first = next(row for row in rows(app) if row.dedupe == "0:0")
    assert (first.state, first.attempts) == ("doubt", 5)


class Silent(Platform):
    """For an hour every connection is accepted and none is answered: to the client that is doubt, not refusal."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if self.time() < HOUR:
            await self.time.sleep(15)
            raise InDoubt("timed out")
        return await super().send(to, reply)


def test_an_hour_of_silence_is_an_outage_too(app: App, time: VirtualTime) -> None:
    put(app, people=30)
    platform = Silent(time)
    deliver(app, platform, until=HOUR + 60)
    assert Counter(address for _, address, _ in platform.got) == Counter(str(number) for number in range(30))
    assert {row.state for row in rows(app)} == {"sent"}
    # The first is told from doubt by what arrives after it; those under way beside that one count it as a try.
    assert max(row.attempts for row in rows(app)) <= 1


class Overtaken(Platform):
    """The person writes again while a message to them is on the wire, and that one then finds them gone."""

    app: App | None = None

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if not self.failures["gone"]:
            self.failures["gone"] += 1
            assert self.app
            with self.app.database.write() as session:
                chat = session.exec(select(Chat)).one()
                outbox.enqueue(session, chat, dedupe="later", body='{"text": "later"}', at=self.app.clock())
            raise Gone("blocked")
        return await super().send(to, reply)


def test_a_failure_never_turns_back_what_happened_meanwhile(app: App, time: VirtualTime) -> None:
    put(app, people=1)
    platform = Overtaken(time)
    platform.app = app
    deliver(app, platform, until=10)
    put_again = [row.number for row in rows(app)]
    assert put_again == [1, 2]
    with app.database.write() as session:
        chat = session.exec(select(Chat)).one()
        outbox.enqueue(session, chat, dedupe="third", body='{"text": "3"}', at=app.clock())
    assert [row.number for row in rows(app)] == [1, 2, 3]
    assert [text for *_, text in platform.got] == ["later"]


class Moving(Platform):
    """One chat has become another that is known already."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if to.address == "0":
            raise Migrated("1")
        return await super().send(to, reply)


def test_what_waits_for_a_chat_that_became_a_known_one_goes_there(app: App, time: VirtualTime) -> None:
    put(app, people=2, each=3)
    platform = Moving(time)
    deliver(app, platform, until=20)
    assert [address for _, address, _ in platform.got] == ["1"] * 6
    assert {row.state for row in rows(app)} == {"sent", "dead"}


class Flooding(Platform):
    """Asks once for a minute of patience."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        if not self.floods:
            self.floods += 1
            raise TryLater("flood limit", 60)
        return await super().send(to, reply)


def test_one_flood_wait_holds_everybody(app: App, time: VirtualTime) -> None:
    put(app, people=20)
    platform = Flooding(time)
    deliver(app, platform, until=90)
    assert len(platform.got) == 20
    first_wave = [moment for moment, *_ in platform.got if moment < 59]
    assert len(first_wave) <= LIMITS.in_flight
    assert {row.attempts for row in rows(app)} == {0}


FLOODED = "one too many"


class Impatient(Platform):
    """Takes passing messages, but for one."""

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        if text == FLOODED:
            raise TryLater("flood", 5)
        return await super().show(to, text, over)


def test_a_passing_message_keeps_the_pace_and_its_flood_wait_holds_everybody(app: App, time: VirtualTime) -> None:
    platform = Impatient(time)
    shown: list[str | None] = []

    async def show(delivery: Delivery) -> None:
        over = ""
        for number in range(8):
            over = await delivery.show(TO, str(number), over) or ""
        shown.append(await delivery.show(TO, FLOODED, over))
        shown.append(await delivery.show(TO, "held", over))

    async def work() -> None:
        delivery = Delivery(app, platform, Scope("telegram"), AtOnce(threads=0), clock=time, sleep=time.sleep)
        passing = asyncio.create_task(time.run(HOUR))
        await show(delivery)
        passing.cancel()

    asyncio.run(work())
    gaps = [later - earlier for (earlier, _, _), (later, _, _) in pairwise(platform.got[3:])]
    assert min(gaps) >= 0.95
    assert (shown, platform.got[-1][2]) == ([None, None], "7")


def test_a_failure_says_what_it_was(app: App, time: VirtualTime) -> None:
    class Refusing(Platform):
        async def send(self, to: ChatRef, reply: Reply) -> Sent:
            raise NotSent(f"{to.address} {reply.text}")

    put(app, people=1)
    deliver(app, Refusing(time), until=5)
    assert [(row.state, row.reason) for row in rows(app)] == [("dead", "0 0")]
