"""How fast the figures of a ward's tenth year are: 100,000 cases and 500,000 questions on SQLite."""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot.app import compose
from bot.core.clock import VIETNAM, FrozenClock, local_date
from bot.core.events import ChatRef, Sender
from bot.feature import App
from bot.people.service import recognise
from bot.reports.exports.table import Press
from bot.reports.figures.drawing import FIGURES, draw, worded
from bot.settings import Settings
from db.cases import Case, Status
from db.questions import QuestionRow
from tests.bench.table import table

Row = dict[str, Any]

CASES, QUESTIONS = 100_000, 500_000
DAYS = 3650
AT_ONCE = 5_000
TIMES = 7
NOW = datetime(2036, 12, 4, 9, 0, tzinfo=VIETNAM)
ROOT = Path(__file__).parent.parent.parent

OPEN = (Status.RECEIVED, Status.WORKING, Status.WAITING, Status.FORWARDED)
SUBJECTS = ("via-he", "moi-truong", "ha-tang", "thue", "dkkd", "mot-cua")
UNITS = ("kthtdt", "kthtdt", "ttpvhcc", "vp", "cap")
DECISIONS = ("answer", "answer", "answer", "shown", "suggest", "none", "smalltalk", "report")


def charts() -> str:
    """Milliseconds of each figure: its numbers in words, and its picture; the first picture also loads the painter."""
    with tempfile.TemporaryDirectory() as folder:
        app = compose(Settings(data_dir=Path(folder)), clock=FrozenClock(NOW))
        fill(app)
        press = Press(app.database, app.files, app.say, app.profile(), NOW)
        first = [_first(Path(folder)) for _ in range(2)]
        shown = [_figure(press, which, Path(folder) / "figure.png") for which in FIGURES]
        app.database.close()
    rows = [
        *shown,
        ["a new process, its first picture, fonts looked for", "", f"{first[0]:.0f}"],
        ["the same, fonts known", "", f"{first[1]:.0f}"],
    ]
    title = f"Figures of {CASES:,} cases and {QUESTIONS:,} questions"
    return table(title, ("figure", "words ms", "picture ms"), rows)


def _figure(press: Press, which: str, target: Path) -> list[str]:
    words = _median(lambda: worded(press, which, "", protected=True))
    return [which, f"{words:.0f}", f"{_median(lambda: draw(press, which, '', target, protected=True)):.0f}"]


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


FIRST = """
from pathlib import Path
from bot.core.clock import utc_now
from bot.reports.exports.table import Press
from bot.reports.figures.drawing import draw
from bot.text import Texts
from bot.ward import SHIPPED, read
from db.files import Files
from db.session import Database
import sys, time
folder = Path(sys.argv[1])
database, files = Database(f"sqlite:///{folder}/dong-hanh.sqlite3"), Files(folder / "files")
press = Press(database, files, Texts(), read(SHIPPED), utc_now())
started = time.perf_counter()
draw(press, "weeks", "", folder / "first.png")
print(1000 * (time.perf_counter() - started))
"""


def _first(folder: Path) -> float:
    command = [sys.executable, "-c", FIRST, str(folder)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def fill(app: App) -> None:
    """Ten years of cases, of which 2 in 100 were never answered, and of questions."""
    chance = random.Random(1)
    with app.database.write() as session:
        chat, _ = recognise(session, ChatRef("terminal", "lan"), Sender("lan", "Lan"), NOW)
        chat_id = chat.id
    _put_all(app, Case, (_case(chance, number) for number in range(1, CASES + 1)))
    _put_all(app, QuestionRow, (_question(chance, number, chat_id) for number in range(1, QUESTIONS + 1)))


def _put_all(app: App, into: type[SQLModel], made: Iterator[Row]) -> None:
    while rows := list(islice(made, AT_ONCE)):
        with app.database.write() as session:
            _put(session, into, rows)


def _put(session: Session, into: type[SQLModel], rows: Sequence[Row]) -> None:
    session.connection().execute(insert(into.metadata.tables[str(into.__tablename__)]), rows)


def _case(chance: random.Random, number: int) -> Row:
    received = NOW - timedelta(days=(CASES - number) * DAYS / CASES)
    answered = received + timedelta(days=min(chance.expovariate(1 / 6), 40))
    opened = answered > NOW or chance.random() < 0.02
    due_on = local_date(received) + timedelta(days=14)
    return {
        "id": number,
        "key": f"bench:{number}",
        "code": f"VH-{received.year}-{number}",
        "year": received.year,
        "number": number,
        "status": chance.choice(OPEN) if opened else Status.CLOSED,
        "subject": chance.choice(SUBJECTS),
        "text": "Rác thải ba ngày chưa ai dọn, đề nghị phường kiểm tra và nhắc nhở các hộ. " * chance.randint(1, 5),
        "protected": chance.random() < 0.01,
        "unit": chance.choice(UNITS),
        "received_at": received,
        "acknowledge_by": received,
        "due_on": due_on,
        "answered_at": None if opened else answered,
        "answered_due_on": None if opened else due_on,
        "closed_at": None if opened else answered,
        "mark": None if opened else chance.choice((None, 5, 5, 4, 4, 3, 1)),
    }


def _question(chance: random.Random, number: int, chat_id: int) -> Row:
    decision = chance.choice(DECISIONS)
    return {
        "key": f"bench:{number}",
        "chat_id": chat_id,
        "text": "" if decision == "shown" else f"cho hỏi thủ tục số {int(chance.paretovariate(1))} làm thế nào",
        "decision": decision,
        "entry": f"entry-{int(chance.paretovariate(1))}" if decision in {"answer", "shown"} else "",
        "asked_at": NOW - timedelta(days=(QUESTIONS - number) * DAYS / QUESTIONS),
    }
