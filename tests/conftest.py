"""What the tests share: the shipped FAQ, a frozen Tuesday morning, a bot on a real SQLite file."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

import faq
from bot.app import compose
from bot.core.clock import VIETNAM, Clock, FrozenClock
from bot.feature import App
from bot.settings import Settings
from tests.terminal import Owner

MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="session")
def content() -> faq.Content:
    """The shipped answers."""
    return faq.load_content()


@pytest.fixture(scope="session")
def index(content: faq.Content) -> faq.FaqIndex:
    """The index over the shipped answers."""
    return faq.content_index(content)


@pytest.fixture
def clock() -> FrozenClock:
    """Nine o'clock on a working day."""
    return FrozenClock(MORNING)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Defaults, whatever the environment of the person who runs the tests holds."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    return Settings(data_dir=tmp_path)


@pytest.fixture
def app(settings: Settings, clock: Clock, content: faq.Content) -> Iterator[App]:
    """A whole bot on a new SQLite file."""
    composed = compose(settings, clock=clock, content=content)
    yield composed
    composed.database.close()


@pytest.fixture
def owner(app: App) -> Callable[[str], Owner]:
    """People at the terminal by name: `owner("lan").says("xin chào")`."""
    return lambda name: Owner(app, name)
