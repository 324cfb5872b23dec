"""Papers of the tests' own, and the feature that makes them; another process finds them here."""

import os
import signal
import time
from dataclasses import replace

from markupsafe import Markup

from bot.feature import App, Feature, Job, Made, Routes, Said

PAPER = b"mot to giay"
PHONE = "0912345678"


def paper(job: Job, said: Said) -> Made:
    """A little file; how many it is of, who ordered it, when and in which process stands under it."""
    said(1, 2)
    (job.folder / "giay.txt").write_bytes(PAPER)
    under = f"{job.ward.names.ward}, {job.now.isoformat()}, {job.staff.name}, {job.wanted}, {os.getpid()}"
    return Made("giay.txt", 1, Markup.escape(under))


def slow(job: Job, said: Said) -> Made:
    """The same after a while, in which nobody else may be kept waiting."""
    for done in range(1, 31):
        said(done, 30)
        time.sleep(0.1)
    return paper(job, said)


def broken(job: Job, _said: Said) -> Made:
    """Fails with words that nobody should read in a log."""
    raise ValueError(f"số của bà Lan: {PHONE} {job.wanted}")


def killed(_job: Job, _said: Said) -> Made:
    """Ends its process as the system does when the memory is full."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it is dead")


def killed_once(job: Job, said: Said) -> Made:
    """The same the first time; the mark is left beside the store."""
    mark = job.files.folder.parent / "killed"
    if mark.exists():
        return paper(job, said)
    mark.touch()
    return killed(job, said)


def large(job: Job, _said: Said) -> Made:
    """More than any channel of the tests takes."""
    (job.folder / "to.bin").write_bytes(b"x" * 3_000_000)
    return Made("to.bin", 1, Markup("to"))


MAKES = {each.__name__: each for each in (paper, slow, broken, killed, killed_once, large)}


def with_makers(app: App) -> App:
    """The same bot, which makes these, too."""
    features = (*app.features, Feature(name="makers", makes=MAKES))
    return replace(app, features=features, routes=Routes.of(features))
