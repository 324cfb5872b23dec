"""The store of attachments: whole or not there, once, and closed to others."""

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db.files import UNFINISHED, Files, Missing

SHA = hashlib.sha256(b"one").hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "data" / "files")


def on_disk(files: Files) -> list[str]:
    return sorted(str(path.relative_to(files.folder)) for path in files.folder.rglob("*") if path.is_file())


def test_what_is_put_is_found_by_the_hash_of_its_content(files: Files) -> None:
    assert files.put(b"one") == SHA
    assert files.path(SHA).read_bytes() == b"one"
    assert files.read(SHA) == b"one"
    assert files.has(SHA)
    assert files.check(SHA)
    assert on_disk(files) == [f"{SHA[:2]}/{SHA}"]


def test_the_same_content_is_one_file(files: Files) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(files.put, [b"one"] * 40)) == {SHA}
    assert on_disk(files) == [f"{SHA[:2]}/{SHA}"]


def test_an_empty_file_is_a_file(files: Files) -> None:
    assert files.read(files.put(b"")) == b""


def test_nothing_is_there_before_the_first(files: Files) -> None:
    assert not files.has(SHA)
    assert not files.check(SHA)
    assert list(files.names()) == []
    files.remove(SHA)
    with pytest.raises(Missing):
        files.read(SHA)
    assert not files.folder.exists()


def test_damage_is_seen_and_mended_by_the_same_content(files: Files) -> None:
    files.put(b"one")
    files.path(SHA).write_bytes(b"two")
    assert files.has(SHA)
    assert not files.check(SHA)
    with pytest.raises(Missing):
        files.read(SHA)
    assert files.put(b"one") == SHA
    assert files.check(SHA)


def test_what_is_removed_is_gone(files: Files) -> None:
    files.put(b"one")
    files.remove(SHA)
    assert on_disk(files) == []


def test_names_are_all_that_is_kept(files: Files) -> None:
    shas = {files.put(content) for content in (b"one", *(f"{number}".encode() for number in range(300)))}
    (files.folder / f"{UNFINISHED}abc").write_bytes(b"cut off by a kill")
    (files.path(SHA).parent / "x.txt").write_bytes(b"not ours")
    assert list(files.names()) == sorted(shas)


@pytest.mark.parametrize("name", ["", "abc", "../" * 21 + "x", SHA.upper(), f"{SHA}\n", f"{SHA}0", "/etc/passwd"])
def test_a_name_that_is_none_reaches_nothing(files: Files, name: str) -> None:
    for act in (files.path, files.has, files.check, files.read, files.remove):
        with pytest.raises(ValueError, match="64 hex digits"):
            act(name)


def test_a_file_that_cannot_be_written_leaves_nothing(files: Files) -> None:
    files.put(b"zero")
    files.path(SHA).mkdir(parents=True)  # a folder in its place, where even root cannot write a file
    with pytest.raises(OSError, match=r"."):
        files.put(b"one")
    assert [name for name in on_disk(files) if UNFINISHED in name] == []


def test_only_the_owner_may_look(files: Files) -> None:
    path = files.path(files.put(b"one"))
    assert [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent, files.folder)] == [0o600, 0o700, 0o700]
