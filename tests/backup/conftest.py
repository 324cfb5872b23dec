"""Two places: a bot that will be lost, and an empty one of the same kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def lost(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """The bot that will be lost."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path / "lost", database_url=database_url)


@pytest.fixture
def bare(bare_environment: None, bare_database_url: str, tmp_path: Path) -> Settings:
    """The same before its first start."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path / "lost", database_url=bare_database_url)


@pytest.fixture
def fresh(bare_environment: None, backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty place of the same kind."""
    assert bare_environment is None
    if backend == "sqlite":
        yield Settings(data_dir=tmp_path / "fresh")
        return
    with request.getfixturevalue("postgresql").database() as url:
        yield Settings(data_dir=tmp_path / "fresh", database_url=url)
