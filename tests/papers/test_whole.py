"""What all writers share: whole files or none, progress, errors of the disk."""

import stat
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bot.papers import csv_file, json_file, xlsx
from bot.papers.table import Row
from tests.papers.tables import ROW, table

pytestmark = pytest.mark.parametrize("writer", [xlsx, csv_file, json_file], ids=["xlsx", "csv", "json"])


def breaking(after: int) -> Iterator[Row]:
    yield from [ROW] * after
    raise OSError(28, "No space left on device")


def test_half_a_file_is_never_there(writer: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("alt")
    with pytest.raises(OSError, match="No space"):
        writer.write(table(breaking(1_200)), tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "alt"


def test_while_it_is_written_nothing_stands_at_its_place(writer: ModuleType, tmp_path: Path) -> None:
    seen: list[tuple[int, bool]] = []
    writer.write(table([ROW] * 1_100), tmp_path / "a", lambda done: seen.append((done, (tmp_path / "a").exists())))
    assert seen == [(500, False), (1_000, False)]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_only_who_made_it_reads_it(writer: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("alt")
    (tmp_path / "a").chmod(0o644)
    writer.write(table([ROW]), tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_rows_are_asked_for_one_after_the_other(writer: ModuleType, tmp_path: Path) -> None:
    asked: list[int] = []
    told: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(2_000):
            asked.append(number)
            yield ROW

    writer.write(table(rows()), tmp_path / "a", lambda done: told.append(len(asked) - done))
    assert told == [0, 0, 0, 0]


def test_a_folder_that_is_not_there(writer: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        writer.write(table([ROW]), tmp_path / "nowhere" / "a")


def test_a_place_that_is_a_folder(writer: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        writer.write(table([ROW]), tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
