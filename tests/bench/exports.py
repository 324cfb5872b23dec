"""How fast the ward's table of 100,000 cases becomes a file, and how much memory that takes."""

import multiprocessing
import tempfile
import time
from pathlib import Path

from bot.app import compose
from bot.core.clock import FrozenClock
from bot.reports.exports.masking import masked
from bot.reports.exports.names import Known
from bot.reports.exports.rules import Form, Protected, Selection
from bot.reports.exports.table import Press, export
from bot.settings import Settings
from db.staff import Role
from tests.bench import memory
from tests.bench.cases import CASES, NOW, OFFICERS, fill
from tests.bench.table import table
from tests.crew import join

MADE = [(name, form) for name in ("xlsx", "csv", "json") for form in (Form.FULL, Form.MASKED)]


def exports() -> str:
    """Seconds from the order to the finished file, and megabytes at the most above the idle bot; SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        # A process each: what one export took is not given back to the measure of the next.
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            shown = [pool.apply(_made, (Path(folder), name, form)) for name, form in MADE]
    return table(f"The table of {CASES:,} cases as a file", ("file", "s", "MB above idle", "MB of file"), shown)


PIECES = ("a.", "a-", "a@", "a.@", "www.", "Nguyễn ", "số 1 Ab ", "1/", "(a) a.")


def long_texts() -> str:
    """How the time to mask a text grows that is one piece over and over: 4 is in proportion to its length."""
    shown = []
    for piece in PIECES:
        short, long = (min(_masking(piece * times) for _ in range(3)) for times in (2_000, 8_000))
        shown.append([repr(piece), f"{1000 * short:.1f}", f"{1000 * long:.1f}", f"{long / short:.1f}"])
    return table("Masking 2,000 and 8,000 times the same", ("piece", "ms", "ms", "ratio"), shown)


def _masking(text: str) -> float:
    started = time.perf_counter()
    masked([text], Known(business="Sao Mai"))
    return time.perf_counter() - started


def _fill(folder: Path) -> None:
    app = compose(Settings(data_dir=folder), clock=FrozenClock(NOW))
    staff = [join(app, f"can bo {number}", Role.OFFICER, unit="kthtdt") for number in range(OFFICERS)]
    for _batch in fill(app, staff):
        pass
    app.database.close()


def _made(folder: Path, name: str, form: Form) -> list[str]:
    app = compose(Settings(data_dir=folder), clock=FrozenClock(NOW))
    press, target = Press(app.database, app.files, app.say, app.profile(), NOW), folder / f"table.{name}"
    idle, started = memory.now(), time.perf_counter()
    memory.forget_peak()
    export(press, Selection(), form, Protected.SHOWN, name, target, lambda _done, _count: None)
    taken, above = time.perf_counter() - started, memory.peak() - idle
    app.database.close()
    size = target.stat().st_size / 1e6
    return [f"{name.upper()}, {form.value}", f"{taken:.1f}", f"{above:.0f}", f"{size:.0f}"]


if __name__ == "__main__":
    print(exports())
