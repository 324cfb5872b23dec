"""One process serves a database: a lock that dies with its holder, also by kill -9."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from db.session import Database


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def only_server(database: Database, name: str) -> Iterator[None]:
    """Hold the lock for the block: a lock file beside an SQLite file, a session advisory lock on PostgreSQL.

    Raises Taken.
    """
    with _file_lock(database, name) if database.is_sqlite else _advisory_lock(database, name):
        yield


@contextmanager
def _file_lock(database: Database, name: str) -> Iterator[None]:
    path = Path(f"{database.url.database}.{name}.lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken from error
        yield


@contextmanager
def _advisory_lock(database: Database, name: str) -> Iterator[None]:
    with database.engine.connect() as connection:
        connection.detach()  # the lock is the session's: in the pool it would be held after the block
        taken = connection.execute(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": name}).scalar_one()
        connection.commit()
        if not taken:
            raise Taken
        yield
