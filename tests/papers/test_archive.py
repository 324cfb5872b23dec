"""Archives, opened again."""

import stat
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.archive import safe_name, write_zip


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    (tmp_path / "photo").write_bytes(b"\xff\xd8" * 5_000)
    return tmp_path / "photo"


def test_files_under_their_names(tmp_path: Path, photo: Path) -> None:
    told: list[int] = []
    names = ["VH-2026-0012-1.jpg", "VH-2026-0012-1.JPG", "VH-2026-0012-1.jpg", "Đơn đề nghị.pdf"]
    assert write_zip(((name, photo) for name in names), tmp_path / "a.zip", told.append) == 4
    with ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        found = ["VH-2026-0012-1.jpg", "VH-2026-0012-1-2.JPG", "VH-2026-0012-1-3.jpg", "Đơn đề nghị.pdf"]
        assert archive.namelist() == found
        assert {entry.compress_type for entry in archive.infolist()} == {ZIP_STORED}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("VH-2026-0012-1.jpg") == photo.read_bytes()
    assert told == [1, 2, 3, 4]
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\a.dll", "a.dll"),
        ("..", "_"),
        (".ssh", "ssh"),
        ("", "_"),
        ("con.txt", "_con.txt"),
        ("a\x00b\u202egpj.exe", "a_b_gpj.exe"),
        ("a:b|c?.png", "a_b_c_.png"),
        ("ảnh 1.jpg ", "ảnh 1.jpg"),
    ],
)
def test_names_are_made_safe(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(name=st.text())
def test_no_name_leaves_the_folder(name: str) -> None:
    made = safe_name(name)
    assert made.strip(" .") == made or len(made) == 120
    assert 0 < len(made) <= 120
    assert not set(made) & set('/\\\x00<>:"|?*\n')
    made.encode()


def test_the_same_files_are_the_same_bytes(tmp_path: Path, photo: Path) -> None:
    at = datetime(2026, 12, 1, 9, 0)  # noqa: DTZ001 - a ZIP knows no zone
    for name in ("a.zip", "b.zip"):
        write_zip([("x.jpg", photo)], tmp_path / name, at=at)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].date_time == (2026, 12, 1, 9, 0, 0)


def test_more_files_than_an_old_zip_holds(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x")
    write_zip(((f"{number}.jpg", tmp_path / "small") for number in range(65_600)), tmp_path / "a.zip")
    with ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.namelist()) == 65_600
        assert archive.read("65599.jpg") == b"x"


def test_a_file_that_is_gone_leaves_no_archive(tmp_path: Path, photo: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_zip([("a.jpg", photo), ("b.jpg", tmp_path / "gone")], tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["photo"]
    assert write_zip([], tmp_path / "a.zip") == 0
