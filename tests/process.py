"""The bot as a real process: started, fed, killed."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import faq

ROOT = Path(__file__).parent.parent
OURS = (
    "TELEGRAM_TOKEN",
    "TELEGRAM_API_URL",
    "TELEGRAM_PROXY",
    "TELEGRAM_RATE",
    "DATABASE_URL",
    "DATA_DIR",
    "WARD_FILE",
    "LOG_LEVEL",
)


def environment(data: Path, **more: str) -> dict[str, str]:
    """A clean environment: of our settings only those given; empty ones win over a developer's .env."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | dict.fromkeys(OURS, "") | {"DATA_DIR": str(data), "PYTHONIOENCODING": "utf-8"} | more


@cache
def _index() -> Path:
    """A folder with the index of the shipped FAQ."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    faq.cached_index(faq.load_content(), folder)
    return folder


def _as_used(data: Path, arguments: tuple[str, ...]) -> None:
    """For those who talk the index is there, as if the bot had been started before: building it takes a second."""
    if {"run", "chat"} & {*arguments} and data.is_dir():
        shutil.copytree(_index(), data, dirs_exist_ok=True)


def bot(data: Path, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot …` to its end."""
    _as_used(data, arguments)
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(data, **more),
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def started(data: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """A bot that runs until it is told to stop, or killed."""
    _as_used(data, arguments)
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment(data, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def kill_9(process: subprocess.Popen[str]) -> None:
    """No chance to clean up."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stderr):
        if stream:
            try:
                stream.close()
            except BrokenPipeError:
                continue
