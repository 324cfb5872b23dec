"""Keeps the built index on disk between starts, under a name that follows content, program and libraries."""

import hashlib
import pickle
import sys
from pathlib import Path

import numpy as np

from faq.index import FaqIndex, content_index
from faq.load import HERE, Content

PREFIX = "faq-index-"


def cached_index(content: Content, directory: Path) -> FaqIndex:
    """The index of the content from `directory`, or built and left there; one that cannot be read is built anew."""
    file = directory / f"{PREFIX}{_version(content)}.pickle"
    kept = _kept(file)
    if kept is not None:
        return kept
    index = content_index(content)
    _keep(file, index)
    return index


def _version(content: Content) -> str:
    seen = hashlib.sha256(f"{content.hash} {sys.version} {np.__version__}".encode())
    for source in sorted(HERE.glob("*.py")):
        seen.update(source.read_bytes())
    return seen.hexdigest()[:16]


def _kept(file: Path) -> FaqIndex | None:
    try:
        index = pickle.loads(file.read_bytes())  # noqa: S301 - this program wrote it, into its own data directory
    except Exception:  # whatever is wrong with what was kept, building anew is the answer
        return None
    return index if isinstance(index, FaqIndex) else None


def _keep(file: Path, index: FaqIndex) -> None:
    """Write whole or not at all; without a place to write, the next start builds again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in file.parent.glob(f"{PREFIX}*"):
            old.unlink(missing_ok=True)
        unfinished = file.with_suffix(".new")
        unfinished.write_bytes(pickle.dumps(index, protocol=pickle.HIGHEST_PROTOCOL))
        unfinished.replace(file)
    except OSError:
        return
