"""How soon a phrasing attached in one process is answered by another that runs."""

import tempfile
import time
from pathlib import Path
from subprocess import Popen

from sqlmodel import col, select

from bot.app import compose
from bot.feature import App
from bot.settings import Settings
from db.questions import QuestionRow
from tests.answers.own_rows import attach
from tests.bench.table import table
from tests.postgresql import running
from tests.process import kill_9, started

ENTRY = "kd-dang-ky-ho-kinh-doanh"
CHANGES = 10
COLUMNS = ("database", "changes", "median ms", "worst ms")


def answered() -> str:
    """From the commit of the phrasing to the commit of its answer, on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        shown = [_measured("SQLite", Path(folder), f"sqlite:///{folder}/ward.sqlite3")]
    with running() as server, server.database() as url, tempfile.TemporaryDirectory() as folder:
        shown.append(_measured("PostgreSQL", Path(folder), url))
    return table("A phrasing attached here, answered there", COLUMNS, shown)


def _measured(name: str, folder: Path, url: str) -> list[object]:
    app = compose(Settings(data_dir=folder, database_url=url))
    other = started(folder, "chat", "--as", "minh", DATABASE_URL=url)
    try:
        _asked(app, other, "xin chào")
        taken = sorted(_seconds(app, other, number) for number in range(1, CHANGES + 1))
    finally:
        kill_9(other)
        app.database.close()
    return [name, CHANGES, f"{taken[CHANGES // 2] * 1000:.0f}", f"{taken[-1] * 1000:.0f}"]


def _seconds(app: App, other: Popen[str], number: int) -> float:
    text = f"nuôi ong mật trên ban công tầng {number}"
    attach(app, ENTRY, text)
    begun = time.perf_counter()
    row = _asked(app, other, text)
    assert (row.decision, row.entry) == ("answer", ENTRY)
    return time.perf_counter() - begun


def _asked(app: App, other: Popen[str], text: str) -> QuestionRow:
    assert other.stdin
    other.stdin.write(f"{text}\n")
    other.stdin.flush()
    while True:
        with app.database.read() as session:
            row = session.exec(select(QuestionRow).order_by(col(QuestionRow.id).desc()).limit(1)).first()
        if row and row.text == text:
            return row
        time.sleep(0.005)
