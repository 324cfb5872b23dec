"""What touches the tables of announcements runs on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def both(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """Settings on each database in turn."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path, database_url=database_url)
