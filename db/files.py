"""Attachments on disk, each named by the hash of its content: what is kept twice is one file, and damage shows."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp

NAME = re.compile("[0-9a-f]{64}")
UNFINISHED = ".new-"
"""How the names of files begin that are still being written; a kill may leave one behind."""


class Missing(Exception):
    """A file that is not there, or no longer with the content that its name says."""


class Files:
    """The store. Its folder comes into being with the first file, closed to other users: these are people's papers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content; its name, 64 hex digits. On return it is on disk whole, or OSError was raised."""
        sha = hashlib.sha256(content).hexdigest()
        if not self.check(sha):
            self._write(self.path(sha), content)
        return sha

    def _write(self, target: Path, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        handle, written = mkstemp(prefix=UNFINISHED, dir=self.folder)
        unfinished = Path(written)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        for folder in (target.parent, self.folder):
            _make_lasting(folder)

    def path(self, sha: str) -> Path:
        """Where that content is or would be. Raises ValueError for what is no name of the store."""
        if not NAME.fullmatch(sha):
            raise ValueError("a file of the store is named by 64 hex digits")
        return self.folder / sha[:2] / sha

    def has(self, sha: str) -> bool:
        """Whether a file of that name is there."""
        return self.path(sha).is_file()

    def check(self, sha: str) -> bool:
        """Whether it is there with the content that its name says."""
        if not self.has(sha):
            return False
        with self.path(sha).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha

    def read(self, sha: str) -> bytes:
        """The content. Raises Missing."""
        try:
            content = self.path(sha).read_bytes()
        except FileNotFoundError as error:
            raise Missing(f"no file {sha}") from error
        if hashlib.sha256(content).hexdigest() != sha:
            raise Missing(f"file {sha} is damaged")
        return content

    def remove(self, sha: str) -> None:
        """Delete it; nothing happens where it is gone already."""
        self.path(sha).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """All that is kept, in the order of the names; unfinished files are not among it."""
        return (path.name for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")) if NAME.fullmatch(path.name))


def _make_lasting(folder: Path) -> None:
    """A new name in a folder survives a power cut only when the folder itself is flushed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
