"""What an older copy must not do as if no time had passed: send again, give a number out again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from bot.backup import postgresql as from_postgresql
from bot.backup import sqlite as from_sqlite
from bot.core.clock import local_date
from db.cases import CaseCount
from db.dossiers import DossierCount
from db.inbox import InboxRow, InboxState
from db.outbox import READY, UNDER_WAY, OutboxRow, OutboxState

IDS_SKIPPED = 100_000
"""Ids left out in every table.

The rows written since the backup are lost, the buttons that name them are still in people's chats: they must not
come to mean other rows.
"""

CODES_SKIPPED = 100
"""Numbers left out of the year's codes: those given since the backup were told to people, who will come with them."""


@dataclass(frozen=True)
class Aftermath:
    """How many messages are in doubt now, and how many events are still to be handled."""

    doubtful: int
    open_events: int


def settled(session: Session, now: datetime) -> Aftermath:
    """Leave nothing to be sent twice; works at whatever revision the backup has."""
    return Aftermath(_doubt(session, now), _open_events(session))


def skip_numbers(session: Session, made_at: datetime, now: datetime) -> None:
    """Leave out what may have been given since the backup: ids, and codes of every year from its own to this one."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        from_sqlite.skip_ids(connection, IDS_SKIPPED)
    else:
        from_postgresql.skip_ids(connection, IDS_SKIPPED)
    for counts in (CaseCount, DossierCount):
        if inspect(connection).has_table(str(counts.__tablename__)):
            for year in range(local_date(made_at).year, local_date(now).year + 1):
                _skip(session, counts, year)


def _doubt(session: Session, now: datetime) -> int:
    """What was not settled then may have been delivered since: an officer asks, the bot does not repeat it."""
    unsettled = sa.update(OutboxRow).where(sa.or_(READY, UNDER_WAY))
    doubted = unsettled.values(state=OutboxState.DOUBT, reason="restored", settled_at=now)
    return session.connection().execute(doubted).rowcount


def _open_events(session: Session) -> int:
    return session.exec(select(func.count()).where(col(InboxRow.state) == InboxState.OPEN)).one()


def _skip(session: Session, counts: type[CaseCount] | type[DossierCount], year: int) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    counted = dialect.insert(counts).values(year=year, last=CODES_SKIPPED)
    further = counted.on_conflict_do_update(index_elements=["year"], set_={"last": counts.last + CODES_SKIPPED})
    session.execute(further)
