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
from sqlmodel import select

from bot.channels.telegram import LIMITS
from bot.core.channel import InDoubt, Limits, NotSent, Sent, TryLater
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


def test_hours_of_outage_lose_nothing_and_cost_no_attempts(app: App, time: VirtualTime) -> None:
    put(app, people=120)
    platform = Platform(time, away=(1.0, 2 * HOUR))
    deliver(app, platform, until=2 * HOUR + 40)
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
    assert {row.dedupe: (row.state, row.attempts) for row in rows(app)} == {"0:0": ("sent", 1), "1:0": ("doubt", 1)}


class Broken(Platform):
    """Every send ends in doubt."""

    async def send(self, to: ChatRef, reply: Reply) -> Sent:
        self.failures[f"{to.address}:{reply.text}"] += 1
        raise InDoubt("dropped")


def test_doubt_has_an_end(app: App, time: VirtualTime) -> None:
    put(app, people=1)
    platform = Broken(time)
    deliver(app, platform, until=120)
    assert [(row.state, row.attempts) for row in rows(app)] == [("dead", 5)]
    assert sum(platform.failures.values()) == 5


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


def test_a_failure_says_what_it_was(app: App, time: VirtualTime) -> None:
    class Refusing(Platform):
        async def send(self, to: ChatRef, reply: Reply) -> Sent:
            raise NotSent(f"{to.address} {reply.text}")

    put(app, people=1)
    deliver(app, Refusing(time), until=5)
    assert [(row.state, row.reason) for row in rows(app)] == [("dead", "0 0")]
