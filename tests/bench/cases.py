"""How fast the desk is in a ward's tenth year: 100,000 cases on SQLite, of which 3 in 100 are open."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, select

from bot.app import compose
from bot.cases.rules import words_of
from bot.channels.terminal import Terminal
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import ChatRef, Command, Incoming, Press, Sender, What
from bot.feature import App
from bot.runtime.turn import run
from bot.settings import Settings
from db.cases import Case, CaseEvent, Status
from db.letters import Delivery, Kind, Letter, LetterState
from db.people import Person
from db.staff import Role, Staff
from tests.bench.table import table
from tests.crew import join

Row = dict[str, Any]

CASES = 100_000
OPEN_SHARE = 0.03
AT_ONCE = 2_000
TIMES = 100
NOW = datetime(2036, 12, 1, 9, 0, tzinfo=VIETNAM)
OFFICERS = 6

OPEN = (Status.RECEIVED, Status.WORKING, Status.WORKING, Status.WAITING, Status.FORWARDED)
SUBJECTS = ("via-he", "moi-truong", "ha-tang", "thue", "dkkd", "mot-cua")
UNITS = ("kthtdt", "kthtdt", "ttpvhcc", "vp")
THINGS = [
    "vỉa hè",
    "rác thải",
    "cống thoát nước",
    "đèn đường",
    "biển hiệu",
    "hóa đơn",
    "xe ba gác",
    "loa kéo",
    "dây điện",
    "nắp hố ga",
]
TROUBLES = ["bị lấn chiếm", "ba ngày chưa ai dọn", "hỏng từ tuần trước", "gây ồn cả buổi tối", "không đúng hướng dẫn"]
WISHES = ["đề nghị phường kiểm tra", "mong cán bộ trả lời sớm", "xin hướng dẫn cụ thể", "cần nhắc nhở các hộ"]
STREETS = ["Nguyễn Lương Bằng", "Đồng Niên", "Chợ Mát", "Việt Hòa", "Đỗ Xá", "Ngô Quyền", "Tân Kim"]


def desk() -> str:
    """Milliseconds of a turn with its commit, without the sending: cards, first pages, searches."""
    with tempfile.TemporaryDirectory() as folder:
        app = compose(Settings(data_dir=Path(folder)), clock=FrozenClock(NOW))
        staff = [join(app, f"can bo {number}", Role.OFFICER, unit="kthtdt") for number in range(OFFICERS)]
        join(app, "lanh dao", Role.LEADER)
        _fill(app, staff)
        shown = [[name, *_timed(app, who, asked)] for name, who, asked in _asked(app)]
        app.database.close()
    return table(f"The desk with {CASES:,} cases", ("turn", "p50 ms", "p95 ms"), shown)


def _asked(app: App) -> Iterator[tuple[str, str, list[What]]]:
    """What is measured: its name, who asks, what they press or type."""
    officer = "can bo 1"
    for status in (Status.WORKING, Status.CLOSED):
        with app.database.read() as session:
            found = session.exec(select(Case.id).where(Case.status == status).limit(TIMES)).all()
        yield f"card of a case that is {status}", officer, [Press(f"case.open:{case_id}") for case_id in found]
    yield "/viec, an officer", officer, [Command("viec")] * TIMES
    yield "/viec, a leader", "lanh dao", [Command("viec")] * TIMES
    for which in ("mine", "unit", "today", "late", "free", "untold"):
        yield f"first page: {which}", officer, [Press(f"viec.page:{which}")] * TIMES
    yield "search: telephone number", officer, [_search(f"09{7 * at:08d}") for at in range(1, TIMES)]
    yield "search: rare word", officer, [_search(f"ngõ{7 * at} vỉa hè") for at in range(1, TIMES)]
    yield "search: frequent words", officer, [_search("rác thải chợ m")] * TIMES
    yield "search: frequent words that never meet", officer, [_search("thải cống nguyễn")] * TIMES


def _search(words: str) -> Command:
    return Command("timviec", words)


def _timed(app: App, who: str, asked: list[What]) -> list[str]:
    channel, chat, taken = Terminal(app.say, files=app.files), ChatRef("terminal", who), []
    for what in asked:
        incoming = Incoming(f"bench:{uuid4().hex}", chat, Sender(who, who), NOW, what)
        started = time.perf_counter()
        with app.database.write() as session:
            run(app, channel, session, incoming, NOW)
        taken.append(1000 * (time.perf_counter() - started))
    return [f"{statistics.median(taken):.1f}", f"{statistics.quantiles(taken, n=20)[18]:.1f}"]


def _fill(app: App, staff: list[Staff]) -> None:
    """Ten years of cases, the newest of them still open."""
    for session, rows in fill(app, staff):
        words = [(word, row["id"]) for row in rows for word in words_of(Case(**row))]
        session.connection().exec_driver_sql("INSERT INTO case_word (word, case_id) VALUES (?, ?)", words)


def fill(app: App, staff: list[Staff]) -> Iterator[tuple[Session, list[Row]]]:
    """The same but for the words that they are found by: the transaction and the cases of each batch."""
    chance = random.Random(1)
    with app.database.write() as session:
        _put(session, Person, [{"name": "Lan", "created_at": NOW} for _ in range(CASES // 5)])
    made = (_case(chance, number, staff) for number in range(1, CASES + 1))
    while rows := list(islice(made, AT_ONCE)):
        with app.database.write() as session:
            _put(session, Case, rows)
            _put(session, CaseEvent, [event for row in rows for event in _events(row)])
            _put(session, Letter, [_letter(chance, row) for row in rows if row["closed_at"]])
            yield session, rows


def _put(session: Session, into: type[SQLModel], rows: list[Row]) -> None:
    if rows:
        session.connection().execute(insert(into.metadata.tables[str(into.__tablename__)]), rows)


def _case(chance: random.Random, number: int, staff: list[Staff]) -> Row:
    opened = number > CASES * (1 - OPEN_SHARE)
    received = NOW - timedelta(days=(CASES - number) * 3650 / CASES)
    status = chance.choice(OPEN) if opened else Status.CLOSED
    return {
        "id": number,
        "key": f"bench:{number}",
        "code": f"VH-{received.year}-{number}",
        "year": received.year,
        "number": number,
        "status": status,
        "subject": chance.choice(SUBJECTS),
        "text": " ".join(chance.choice(part) for part in (THINGS, TROUBLES, WISHES)) + f", ngõ{number}",
        "place": f"{chance.randint(1, 300)} {chance.choice(STREETS)}",
        "business": f"Cửa hàng {chance.choice(STREETS)}",
        "phone": f"09{number:08d}",
        "protected": chance.random() < 0.01,
        "reporter_id": chance.randint(1, CASES // 5),
        "unit": chance.choice(UNITS),
        "assignee_id": None if status == Status.RECEIVED else chance.choice(staff).id,
        "received_at": received,
        "acknowledge_by": received,
        "acknowledged_at": received,
        "due_on": received.date() + timedelta(days=14),
        "answered_at": None if opened else received,
        "answered_due_on": None if opened else received.date(),
        "closed_at": None if opened else received,
    }


def _events(case: Row) -> Iterator[Row]:
    acts = ("log", "take") if case["closed_at"] is None else ("log", "take", "note", "reply", "clear", "mark")
    for number, act in enumerate(acts, start=1):
        same = {"case_id": case["id"], "number": number, "at": case["received_at"], "act": act}
        yield same | {"before": "", "after": case["status"], "data": {}, "note": "đã kiểm tra tại chỗ", "key": ""}


def _letter(chance: random.Random, case: Row) -> Row:
    delivery = Delivery.FAILED if chance.random() < 0.001 else Delivery.DELIVERED
    said = {"text": "UBND phường đã kiểm tra và xử lý xong tại chỗ.", "basis": "Biên bản", "officer": "Cán bộ"}
    sent = {"state": LetterState.SENT, "delivery": delivery, "sent_at": case["received_at"]}
    return said | sent | {"case_id": case["id"], "kind": Kind.ANSWER, "created_at": case["received_at"]}
