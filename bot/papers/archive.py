"""Files in one ZIP, under names that every system takes."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.papers.whole import quiet, whole

LONGEST = 120
"""Characters of a name; 255 bytes is what file systems take, and a letter may be three of them."""

UNSAFE = re.compile(r"[^\w.() -]+")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices."""

EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001 - a ZIP knows no zone; the first time that it can hold
BLOCK = 1 << 20


def write_zip(
    entries: Iterable[tuple[str, Path]],
    target: Path,
    said: Callable[[int], None] = quiet,
    at: datetime = EARLIEST,
) -> int:
    """Pack the files under names made safe and unique; gives how many, `said(n)` is told after each.

    Nothing is deflated: photos and PDF files are packed already. All entries bear the same time, so that the same files
    are the same bytes. Raises OSError for a file that is gone and when the archive cannot be written.
    """
    taken: set[str] = set()
    files = 0
    with whole(target) as half, ZipFile(half, "w", ZIP_STORED) as archive:
        for name, path in entries:
            _add(archive, _unique(safe_name(name), taken), path, at)
            files += 1
            said(files)
    return files


def safe_name(name: str) -> str:
    """The last part of the name, with letters, digits and a few marks only; never empty, hidden or a device's."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = UNSAFE.sub("_", last).strip(" .") or "_"
    stem, suffix = _parted(f"_{plain}" if RESERVED.match(plain) else plain)
    return stem[: LONGEST - len(suffix)] + suffix


def _parted(name: str) -> tuple[str, str]:
    """The name and its suffix; a suffix too long to be one belongs to the name."""
    suffix = PurePosixPath(name).suffix
    return (name.removesuffix(suffix), suffix) if len(suffix) <= 12 else (name, "")


def _unique(name: str, taken: set[str]) -> str:
    """The name, or the first of name-2, name-3 … that is free; large and small letters count as the same."""
    stem, suffix = _parted(name)
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}{suffix}"
    taken.add(found.casefold())
    return found


def _add(archive: ZipFile, name: str, path: Path, at: datetime) -> None:
    with path.open("rb") as source:
        entry = ZipInfo(name, at.timetuple()[:6])
        entry.external_attr = 0o600 << 16
        entry.create_system = 3
        entry.file_size = path.stat().st_size
        with archive.open(entry, "w") as kept:
            shutil.copyfileobj(source, kept, BLOCK)
