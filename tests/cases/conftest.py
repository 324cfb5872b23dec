"""What the tests of cases share: days at the ward, with an officer and a leader, and the officer by himself."""

from pathlib import Path

import pytest

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.settings import Settings
from bot.ward import SHIPPED
from db.staff import Role, Staff
from tests.cases.days import Days
from tests.crew import join


@pytest.fixture
def with_saturday(on_both_databases: Settings, tmp_path: Path) -> Settings:
    """Each database in turn; Saturday, 5 December 2026 is worked instead of another day."""
    profile = tmp_path / "ward.toml"
    profile.write_text(SHIPPED.read_text("utf-8").replace("\nworked = []", "\nworked = [2026-12-05]"), "utf-8")
    return on_both_databases.model_copy(update={"ward_file": profile})


@pytest.fixture
def minh(app: App) -> Staff:
    """The officer of the unit that most cases come to."""
    return join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


@pytest.fixture
def days(app: App, clock: FrozenClock, minh: Staff) -> Days:
    """A ward with an officer, minh, and a leader, hai."""
    assert minh.id
    join(app, "hai", Role.LEADER, name="Lãnh đạo Hải")
    return Days(app, clock)
