"""The migrations lead to exactly the tables that the models describe, and the newest one is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel

import db.tables
from db.migrations import HEAD
from db.session import Database


@pytest.fixture
def database(bare_database_url: str) -> Iterator[Database]:
    database = Database(bare_database_url)
    database.migrate()
    yield database
    database.close()


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_constraints_of_the_models_are_in_the_migrated_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        found = inspect(connection)
        for table in SQLModel.metadata.tables.values():
            named = {constraint["name"] for constraint in found.get_check_constraints(table.name)}
            named |= {constraint["name"] for constraint in found.get_unique_constraints(table.name)}
            wanted = {str(constraint.name) for constraint in table.constraints if constraint.name}
            assert wanted <= named, table.name


def test_the_newest_revision_is_the_named_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(db.tables.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_at_the_newest_revision_is_left_alone(database: Database) -> None:
    assert database.revision() == HEAD
    database.migrate()
    assert database.revision() == HEAD
