"""What a backup holds, file by file, and the proof that it still does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.backup import Refused
from bot.backup.copying import Listed, listed, write_text

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
WARD = "ward.toml"
FILES = "files"

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Snapshot:
    """A database at one moment; `contents` are the attachments that it refers to.

    `last_ids` holds the last id that each sequence of PostgreSQL gave; an SQLite file carries its own.
    """

    kind: Kind
    revision: str
    rows: Mapping[str, int]
    contents: frozenset[str]
    last_ids: Mapping[str, int]


class Manifest(BaseModel):
    """Written last: a folder without it is no backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    created_at: AwareDatetime
    kind: Kind
    revision: str
    rows: dict[str, int]
    last_ids: dict[str, int]
    files: dict[str, Listed]

    @classmethod
    def of(cls, snapshot: Snapshot, files: Mapping[str, Listed], at: datetime) -> "Manifest":
        """The manifest of a snapshot and the files that were written for it."""
        return cls(
            created_at=at,
            kind=snapshot.kind,
            revision=snapshot.revision,
            rows=dict(snapshot.rows),
            last_ids=dict(snapshot.last_ids),
            files=dict(files),
        )


def write(manifest: Manifest, folder: Path) -> None:
    """The manifest, then its seal, in the form that `sha256sum --check` reads."""
    text = manifest.model_dump_json(indent=2) + "\n"
    write_text(folder / MANIFEST, text)
    write_text(folder / SEAL, _seal(text.encode()))


def read(folder: Path) -> Manifest:
    """The manifest of a complete backup. Raises Refused."""
    try:
        content = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused(f"{folder} is no complete backup: it has no {MANIFEST} with its {SEAL}.") from error
    if seal != _seal(content).encode():
        raise Refused(f"{folder}: {MANIFEST} or {SEAL} has changed since the backup was made.")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise Refused(f"{folder}: {MANIFEST} is not of a kind that this version reads: use a newer one.") from error


def verified(folder: Path) -> Manifest:
    """The manifest of a backup of which every file is as it was made, none missing and none added. Raises Refused."""
    manifest = read(folder)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    for name in sorted(manifest.files.keys() - found):
        raise Refused(f"{folder}: {name} is missing.")
    for name in sorted(found - manifest.files.keys() - {MANIFEST, SEAL}):
        raise Refused(f"{folder}: {name} is not part of the backup.")
    for name, wanted in sorted(manifest.files.items()):
        if (folder / name).is_symlink() or listed(folder / name) != wanted:
            raise Refused(f"{folder}: {name} has changed since the backup was made.")
    return manifest


def _seal(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n"
