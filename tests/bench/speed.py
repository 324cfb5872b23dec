"""How fast: matching, the first answer of a new process, whole turns."""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faq
from bot.app import compose
from bot.settings import Settings
from tests.bench.quality import phrases, rows
from tests.bench.table import table
from tests.process import ROOT, environment
from tests.terminal import Owner

QUESTION = "ban online co phai dang ky ho kinh doanh k"
STARTS = 7
TURNS = 400


def matching() -> str:
    """Milliseconds a query and seconds to build, at three sizes."""
    content = faq.load_content()
    asked = [row["text"] for row in rows("questions")]
    shown = [_timed(f"shipped, {len(phrases(content))}", lambda: faq.content_index(content), asked)]
    for size in (1_000, 10_000):
        entries = _entries(content, size)
        shown.append(_timed(f"{size:,}", lambda entries=entries: faq.FaqIndex(entries), asked))
    return table("Matching, one core", ("phrases", "build s", "p50 ms", "p99 ms"), shown)


def _entries(content: faq.Content, size: int) -> list[tuple[str, list[str]]]:
    """Phrases in groups of ten; beyond the shipped ones, halves of two of them joined."""
    chance = random.Random(1)
    known = [text.split() for _, text in phrases(content)]
    made = []
    for _ in range(size):
        one, other = chance.choice(known), chance.choice(known)
        made.append(" ".join(one[: len(one) // 2 + 1] + other[len(other) // 2 :]))
    return [(f"entry-{at // 10}", made[at : at + 10]) for at in range(0, size, 10)]


def _timed(name: str, build: object, asked: list[str]) -> list[object]:
    assert callable(build)
    started = time.perf_counter()
    index = build()
    built = time.perf_counter() - started
    taken = []
    for text in asked * 2:
        started = time.perf_counter()
        index.match(text)
        taken.append(1000 * (time.perf_counter() - started))
    p99 = statistics.quantiles(taken, n=100)[98]
    return [name, f"{built:.2f}", f"{statistics.median(taken):.2f}", f"{p99:.2f}"]


def cold_start() -> str:
    """Seconds from the start of a process to its end after one answer; the very first also makes the tables."""
    new, again, bare = [], [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            new.append(_one_answer(Path(folder)))
            again.append(_one_answer(Path(folder)))
        bare.append(_bare())
    shown = [
        [
            "first start, tables made",
            f"{statistics.median(new):.2f}",
            f"{statistics.median(new) / statistics.median(bare):.0f}",
        ],
        [
            "later starts",
            f"{statistics.median(again):.2f}",
            f"{statistics.median(again) / statistics.median(bare):.0f}",
        ],
        ["python -c pass", f"{statistics.median(bare):.2f}", "1"],
    ]
    return table(f"Cold start to the first answer, median of {STARTS}", ("process", "s", "ratio"), shown)


def _one_answer(data: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot", "run"]
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment(data),
        input=f"{QUESTION}\n",
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _bare() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


def turns() -> str:
    """Whole turns with delivery, each with its commits on a real file."""
    asked = [row["text"] for row in rows("questions")][:TURNS]
    with tempfile.TemporaryDirectory() as folder:
        app = compose(Settings(data_dir=Path(folder)))
        people = [Owner(app, f"owner{number}") for number in range(20)]
        started = time.perf_counter()
        for number, text in enumerate(asked):
            people[number % len(people)].says(text)
        taken = time.perf_counter() - started
        app.database.close()
    return table("Turns, received to delivered", ("turns", "a second"), [[len(asked), f"{len(asked) / taken:.0f}"]])
