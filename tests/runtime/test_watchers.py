"""What watches how far an announcement is: however many look on, its messages are counted once a look."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from bot.core.channel import TryLater
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef
from bot.feature import App
from bot.runtime.delivery import Delivery
from bot.runtime.watchers import Watchers, news
from db import watches
from db.broadcasts import BroadcastState
from db.inbox import Scope
from db.people import Chat
from db.staff import Role
from db.watches import Watch
from tests.broadcasts.crowd import announce, change, people
from tests.crew import join
from tests.runtime.test_delivery import AtOnce, Platform, VirtualTime


@pytest.fixture
def asked(app: App) -> Iterator[list[str]]:
    """Every statement."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    event.listen(app.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(app.database.engine, "before_cursor_execute", note)


def watch(session: Session, broadcast_id: int, who: str) -> None:
    chat = session.exec(select(Chat).where(col(Chat.address) == who)).one()
    watches.begin(session, broadcast_id, chat.id)


def test_it_is_counted_once_for_all_who_look_on(app: App, asked: list[str]) -> None:
    people(app, 3)
    broadcast_id = announce(app, state=BroadcastState.SENDING, started_at=app.clock(), people=3)
    for who in ("son", "ha", "van"):
        join(app, who, Role.LEADER)
    with app.database.write() as session:
        watch(session, broadcast_id, "son")
    news(app, "terminal", 30)
    asked.clear()
    news(app, "terminal", 30)
    alone = len(asked)
    with app.database.write() as session:
        watch(session, broadcast_id, "ha")
        watch(session, broadcast_id, "van")
    asked.clear()
    shown = news(app, "terminal", 30)
    assert len(asked) == alone
    assert [each.chat for each in shown] == [ChatRef("terminal", who) for who in ("son", "ha", "van")]
    assert len({each.text for each in shown}) == 1
    assert shown[0].text.startswith("Thông báo số 01/2026")


def test_who_may_not_see_it_is_told_nothing_and_it_is_over(app: App) -> None:
    broadcast_id = announce(app, state=BroadcastState.SENDING, started_at=app.clock())
    join(app, "tuan", Role.OFFICER, unit="vhxh")
    with app.database.write() as session:
        watch(session, broadcast_id, "tuan")
    assert [(each.text, each.over) for each in news(app, "terminal", 30)] == [("", True)]


PATIENCE = 60


@dataclass
class Asking(Platform):
    """Shows what it is told to, or asks for patience."""

    patience: bool = False
    shown: list[str] = field(default_factory=list)

    async def show(self, to: ChatRef, text: str, over: str = "") -> str:
        assert to.address == "son"
        if self.patience:
            raise TryLater("flood", PATIENCE)
        self.shown.append(text)
        return over or "77"


@dataclass
class Seconds:
    """Time that passes at once for who sleeps."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def watched(app: App) -> int:
    with app.database.read() as session:
        return len(session.exec(select(Watch)).all())


def test_the_last_word_is_shown_also_after_everybody_was_held(app: App, clock: FrozenClock) -> None:
    platform, time = Asking(VirtualTime(clock)), Seconds()
    delivery = Delivery(app, platform, Scope("telegram"), AtOnce(threads=0), clock=time, sleep=time.sleep)
    watchers = Watchers(app, delivery)
    broadcast_id = announce(app, state=BroadcastState.SENDING, started_at=app.clock())
    join(app, "son", Role.LEADER, channel="telegram")
    with app.database.write() as session:
        watch(session, broadcast_id, "son")

    def looks() -> None:
        asyncio.run(watchers.tell())

    looks()
    platform.patience = True
    change(app, broadcast_id, BroadcastState.SENT)
    looks()
    platform.patience = False
    looks()
    assert (len(platform.shown), watched(app)) == (1, 1)
    time.now += PATIENCE
    looks()
    assert platform.shown[1].endswith("đã gửi")
    assert watched(app) == 0
    looks()
    assert len(platform.shown) == 2
