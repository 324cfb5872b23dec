"""A backup made while the bot runs: first the database as it stands at one moment, then the files."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from bot.backup import Refused, manifest, postgresql, sqlite
from bot.backup.copying import copied, folder_synced, listed, private_folder, tree_synced
from bot.backup.manifest import FILES, WARD, Manifest, Snapshot
from bot.core.clock import VIETNAM
from bot.settings import Settings
from db.files import Files
from db.session import Database

NAME = "viet-hoa-"
UNFINISHED = ".unfinished-"
"""How a folder is called that is no backup yet, or none any more."""


@dataclass(frozen=True)
class Backup:
    """A backup that is on the disk; `size` in bytes, `missing` and `damaged` attachments by their content's hash."""

    folder: Path
    rows: int
    files: int
    size: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def make_backup(settings: Settings, into: Path, at: datetime) -> Backup:
    """Make a new folder under `into`; it gets its name when all of it is on the disk. Raises Refused."""
    with _in_words(into), _alone(into):
        _drop_unfinished(into)
        working = Path(mkdtemp(prefix=UNFINISHED, dir=into))
        try:
            snapshot, made = _fill(settings, working, at)
            folder = _name(into, at)
            working.rename(folder)
        except BaseException:
            shutil.rmtree(working, ignore_errors=True)
            raise
        folder_synced(into)
    return _summed(folder, snapshot, made)


def keep_newest(into: Path, number: int, newest: Path) -> list[Path]:
    """Remove all but the newest so many complete backups, `newest` never; those removed, the oldest first.

    Folders that are not ours, or not complete, are left alone. `number` is at least 1. Raises Refused.
    """
    with _in_words(into), _alone(into):
        others = sorted((made.created_at, folder) for folder, made in _complete(into) if folder != newest)
        removed = [folder for _, folder in others[: max(0, len(others) - (number - 1))]]
        for folder in removed:
            _remove(folder)
        return removed


def _fill(settings: Settings, folder: Path, at: datetime) -> tuple[Snapshot, Manifest]:
    """The order matters: a file is in the store before the row that names it is committed.

    So the files copied after the snapshot are all that it refers to, and perhaps some more.
    """
    snapshot = _database(settings, folder)
    copied(settings.ward_file, folder / WARD)
    _copy_contents(Files(settings.data_dir / FILES), Files(folder / FILES))
    files = {str(path.relative_to(folder)): listed(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    made = Manifest.of(snapshot, files, at)
    manifest.write(made, folder)
    tree_synced(folder)
    return snapshot, made


def _database(settings: Settings, folder: Path) -> Snapshot:
    database = Database(settings.database)
    try:
        if database.is_sqlite:
            return sqlite.take(Path(str(database.url.database)), folder)
        return postgresql.take(database, folder)
    finally:
        database.close()


def _copy_contents(store: Files, target: Files) -> None:
    for sha in store.names():
        try:
            copied(store.path(sha), target.path(sha))
        except FileNotFoundError:
            continue  # somebody's attachments were erased meanwhile


def _summed(folder: Path, snapshot: Snapshot, made: Manifest) -> Backup:
    contents = {Path(name).name: each for name, each in made.files.items() if name.startswith(f"{FILES}/")}
    return Backup(
        folder=folder,
        rows=sum(made.rows.values()),
        files=len(contents),
        size=sum(each.size for each in made.files.values()),
        missing=tuple(sorted(snapshot.contents - contents.keys())),
        damaged=tuple(sorted(sha for sha, each in contents.items() if each.sha256 != sha)),
    )


def _name(into: Path, at: datetime) -> Path:
    """The local minute, or with its seconds where that is taken."""
    local = at.astimezone(VIETNAM)
    second = f"{NAME}{local:%Y-%m-%dT%H%M%S}"
    names = chain((f"{NAME}{local:%Y-%m-%dT%H%M}", second), (f"{second}-{number}" for number in count(2)))
    return next(into / name for name in names if not (into / name).exists())


def _complete(into: Path) -> Iterator[tuple[Path, Manifest]]:
    for folder in into.glob(f"{NAME}*"):
        try:
            yield folder, manifest.read(folder)
        except Refused:
            continue


def _remove(folder: Path) -> None:
    """First the name goes: half a backup is never taken for one."""
    unfinished = Path(mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    folder.rename(unfinished)
    shutil.rmtree(unfinished)


def _drop_unfinished(into: Path) -> None:
    for left in into.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """One backup at a time in a folder, so that what is unfinished there is known to be left by a crash."""
    private_folder(into)
    handle = os.open(into, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Refused(f"Another backup is being made in {into}: let it end first.", 5) from error
    finally:
        os.close(handle)


@contextmanager
def _in_words(into: Path) -> Iterator[None]:
    """A full disk, a closed folder, a database that is away: one sentence, without what stands in the rows."""
    try:
        yield
    except OSError as error:
        raise Refused(f"No backup in {into}: {error.strerror or error} ({error.filename or into}).") from error
    except (sqlite3.Error, psycopg.Error) as error:
        reason = error if isinstance(error, sqlite3.Error) else type(error).__name__
        raise Refused(f"No backup in {into}: the database does not let itself be copied ({reason}).") from error
