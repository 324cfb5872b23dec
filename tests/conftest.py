"""What the tests share: the shipped FAQ, a frozen Tuesday morning, a bot on a real SQLite file."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

import db.session
import faq
from bot.app import compose
from bot.core.clock import VIETNAM, Clock, FrozenClock
from bot.feature import App
from bot.settings import Settings
from db.session import Database
from tests.once import Compiled, Indexes
from tests.postgresql import PostgreSQL, running
from tests.terminal import Owner

MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faq, "content_index", Indexes().content_index)
        patch.setattr(db.session, "create_engine", Compiled().create_engine)
        yield


@pytest.fixture(scope="session")
def content() -> faq.Content:
    """The shipped answers, as if none ended in the months in which the tests play: that is a task for its unit."""
    shipped = faq.load_content()
    later = MORNING.date() + timedelta(days=1000)
    lasting = {name: replace(entry, valid_until=later) for name, entry in shipped.entries.items() if entry.valid_until}
    return replace(shipped, entries={**shipped.entries, **lasting})


@pytest.fixture(scope="session")
def index(content: faq.Content) -> faq.FaqIndex:
    """The index over the shipped answers."""
    return faq.content_index(content)


@pytest.fixture
def clock() -> FrozenClock:
    """Nine o'clock on a working day."""
    return FrozenClock(MORNING)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgreSQL) -> str:
    """The name of a database with its tables: copying it is much faster than making them for every test."""
    url = postgresql.create()
    migrate(url)
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on SQLite: the file."""
    path = tmp_path_factory.mktemp("migrated") / "new.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


def migrate(url: str) -> None:
    """Make the tables, and leave nobody connected: only such a database can be copied."""
    with closing(Database(url)) as database:
        database.migrate()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the two in turn."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with its tables, on SQLite and on PostgreSQL."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "ward.sqlite3")
        yield f"sqlite:///{tmp_path}/ward.sqlite3"
        return
    template = request.getfixturevalue("migrated_postgresql")
    with request.getfixturevalue("postgresql").copy(template) as url:
        yield url


@pytest.fixture
def bare_database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same without any table, for tests of migrations, restores and first starts."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path}/ward.sqlite3"
        return
    with request.getfixturevalue("postgresql").database() as url:
        yield url


@pytest.fixture
def settings(bare_environment: None, migrated: Path, tmp_path: Path) -> Settings:
    """Defaults, and a database that is empty."""
    assert bare_environment is None
    settings = Settings(data_dir=tmp_path)
    shutil.copy(migrated, tmp_path / "dong-hanh.sqlite3")
    return settings


@pytest.fixture
def on_both_databases(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """Defaults, and each of the two databases in turn: what a module's own `settings` are where this matters."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what the environment of the person who runs the tests holds."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture
def app(settings: Settings, clock: Clock, content: faq.Content, index: faq.FaqIndex) -> Iterator[App]:
    """A whole bot on a new SQLite file."""
    composed = compose(settings, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


@pytest.fixture
def owner(app: App) -> Callable[[str], Owner]:
    """People at the terminal by name: `owner("lan").says("xin chào")`."""
    return lambda name: Owner(app, name)
