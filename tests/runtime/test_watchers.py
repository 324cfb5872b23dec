"""What watches how far an announcement is: however many look on, its messages are counted once a look."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from bot.core.events import ChatRef
from bot.feature import App
from bot.runtime.watchers import news
from db import watches
from db.broadcasts import BroadcastState
from db.people import Chat
from db.staff import Role
from tests.broadcasts.crowd import announce, people
from tests.crew import join


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
