"""Every statement of a conversation runs on an index: a ward's tenth year is as fast as its first day."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from bot.feature import App
from db import dispatch
from db.inbox import Scope
from tests.terminal import Owner

Asked = list[tuple[str, tuple[object, ...]]]


@pytest.fixture
def asked(app: App) -> Iterator[Asked]:
    """Every statement that the bot sends to SQLite, with its values."""
    found: Asked = []

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "WITH")):
            found.append((statement, tuple(values)))

    event.listen(app.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(app.database.engine, "before_cursor_execute", note)


PARTIAL = (
    "inbox_open",
    "outbox_ready",
    "outbox_one_in_flight",
    "outbox_open_of_chat",
    "order_open",
    "order_kept",
    "meeting_question_untold",
    "own_entry_returned",
    "CONSTANT ROW",
)


def scans(app: App, asked: Asked) -> set[tuple[str, str]]:
    """Statements that read a whole table, with the step of the plan that does."""
    found = set()
    with app.database.engine.connect() as connection:
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            steps = [str(step[3]) for step in plan]
            found |= {(step, statement) for step in steps if step.startswith("SCAN") and "INDEX" not in step}
            found |= {(step, statement) for step in steps if step.startswith("SCAN") and not _partial(step)}
        connection.rollback()
    return found


def _partial(step: str) -> bool:
    """A scan of a partial index reads only what is open, however long the history is."""
    return any(name in step for name in PARTIAL)


def test_no_statement_of_a_conversation_reads_a_whole_table(app: App, asked: Asked) -> None:
    lan = Owner(app, "lan")
    lan.says("xin chào", "nộp hồ sơ online ở đâu", "4", "1", "bỏ qua", "/chude", "1", "xyz", "/start", "gặp cán bộ")
    assert len(asked) > 100
    assert scans(app, asked) == set()


def test_the_next_message_is_found_through_what_is_ready_alone(app: App, asked: Asked) -> None:
    Owner(app, "lan").says("/start")
    asked.clear()
    with app.database.write() as session:
        dispatch.claim(session, Scope("telegram"), app.clock())
    (statement, values), *_ = asked
    with app.database.engine.connect() as connection:
        plan = [str(step[3]) for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        connection.rollback()
    assert plan[0] == "SEARCH outbox USING INDEX outbox_ready (channel=? AND lane=? AND not_before<?)"
    assert not any("TEMP B-TREE" in step for step in plan)
