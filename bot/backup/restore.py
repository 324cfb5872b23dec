"""The way back: a verified backup becomes the database and the files of a bot that does not run."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy import inspect, text

from bot.backup import Refused, aftermath, manifest, postgresql, sqlite
from bot.backup.aftermath import Aftermath
from bot.backup.copying import copied, folder_synced, listed
from bot.backup.manifest import FILES, WARD, Manifest
from bot.settings import Settings
from db.lock import Taken, only_server
from db.migrations import HEAD
from db.session import Database

SERVER = "telegram"
"""The name of the lock that the serving process holds."""

FILLED_BY_MIGRATIONS = {"alembic_version", "content_version"}
"""Tables that have a row before anybody has used the database; what a ward puts in has rows elsewhere besides."""


@dataclass(frozen=True)
class Restored:
    """What was put back, and what became of what was under way."""

    made: Manifest
    database: str
    rows: int
    files: int
    aftermath: Aftermath
    same_profile: bool


def restore(settings: Settings, source: Path, now: datetime) -> Restored:
    """Put a backup back into the database and the data folder of the settings, whole or not at all.

    Raises Refused, with one sentence that says what is wrong and what to do.
    """
    with _in_words(source):
        made = manifest.verified(source)
        database = Database(settings.database)
        try:
            with only_server(database, SERVER):
                _refuse_unfitting(database, made)
                files = _put_files_back(source, made, settings.data_dir)
                after = _put_database_back(database, source, made, now)
        except Taken as taken:
            raise Refused("The bot is running on this database: stop it first.", 5) from taken
        finally:
            database.close()
    same = listed(settings.ward_file) == made.files[WARD]
    return Restored(made, database.url.render_as_string(), sum(made.rows.values()), files, after, same)


def _refuse_unfitting(database: Database, made: Manifest) -> None:
    kind = database.url.get_backend_name()
    if kind != made.kind:
        raise Refused(f"The backup is one of {made.kind}, DATABASE_URL names {kind}: restore it into {made.kind}.")
    if made.revision > HEAD:
        raise Refused(
            f"The backup is at revision {made.revision}, this version knows {HEAD}: install the newer version."
        )
    if database.is_sqlite:
        _refuse_file(database, Path(str(database.url.database)))
    else:
        _refuse_tables(database, made)


def _refuse_file(database: Database, path: Path) -> None:
    if path.exists() and _table_with_rows(database):
        raise Refused(f"{path} already holds a ward's data: move it to another folder, then restore.")
    database.close()
    beside = sqlite.beside(path)
    if beside:
        raise Refused(f"{beside} belongs to a database that stood there or is in use: move it away, then restore.")


def _refuse_tables(database: Database, made: Manifest) -> None:
    name, revision = database.url.database, database.revision()
    table = _table_with_rows(database)
    if table:
        raise Refused(
            f"The database {name} already holds rows ({table}): create an empty one, name it in DATABASE_URL."
        )
    if revision > made.revision:
        raise Refused(f"The tables of {name} are newer than the backup: create an empty database for it.")


def _table_with_rows(database: Database) -> str:
    with database.read() as session:
        connection = session.connection()
        for table in inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(table)
            found = connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first()  # noqa: S608 - the database named it
            if found and table not in FILLED_BY_MIGRATIONS:
                return table
    return ""


def _put_files_back(source: Path, made: Manifest, data: Path) -> int:
    """Files first, as when they came: no row ever names one that is not there. Those that are there stay."""
    names = [name for name in made.files if name.startswith(f"{FILES}/")]
    for name in names:
        target = data / name
        if not target.exists() or listed(target) != made.files[name]:
            _put_file_back(source / name, target)
    return len(names)


def _put_file_back(source: Path, target: Path) -> None:
    unfinished = target.with_name(f".{target.name}.restoring")
    unfinished.unlink(missing_ok=True)
    copied(source, unfinished)
    unfinished.rename(target)
    folder_synced(target.parent)


def _put_database_back(database: Database, source: Path, made: Manifest, now: datetime) -> Aftermath:
    if database.is_sqlite:
        return sqlite.put_back(source, database, lambda restored: _finish_sqlite(restored, made, now))
    database.upgrade(made.revision)
    with database.write() as session:
        postgresql.load(session.connection(), source, made)
        after = aftermath.settled(session, now)
        aftermath.skip_numbers(session, made.created_at, now)
    if made.revision < HEAD:
        database.migrate()
        with database.write() as session:  # the migration may have brought tables in which numbers were given since
            aftermath.skip_numbers(session, made.created_at, now)
    return after


def _finish_sqlite(restored: Database, made: Manifest, now: datetime) -> Aftermath:
    with restored.write() as session:
        after = aftermath.settled(session, now)
    restored.migrate()
    with restored.write() as session:  # after the migration, which counts anew in every table that it rebuilds
        aftermath.skip_numbers(session, made.created_at, now)
    return after


@contextmanager
def _in_words(source: Path) -> Iterator[None]:
    """What the machine refuses as one sentence, without what stands in the rows."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{source} is not restored: {error.strerror or error} ({error.filename or source}).") from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise Refused(f"{source} is not restored: the database does not take it ({type(error).__name__}).") from error
