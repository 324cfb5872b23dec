"""Everything here runs on SQLite and on PostgreSQL."""

import pytest

from bot.settings import Settings


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Each database in turn."""
    return on_both_databases
