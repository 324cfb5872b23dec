"""Ticks at once, ticks cut short, and what a tick costs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, update
from sqlmodel import Session, func, select

from bot.cases import owed
from bot.feature import App, Work
from bot.runtime.jobs import tick
from bot.settings import Settings
from db.cases import Case, Status
from db.clockwork import Daily, Reminder
from db.outbox import OutboxRow
from db.session import Database
from db.staff import Role, Staff
from tests.cases.days import Days, sent
from tests.crew import join


@pytest.fixture
def settings(with_saturday: Settings) -> Settings:
    """On both databases."""
    return with_saturday


def test_two_processes_may_tick_at_once(days: Days, minh: Staff) -> None:
    for number in range(8):
        days.took(minh, days.raised(f"owner{number}"))
    days.at("2026-12-16 08:00")
    other = replace(days.app, database=Database(days.app.database.url.render_as_string(hide_password=False)))
    start = Barrier(2)

    def run(app: App) -> None:
        start.wait()
        tick(app)

    threads = [Thread(target=run, args=(app,)) for app in (days.app, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(days.app)  # where the two were in each other's way, one of them left something to the next
    other.database.close()
    assert len(days.heard("minh", "reminder:")) == len(days.heard("hai", "reminder:")) == 8
    assert len(days.heard("minh", "digest:")) == len(days.heard("hai", "digest:")) == 1


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def statements(app: App, seen: Callable[[str], None]) -> Iterator[None]:
    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen(statement)

    event.listen(app.database.engine, "before_cursor_execute", listen)
    yield
    event.remove(app.database.engine, "before_cursor_execute", listen)


def killed_at(app: App, last: int) -> bool:
    """One tick that ends at that statement; False where it came to its end before."""
    done = 0

    def seen(_statement: str) -> None:
        nonlocal done
        done += 1
        if done == last:
            raise Killed

    with statements(app, seen):
        try:
            tick(app)
        except Killed:
            return True
    return False


def traces(days: Days) -> int:
    with days.app.database.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (OutboxRow, Reminder, Daily)
        )


def test_a_restart_between_any_two_statements_loses_and_doubles_nothing(days: Days, minh: Staff) -> None:
    first, second, third = (days.raised(who) for who in ("lan", "hoa", "mai"))
    for case_id in (first, second, third):
        days.took(minh, case_id)
    days.answered(minh, second)
    days.platform()
    days.at("2026-12-16 08:00")
    last, before = 1, traces(days)
    while killed_at(days.app, last):
        # What was committed is done: the rest is killed at each of its statements again.
        last, before = (last + 1 if traces(days) == before else 1), traces(days)
    assert len(days.heard("minh", "reminder:")) == len(days.heard("hai", "reminder:")) == 2
    assert len(days.heard("minh", "digest:")) == len(days.heard("hai", "digest:")) == 1
    assert days.case(second).silent_since == days.clock.now


def test_what_fails_for_one_holds_up_no_other(days: Days, caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def do(_work: Work, one: int) -> None:
        if one == 2:
            raise RuntimeError
        done.append(one)

    owed.each(days.app, [1, 2, 3], do)
    assert done == [1, 3]
    assert "do not done for 2" in caplog.text


def many(session: Session, due_on: date, count: int, now: datetime) -> None:
    for number in range(1, count + 1):
        session.add(
            Case(
                key=f"case {number}",
                code=f"VH-2026-{number:04d}",
                year=2026,
                number=number,
                subject="khac",
                text="",
                unit="kthtdt",
                received_at=now,
                acknowledge_by=now,
                acknowledged_at=now,
                due_on=due_on,
                status=Status.WORKING,
            )
        )


def counted(app: App) -> int:
    seen: list[str] = []
    with statements(app, seen.append):
        tick(app)
    return len(seen)


def test_a_thousand_open_cases_cost_a_tick_few_statements(days: Days) -> None:
    with days.app.database.write() as session:
        many(session, date(2026, 12, 31), 1000, days.clock.now)
    tick(days.app)
    nothing_due = counted(days.app)
    assert nothing_due <= 60
    with days.app.database.write() as session:
        session.execute(update(Case).values(due_on=date(2026, 12, 3)))
    assert counted(days.app) <= nothing_due + 1000 * 12
    assert len(days.heard("minh", "reminder:")) == 1000
    assert counted(days.app) == nothing_due


def test_everything_that_is_due_is_found_by_an_index(days: Days, minh: Staff) -> None:
    if not days.app.database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables without an index")
    for role in (Role.ADMIN, Role.HEAD):
        join(days.app, role, role, name=role)
    sent(days, minh)
    days.raised("hoa")
    days.platform()
    seen: list[tuple[str, object]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(days.app.database.engine, "before_cursor_execute", listen)
    days.until("2026-12-04 09:00")
    event.remove(days.app.database.engine, "before_cursor_execute", listen)
    slow: set[str] = set()
    with days.app.database.engine.connect() as connection:
        for statement, parameters in dict(seen).items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            slow |= {f"{row[-1]}: {statement}" for row in plan if row[-1].startswith("SCAN") and "INDEX" not in row[-1]}
    assert slow == set()
