"""PostgreSQL: every table streamed out of one snapshot, and streamed back in one transaction."""

import csv
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.backup import Refused
from bot.backup.copying import CHUNK, private_file, private_folder, synced
from bot.backup.manifest import Manifest, Snapshot
from db.session import Database

TABLES = "tables"

# Two servers may write dates in two ways: in the copy they have one.
PLAIN = "SET LOCAL datestyle TO 'ISO, YMD'; SET LOCAL intervalstyle TO 'iso_8601'; SET LOCAL timezone TO 'UTC'"
OUT = "COPY {table} ({columns}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
IN = "COPY {table} ({columns}) FROM STDIN (FORMAT csv, HEADER, ENCODING 'UTF8')"


def take(database: Database, folder: Path) -> Snapshot:
    """Write every table as it stands at one moment; nobody waits. Raises Refused, psycopg.Error, SQLAlchemyError."""
    if not database.revision():
        raise Refused("The database has no tables yet: nothing to back up.")
    private_folder(folder / TABLES)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql(PLAIN)
        # Asked again inside the snapshot: a migration may have run since.
        revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
        tables = tables_in_order(connection)
        rows = {table: _out(connection, table, folder) for table in tables}
        return Snapshot("postgresql", revision, rows, _contents(connection, tables), _last_ids(connection, tables))


def load(connection: Connection, source: Path, manifest: Manifest) -> None:
    """Fill empty tables of the same revision. Raises Refused; psycopg.Error and SQLAlchemyError undo it all."""
    tables = tables_in_order(connection)
    if set(tables) != set(manifest.rows):
        strange = ", ".join(sorted(set(tables) ^ set(manifest.rows)))
        raise Refused(f"The tables of the database are not those of the backup ({strange}): give an empty database.")
    connection.exec_driver_sql(PLAIN)
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    _raw(connection).execute(sql.SQL("TRUNCATE {}").format(names))  # a migration may have put rows of its own there
    for table in tables:
        if _in(connection, table, source) != manifest.rows[table]:
            raise Refused(f"{source}: {TABLES}/{table}.csv has not the rows that the manifest counts.")
    for table in tables:
        _number_after(connection, table, manifest.last_ids.get(table, 1))


def tables_in_order(connection: Connection) -> list[str]:
    """Our tables, each after those that it refers to."""
    ordered = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name and name != "alembic_version"]


def _raw(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    driver: DBAPIConnection | None = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("PostgreSQL is reached through psycopg")
    return driver


def _out(connection: Connection, table: str, folder: Path) -> int:
    columns = [str(column["name"]) for column in inspect(connection).get_columns(table) if not column.get("computed")]
    with private_file(folder / TABLES / f"{table}.csv") as file, _raw(connection).cursor() as cursor:
        with cursor.copy(_statement(OUT, table, columns)) as copy:
            for data in copy:
                file.write(data)
        synced(file)
        return cursor.rowcount


def _in(connection: Connection, table: str, source: Path) -> int:
    path = source / TABLES / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with path.open("rb") as content, _raw(connection).cursor() as cursor:
        with cursor.copy(_statement(IN, table, columns)) as copy:
            while chunk := content.read(CHUNK):
                copy.write(chunk)
        return cursor.rowcount


def _statement(template: str, table: str, columns: list[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(template).format(table=sql.Identifier(table), columns=listed)


def _contents(connection: Connection, tables: list[str]) -> frozenset[str]:
    if "attachment" not in tables:
        return frozenset()
    stored = connection.exec_driver_sql("SELECT sha FROM attachment WHERE state = 'stored'")
    return frozenset(stored.scalars())


def _last_ids(connection: Connection, tables: list[str]) -> dict[str, int]:
    sequences = {table: _sequence(connection, table) for table in tables}
    return {
        table: int(connection.exec_driver_sql(f"SELECT last_value FROM {sequence}").scalar_one())  # noqa: S608 - the server named and quoted it
        for table, sequence in sequences.items()
        if sequence
    }


def _sequence(connection: Connection, table: str) -> str:
    """The sequence that numbers a table's rows, quoted by the server; empty where nothing does."""
    if not any(column["name"] == "id" for column in inspect(connection).get_columns(table)):
        return ""
    found = connection.exec_driver_sql("SELECT pg_get_serial_sequence(quote_ident(%s), 'id')", (table,))
    return str(found.scalar_one() or "")


def _number_after(connection: Connection, table: str, last: int) -> None:
    sequence = _sequence(connection, table)
    if sequence:
        connection.exec_driver_sql("SELECT setval(%s::regclass, %s)", (sequence, last))


def skip_ids(connection: Connection, skipped: int) -> None:
    """Let every table's next id be so much higher."""
    for table in tables_in_order(connection):
        sequence = _sequence(connection, table)
        if sequence:
            higher = f"SELECT setval(%s::regclass, last_value + %s) FROM {sequence}"  # noqa: S608 - the server quoted it
            connection.exec_driver_sql(higher, (sequence, skipped))
