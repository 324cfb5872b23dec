"""Everything here runs on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As elsewhere, on each database in turn."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    return Settings(data_dir=tmp_path, database_url=database_url)
