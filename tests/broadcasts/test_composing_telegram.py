"""Composing over Telegram: ticks change in their message, and what goes out is what the preview showed."""

from collections.abc import Iterator

import pytest

from bot.feature import App
from bot.settings import Settings
from db.staff import Role
from tests.conftest import MORNING
from tests.crew import join
from tests.people.test_registering_telegram import all_settled, labels
from tests.telegram_bot import RunningClock, eventually, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

MINH = 7001


@pytest.fixture
def clock() -> RunningClock:
    """Delivery needs time that passes."""
    return RunningClock(MORNING)


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


@pytest.fixture
def minh(app: App, settings: Settings, server: TelegramServer) -> Iterator[User]:
    """An officer who talks with a running bot."""
    join(app, str(MINH), Role.OFFICER, unit="kthtdt", name="Cán bộ Minh", channel="telegram")
    with serving(app, settings, server):
        yield User(server, MINH, "Minh")
    assert server.refusals == []


def test_the_audience_is_ticked_in_one_message(app: App, minh: User) -> None:
    minh.says("/soanthongbao")
    for label in ("Thông báo chung", "Thông báo thường"):
        minh.got()
        minh.presses(label)
    minh.got()
    minh.says("Nộp thuế")
    minh.got()
    minh.says("Hạn *31/12*.")
    minh.got()
    minh.presses("Chọn theo loại hình, ngành hàng, tổ dân phố")
    minh.got()
    assert eventually(lambda: all_settled(app))
    minh.presses("▫️ Hộ kinh doanh")
    assert eventually(lambda: "✅ Hộ kinh doanh" in labels(minh))
    assert minh.got_nothing()
    minh.presses("Xong")
    assert "Gửi khi nào?" in minh.got()[0]
