"""SQLite: the file copied while the bot writes to it, and put back in its place."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text

from bot.backup import Refused
from bot.backup.copying import PRIVATE_FILE, copied, folder_synced
from bot.backup.manifest import Snapshot
from db.session import Database

T = TypeVar("T")

DATABASE = "database.sqlite3"
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file; an old one would be taken for a part of a new file."""

NEVER_COUNTED = """
INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)
"""
PATIENCE = 30.0
"""Seconds for which a lock of the bot is waited for."""


def take(source: Path, folder: Path) -> Snapshot:
    """Copy the database as it stands at one moment; neither readers nor writers wait. Raises Refused, sqlite3.Error."""
    if not source.is_file():
        raise Refused(f"There is no database {source} yet: nothing to back up.")
    copy = folder / DATABASE
    copy.touch(PRIVATE_FILE)
    with closing(_opened(source)) as live, closing(sqlite3.connect(copy, isolation_level=None)) as kept:
        # All pages in one step: they are read in one transaction, and no write in between makes it begin anew.
        live.backup(kept, pages=-1)
        kept.execute("PRAGMA journal_mode=DELETE")
        _check(kept, source)
        return _described(kept, source)


def put_back(source: Path, database: Database, finish: Callable[[Database], T]) -> T:
    """Make the copy the database's file, after `finish` has worked on it: whole, or not at all."""
    target = Path(str(database.url.database))
    unfinished = target.with_name(f".{target.name}.restoring")
    _drop(unfinished)
    try:
        copied(source / DATABASE, unfinished)
        restored = Database(database.url.set(database=str(unfinished)).render_as_string(hide_password=False))
        try:
            finished = finish(restored)
        finally:
            restored.close()
        unfinished.rename(target)
        folder_synced(target.parent)
        return finished
    finally:
        _drop(unfinished)


def skip_ids(connection: Connection, skipped: int) -> None:
    """Let every table's next id be so much higher."""
    connection.execute(text(NEVER_COUNTED))
    connection.execute(text("UPDATE sqlite_sequence SET seq = seq + :skipped"), {"skipped": skipped})


def beside(path: Path) -> Path | None:
    """A file that SQLite left beside a database, or beside the place where one was."""
    found = (path.with_name(path.name + ending) for ending in BESIDE)
    return next((each for each in found if each.exists()), None)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=PATIENCE)


def _check(kept: sqlite3.Connection, source: Path) -> None:
    if kept.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise Refused(f"{source} is damaged (PRAGMA integrity_check): no backup was made, the older ones are kept.")
    broken = kept.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise Refused(f"{source}: a row of table {broken[0]} refers to one that is not there: no backup was made.")


def _described(kept: sqlite3.Connection, source: Path) -> Snapshot:
    tables = [str(name) for (name,) in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if "alembic_version" not in tables:
        raise Refused(f"{source} has no tables yet: nothing to back up.")
    revision = str(kept.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    own = [name for name in sorted(tables) if name != "alembic_version" and not name.startswith("sqlite_")]
    rows = {name: int(kept.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in own}  # noqa: S608 - our own tables' names
    contents: frozenset[str] = frozenset()
    if "attachment" in tables:
        contents = frozenset(str(sha) for (sha,) in kept.execute("SELECT sha FROM attachment WHERE state = 'stored'"))
    return Snapshot("sqlite", revision, rows, contents, {})


def _drop(unfinished: Path) -> None:
    for ending in ("", *BESIDE):
        unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)
