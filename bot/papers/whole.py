"""Files that are there whole or not at all: written beside their place, renamed when complete."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

T = TypeVar("T")

PREFIX = ".dong-hanh-"
"""How the folders of half files begin; what is left of them after a kill may be removed."""

STEP = 500
"""Rows between two words on how far a writer is."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write to, in a folder that only this user reads; it becomes `target` (0600) when nothing was raised.

    The folder holds the writer's other temporary files as well, so that what people wrote never lies in /tmp.
    Raises OSError for a folder that is missing, closed or full.
    """
    with TemporaryDirectory(prefix=PREFIX, dir=target.parent) as folder:
        half = Path(folder) / "half"
        yield half
        half.chmod(0o600)
        with half.open("rb") as written:
            os.fsync(written.fileno())
        half.replace(target)


def in_steps(things: Iterable[T]) -> Iterator[list[T]]:
    """The same things, STEP at a time."""
    step: list[T] = []
    for thing in things:
        step.append(thing)
        if len(step) == STEP:
            yield step
            step = []
    if step:
        yield step


def quiet(_done: int) -> None:
    """For whom nobody waits."""
