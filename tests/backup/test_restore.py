"""What a restore brings back, what it changes on purpose, and what it never writes over."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, func, select

import db.tables  # noqa: F401 - all tables are compared
from bot.backup import Refused
from bot.backup.aftermath import CODES_SKIPPED, IDS_SKIPPED
from bot.backup.restore import restore
from bot.settings import Settings
from db.cases import next_number
from db.files import Files
from db.inbox import InboxRow, InboxState
from db.migrations import HEAD
from db.outbox import OutboxRow
from db.people import Person
from db.questions import QuestionRow
from db.session import Database
from tests.backup.ward import AWKWARD, NOON, a_case, backed_up, environment, everything, filled, same_but_settled
from tests.conftest import MORNING
from tests.process import bot


def test_every_kind_of_value_comes_back(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    sha = filled(lost)
    before = everything(lost)
    restored = restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    same_but_settled(before, everything(fresh))
    assert restored.files == 1
    assert Files(fresh.data_dir / "files").check(sha)


def test_what_was_under_way_is_in_doubt_and_what_came_in_is_still_open(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    restored = restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    assert (restored.aftermath.doubtful, restored.aftermath.open_events) == (3, 1)
    with closing(Database(fresh.database)) as database, database.read() as session:
        rows = session.exec(select(OutboxRow).order_by(col(OutboxRow.number))).all()
        assert [row.state for row in rows] == ["sent", "doubt", "doubt", "doubt"]
        assert [(row.reason, row.settled_at) for row in rows[1:]] == [("restored", NOON)] * 3
        assert session.exec(select(InboxRow.state)).one() == InboxState.OPEN


def test_ids_and_codes_given_since_the_backup_never_come_to_mean_something_else(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(lost.database)) as database, database.write() as session:
        since = [a_case(session, 1) for _ in range(5)]
        session.add_all(since)
        session.flush()
        ids, codes = {case.id for case in since}, {case.code for case in since}
    restore(fresh, folder, NOON + timedelta(days=31))
    with closing(Database(fresh.database)) as database, database.write() as session:
        case, question = a_case(session, 1), QuestionRow(key="a", chat_id=1, text="", asked_at=NOON, decision="none")
        session.add_all([case, question])
        session.flush()
        assert case.code not in codes
        assert case.id not in ids
        assert min(case.id, question.id) > IDS_SKIPPED
        assert next_number(session, 2027) == CODES_SKIPPED + 1


def test_a_backup_from_before_a_migration_is_brought_forward(bare: Settings, fresh: Settings, tmp_path: Path) -> None:
    with closing(Database(bare.database)) as database:
        database.upgrade("0001")
        with database.write() as session:
            session.connection().exec_driver_sql("INSERT INTO person (name, created_at) VALUES ('Lan', '2026-12-01')")
    restore(fresh, backed_up(bare, tmp_path / "kept"), NOON)
    with closing(Database(fresh.database)) as database, database.write() as session:
        assert session.exec(select(Person.name)).all() == ["Lan"]
        assert next_number(session, 2026) == CODES_SKIPPED + 1
        session.add(person := Person(name="Minh", created_at=NOON))
        session.flush()
        assert person.id > IDS_SKIPPED
    with closing(Database(fresh.database)) as database:
        assert database.revision() == HEAD


def test_a_place_that_holds_data_is_never_written_over(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    before = everything(lost)
    refused = bot(lost.data_dir, "restore", "--from", str(folder), **environment(lost))
    assert refused.returncode == 2
    assert "already holds" in refused.stderr
    assert everything(lost) == before
    restore(fresh, folder, NOON)
    with pytest.raises(Refused, match="already holds"):
        restore(fresh, folder, NOON)


def test_empty_tables_are_no_data(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(fresh.database)) as database:
        database.migrate()
    restore(fresh, folder, NOON)
    assert len(everything(fresh)["case"]) == 2


def test_twenty_thousand_rows(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    with closing(Database(lost.database)) as database, database.write() as session:
        rows = [{"name": AWKWARD, "created_at": MORNING}] * 20_000
        session.execute(sa.insert(Person), rows)
    restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    with closing(Database(fresh.database)) as database, database.read() as session:
        assert session.exec(select(func.count()).select_from(Person).where(Person.name == AWKWARD)).one() == 20_001
