"""Choosing news over Telegram: one message whose ticks change, whatever is pressed on it."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.feature import App
from bot.settings import Settings
from db.outbox import OutboxRow, OutboxState
from tests.conftest import MORNING
from tests.telegram_bot import RunningClock, eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

LAN = 5512


@pytest.fixture
def clock() -> RunningClock:
    """Delivery needs time that passes."""
    return RunningClock(MORNING)


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


@pytest.fixture
def lan(app: App, settings: Settings, server: TelegramServer) -> Iterator[User]:
    """A shop owner who talks with a running bot."""
    with serving(app, settings, server):
        yield User(server, LAN, "Lan")
    assert server.refusals == []


def test_the_ticks_change_in_the_message_that_was_pressed(app: App, lan: User) -> None:
    lan.says("/dangky")
    for label in ("Đồng ý", "Hộ kinh doanh", "Bỏ qua", "Bỏ qua"):
        lan.got()
        lan.presses(label)
    assert "Đã đăng ký nhận tin" in lan.got()[0]
    assert eventually(lambda: all_settled(app))  # nobody presses what the bot does not know yet to have arrived
    for before, after in (("▫️ Vốn", "✅ Vốn"), ("✅ Vốn", "▫️ Vốn")):
        lan.presses(f"{before}, chính sách hỗ trợ")
        assert eventually(lambda after=after: f"{after}, chính sách hỗ trợ" in labels(lan))  # type: ignore[misc]
    lan.presses("Xong")
    assert eventually(lambda: "Chọn loại tin" in labels(lan))
    assert lan.got_nothing()


def all_settled(app: App) -> bool:
    with app.database.read() as session:
        return {row.state for row in session.exec(select(OutboxRow))} == {OutboxState.SENT}


def labels(user: User) -> list[str]:
    """The buttons under the newest message, as it stands now."""
    with user.server.world.lock:
        ledger = user.server.world.ledger
        newest = ledger.by_chat[user.id][-1]
        changed = [edit for edit in ledger.edits if edit.message_id == newest.message_id]
    return (changed[-1] if changed else newest).buttons
