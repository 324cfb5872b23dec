"""The database: one engine, a transaction that writes, a transaction that only reads, and the migrations at start."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from db.migrations import HEAD

SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=30000",
    # 16 MB of log: who commits when it is full folds it into the file and waits for that, so it is made rare, and the
    # pages that a mass send changes again and again are written fewer times.
    "wal_autocheckpoint=4000",
)


class DatabaseTooNew(Exception):
    """A database that this version cannot serve without harm; the message says what to do."""


class Database:
    """A database of one ward. A value without hidden state: two of them on one file are two connections."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(self.url, pool_pre_ping=not self.is_sqlite, hide_parameters=True)
        self._reader = self._engine.execution_options(reading=True)
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)

    def __reduce__(self) -> tuple[type["Database"], tuple[str]]:
        """Another process gets the address, and makes connections of its own."""
        return Database, (self.url.render_as_string(hide_password=False),)

    @property
    def is_sqlite(self) -> bool:
        """Whether writes must go through one writer."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> Engine:
        """For migrations and for the tests that look into the tables."""
        return self._engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A snapshot to read from; it never blocks a writer."""
        with Session(self._reader) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Like `read`, and every statement of the block sees the same moment, on PostgreSQL too; for what reads long.

        Results of `execution_options(yield_per=…)` are streamed.
        """
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with Session(self._reader.execution_options(**options)) as session:
            yield session

    def revision(self) -> str:
        """The migration at which the database stands, empty for a new one."""
        with self._reader.connect() as connection:
            if not connection.dialect.has_table(connection, "alembic_version"):
                return ""
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")

    def migrate(self) -> None:
        """Bring the tables to the newest revision; nothing happens when they are there already.

        Raises DatabaseTooNew where a later version of this software has been at work.
        """
        self.upgrade(HEAD)

    def upgrade(self, wanted: str) -> None:
        """Bring the tables to a revision of ours, at which a backup was made perhaps. Raises DatabaseTooNew."""
        revision = self.revision()
        if revision == wanted:
            return
        if revision > wanted:
            raise DatabaseTooNew(
                f"The database is at revision {revision}, this version knows {wanted}: install the newer version."
            )
        from alembic import command  # noqa: PLC0415 - a third of a second, spared at nearly every start
        from alembic.config import Config  # noqa: PLC0415 - the same

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["engine"] = self._engine
        command.upgrade(config, wanted)

    def close(self) -> None:
        """Give the connections back; on SQLite this also folds the write-ahead log into the file."""
        self._engine.dispose()


def insert(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Many rows in as few statements as the database takes; each names every column that has no default of its own."""
    if rows:
        session.connection().execute(SQLModel.metadata.tables[str(table.__tablename__)].insert(), rows)


def is_outage(error: BaseException) -> bool:
    """Whether the database itself is busy, full or away, so that the same work may succeed later."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return error.connection_invalidated or code is None or code & 0xFF in SQLITE_OUTAGES


def _prepare(connection: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred: a read that upgrades to a write then fails at once, whatever the time-out.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
