"""Where papers are made: in a process of their own, because a thread that computes would make everybody wait for it.

The process is started with the first paper, ends when it had nothing to do for some minutes, which gives its memory
back, and ends with the bot however that ends, because the pipe between them does.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Protocol

from bot.feature import Job, Made, Maker, Said

log = logging.getLogger(__name__)

IDLE = 300.0
LONGEST = 900.0
"""Seconds after which a paper that is still being made is given up: something is wrong there."""

KINDNESS = 5
"""How far behind the bot the other process stands where the two want the same processor (nice)."""


class NotMade(Exception):
    """A try that failed; the message is for the log and holds nothing that people wrote."""


class Bench(Protocol):
    """A place to make papers at, one at a time."""

    async def make(self, maker: Maker, job: Job, said: Said) -> Made:
        """Make one. Raises NotMade."""

    def close(self) -> None:
        """Stop what is being made, and give everything back."""


class Here:
    """In this process, where nobody else waits."""

    async def make(self, maker: Maker, job: Job, said: Said) -> Made:
        """Make one. Raises NotMade."""
        made = await asyncio.to_thread(_tried, maker, job, said)
        if isinstance(made, Failure):
            raise NotMade(made.reason)
        return made

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True)
class Failure:
    """What the other process says of a try that failed."""

    reason: str


@dataclass(frozen=True)
class Progress:
    """What the other process says meanwhile."""

    done: int
    of: int


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection

    def stop(self) -> None:
        """It may be in the middle of something: nothing of it is kept."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.connection.close()


class Aside:
    """In one other process. `said` is called from a thread."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._worker: _Worker | None = None
        self._resting: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The other process, where there is one."""
        return self._worker.process.pid if self._worker else None

    async def make(self, maker: Maker, job: Job, said: Said) -> Made:
        """Make one. Raises NotMade, also where the process died."""
        if self._resting:
            self._resting.cancel()
        # Another process than that of the last paper, if it died meanwhile: nobody looks before there is something.
        if self._worker and not self._worker.process.is_alive():
            self.close()
        worker = self._worker = self._worker or _started()
        began = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST):
                answer = await asyncio.to_thread(_converse, worker.connection, maker, job, said)
        except (EOFError, OSError) as error:
            self.close()
            raise NotMade(f"the process that makes papers ended: {type(error).__name__}") from error
        except BaseException:
            self.close()
            raise
        log.info("a paper took %.1f s", time.monotonic() - began)
        self._resting = asyncio.get_running_loop().call_later(self._idle, self.close)
        if isinstance(answer, Failure):
            raise NotMade(answer.reason)
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._resting:
            self._resting.cancel()
        if self._worker:
            self._worker.stop()
        self._worker = self._resting = None


def _started() -> _Worker:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=work, args=(theirs,), name="papers", daemon=True)
    process.start()
    theirs.close()  # with the last end of the other side it is the end of the pipe, and so we hear of it
    return _Worker(process, ours)


def _converse(connection: Connection, maker: Maker, job: Job, said: Said) -> Made | Failure:
    connection.send((maker, job))
    while True:
        answer = connection.recv()
        if not isinstance(answer, Progress):
            return answer  # type: ignore[no-any-return]
        said(answer.done, answer.of)


def work(connection: Connection) -> None:
    """The other process: make what comes, until there is nobody to make it for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends us
    if hasattr(os, "nice"):
        os.nice(KINDNESS)
    with suppress(EOFError, OSError):
        while True:
            maker, job = connection.recv()
            answer = _tried(maker, job, lambda done, of: connection.send(Progress(done, of)))
            job.database.close()
            connection.send(answer)


def _tried(maker: Maker, job: Job, said: Said) -> Made | Failure:
    try:
        return maker(job, said)
    except Exception as error:
        # Where it happened, without the message, which may hold what people wrote.
        where = "".join(traceback.format_tb(error.__traceback__))
        return Failure(f"{type(error).__name__}\n{where}")
