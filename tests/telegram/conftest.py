"""What the tests of a bot that runs on Telegram share: time that passes, the stand-in, somebody who talks with it."""

from collections.abc import Iterator

import pytest

from bot.feature import App
from bot.settings import Settings
from tests.conftest import MORNING
from tests.telegram_bot import RunningClock, serving
from tests.telegram_server import TelegramServer
from tests.telegram_user import User

LAN = 5512


@pytest.fixture
def clock() -> RunningClock:
    """Sending again after a while needs time that passes."""
    return RunningClock(MORNING)


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """Telegram."""
    with TelegramServer() as running:
        yield running


@pytest.fixture
def nothing_refused(server: TelegramServer) -> Iterator[None]:
    """In the whole test the bot asks for nothing that Telegram refuses."""
    yield
    assert server.refusals == []


@pytest.fixture
def lan(app: App, settings: Settings, server: TelegramServer, nothing_refused: None) -> Iterator[User]:
    """A shop owner who talks with a running bot."""
    assert nothing_refused is None
    with serving(app, settings, server):
        yield User(server, LAN, "Lan")
