"""A backup that is not whole, or not of this place, is refused in one sentence; a full disk leaves nothing behind."""

import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import db.tables  # noqa: F401 - all tables are compared
from bot.backup import Refused, manifest
from bot.backup.make import make_backup
from bot.backup.restore import restore
from bot.settings import Settings
from db.files import Files
from tests.backup.ward import NOON, backed_up, environment, filled
from tests.conftest import MORNING
from tests.process import bot


def test_one_byte_that_changed_in_any_file_is_noticed(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    chance = random.Random(4)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        if whole:
            damaged = bytearray(whole)
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(Refused, match=f"{path.name}.* has changed"):
                restore(fresh, folder, NOON)
            path.write_bytes(whole)
    assert not (fresh.data_dir / "files").exists()
    assert restore(fresh, folder, NOON).files == 1


def test_a_file_too_few_or_too_many_is_noticed(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    sha = filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    photo = Files(folder / "files").path(sha)
    elsewhere = photo.rename(tmp_path / "photo")
    with pytest.raises(Refused, match=f"{sha} is missing"):
        restore(fresh, folder, NOON)
    photo.symlink_to(elsewhere)
    with pytest.raises(Refused, match=f"{sha} has changed"):
        restore(fresh, folder, NOON)
    elsewhere.replace(photo)
    (folder / "more").touch()
    refused = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (refused.returncode, refused.stderr) == (2, f"{folder}: more is not part of the backup.\n")
    (folder / "manifest.json").unlink()
    with pytest.raises(Refused, match="no complete backup"):
        restore(fresh, folder, NOON)


def test_a_write_ahead_log_left_alone_is_not_taken_for_a_part_of_the_copy(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    folder = backed_up(settings, tmp_path / "kept")
    other = Settings(data_dir=tmp_path / "other")
    other.data_dir.mkdir()
    (other.data_dir / "dong-hanh.sqlite3-wal").write_bytes(b"of a database that was moved away")
    with pytest.raises(Refused, match="sqlite3-wal belongs to a database"):
        restore(other, folder, NOON)


def test_a_backup_of_another_kind_or_of_a_newer_version_is_refused(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    made = manifest.read(folder)
    other = manifest.Kind.__args__[made.kind == "sqlite"]  # type: ignore[attr-defined]
    for change, sentence in (({"kind": other}, "restore it into"), ({"revision": "9999"}, "install the newer version")):
        for name in (manifest.MANIFEST, manifest.SEAL):
            (folder / name).unlink()
        manifest.write(made.model_copy(update=change), folder)
        with pytest.raises(Refused, match=sentence):
            restore(fresh, folder, NOON)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [100, 5_000, 1_000_000])
def test_a_full_disk_leaves_nothing_behind(lost: Settings, fresh: Settings, tmp_path: Path, room: int) -> None:
    filled(lost)
    Files(lost.data_dir / "files").put(os.urandom(2_000_000))
    with room_for(room), pytest.raises(Refused, match="No backup in"):
        make_backup(lost, tmp_path / "kept", MORNING)
    assert list((tmp_path / "kept").iterdir()) == []
    folder = backed_up(lost, tmp_path / "kept")
    with room_for(room), pytest.raises(Refused, match="is not restored"):
        restore(fresh, folder, NOON)
    assert restore(fresh, folder, NOON).files == 2


def test_a_damaged_database_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    path = settings.data_dir / "dong-hanh.sqlite3"
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = bytes(len(content) // 2 - 8192)
    path.write_bytes(content)
    with pytest.raises(Refused):
        make_backup(settings, tmp_path / "kept", MORNING)
    assert list((tmp_path / "kept").iterdir()) == []
