"""Files copied so that they are on the disk afterwards, with what they held."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
"""What people told the ward is for nobody else who has an account on the machine."""

CHUNK = 1 << 20


class Listed(BaseModel):
    """What a file held: its size in bytes and the SHA-256 of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


def listed(path: Path) -> Listed:
    """Read a file to its end."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            digest.update(chunk)
            size += len(chunk)
    return Listed(size=size, sha256=digest.hexdigest())


def copied(source: Path, target: Path) -> Listed:
    """Copy a file, its folders included; what was copied, safely on the disk. Raises OSError."""
    private_folder(target.parent)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, private_file(target) as written:
        for chunk in _chunks(read):
            digest.update(chunk)
            size += written.write(chunk)
        synced(written)
    return Listed(size=size, sha256=digest.hexdigest())


def private_file(path: Path) -> BinaryIO:
    """A new file that only its owner reads. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb")


def private_folder(path: Path) -> None:
    """A folder, with those above it, that only its owner enters; one that is there stays as it is."""
    if not path.is_dir():
        private_folder(path.parent)
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def write_text(path: Path, text: str) -> None:
    """A small file, safely on the disk."""
    with private_file(path) as file:
        file.write(text.encode())
        synced(file)


def synced(file: BinaryIO) -> None:
    """What was written to the file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def folder_synced(folder: Path) -> None:
    """The names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tree_synced(folder: Path) -> None:
    """The names in a folder and in all folders below it are on the disk."""
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        folder_synced(path)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
