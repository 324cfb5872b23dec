"""What the tests of the clock share: a ward on each of the two databases, with an officer and a leader."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.settings import Settings
from bot.ward import SHIPPED
from db.staff import Role, Staff
from tests.cases.days import Days
from tests.crew import join


@pytest.fixture
def with_saturday(settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    """Each database in turn; Saturday, 5 December 2026 is worked instead of another day."""
    profile = tmp_path / "ward.toml"
    profile.write_text(SHIPPED.read_text("utf-8").replace("\nworked = []", "\nworked = [2026-12-05]"), "utf-8")
    return settings.model_copy(update={"database_url": database_url, "ward_file": profile})


@pytest.fixture
def days(with_saturday: Settings, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex) -> Iterator[Days]:
    """A ward with an officer, minh, and a leader, hai."""
    app = compose(with_saturday, clock=clock, content=content, index=index)
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    join(app, "hai", Role.LEADER, name="Lãnh đạo Hải")
    yield Days(app, clock)
    app.database.close()


@pytest.fixture
def minh(days: Days) -> Staff:
    """The officer of the unit that most cases come to."""
    return join(days.app, "minh", Role.OFFICER, unit="kthtdt")
