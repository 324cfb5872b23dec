"""How backups are named, kept and protected, and what is told where one cannot be made whole."""

from datetime import timedelta
from pathlib import Path

import db.tables  # noqa: F401 - all tables are compared
from bot.backup.make import keep_newest, make_backup
from bot.backup.restore import restore
from bot.settings import Settings
from db.files import Files
from tests.backup.ward import NOON, backed_up, environment, filled
from tests.conftest import MORNING
from tests.process import bot


def test_names_are_local_times_and_the_oldest_go(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    kept = tmp_path / "kept"
    names = [make_backup(settings, kept, MORNING).folder.name for _ in range(3)]
    assert names == [f"viet-hoa-2026-12-01T{clock}" for clock in ("0900", "090000", "090000-2")]
    (kept / "viet-hoa-notes").mkdir()
    (kept / "viet-hoa-2020").mkdir()
    (kept / "viet-hoa-2020" / "manifest.json").write_text("{}")
    late = [make_backup(settings, kept, MORNING + timedelta(days=day)).folder for day in (1, 2)]
    early = make_backup(settings, kept, MORNING - timedelta(days=9)).folder  # the machine's clock went back
    assert sorted(path.name for path in keep_newest(kept, 2, early)) == sorted([*names, late[0].name])
    left = {path.name for path in kept.iterdir()}
    assert left == {early.name, late[1].name, "viet-hoa-notes", "viet-hoa-2020"}


def test_keep_on_the_command_line(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    kept = tmp_path / "kept"
    for _ in range(3):
        made = bot(settings.data_dir, "backup", "--to", str(kept), "--keep", "1")
        assert (made.returncode, made.stderr) == (0, "")
        (folder,) = kept.iterdir()
        assert made.stdout.startswith(f"{folder}: ")
        assert made.stdout.count("\n") == 1
        assert "1 files" in made.stdout
    assert bot(settings.data_dir, "backup", "--to", str(kept), "--keep", "0").returncode == 2


def test_nobody_else_on_the_machine_can_read_a_backup_or_what_is_restored(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    folder = backed_up(settings, tmp_path / "kept")
    other = Settings(data_dir=tmp_path / "other")
    restore(other, folder, NOON)
    paths = [tmp_path / "kept", *(tmp_path / "kept").rglob("*"), other.data_dir / "files"]
    paths += [*(other.data_dir / "files").rglob("*"), other.data_dir / "dong-hanh.sqlite3"]
    for path in paths:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_attachments_that_are_not_as_they_were_sent_are_told(settings: Settings, tmp_path: Path) -> None:
    sha = filled(settings)
    photo = Files(settings.data_dir / "files").path(sha)
    photo.write_bytes(b"other")
    told = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert told.returncode == 1
    assert f"{sha} has changed in the file store" in told.stderr
    photo.unlink()
    told = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert told.returncode == 1
    assert f"{sha} is named by the database and is not in the file store" in told.stderr
    assert len(list((tmp_path / "kept").glob("viet-hoa-*"))) == 2


def test_nothing_to_back_up_is_one_sentence(bare: Settings, tmp_path: Path) -> None:
    refused = bot(bare.data_dir, "backup", "--to", str(tmp_path / "kept"), **environment(bare))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "nothing to back up" in refused.stderr
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_is_a_file_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    (tmp_path / "kept").write_text("a file")
    refused = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "No backup in" in refused.stderr
