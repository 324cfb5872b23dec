"""Run by Alembic: applies the migrations over the engine that the caller hands in."""

from alembic import context
from sqlmodel import SQLModel

import db.tables  # noqa: F401 - filling SQLModel.metadata is what the import is for

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, transaction_per_migration=True, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
