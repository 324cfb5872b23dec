"""Whom a broadcast did not reach, and what calls and visits of the neighbourhood heads achieved with them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from db.broadcasts import Broadcast, Unreached, Visit
from db.businesses import Business
from db.cases import Case
from db.outbox import OutboxRow, OutboxState
from db.people import Person

TOLD = "told"
RESULTS = (TOLD, "absent", "moved", "refused")


@dataclass(frozen=True)
class Missed:
    """Somebody whom a broadcast did not reach; `result` is what was achieved since, `group` empty where not known."""

    person_id: int
    name: str
    group: str
    phone: str
    result: str


def page(
    session: Session, broadcast_id: int, groups: Collection[str] | None, *, told: bool, first: int, size: int
) -> list[Missed]:
    """Those who are still to be told, or were told; of some groups, of all where None. Who was not tried comes first.

    `first` counts from 0.
    """
    rows = _missed(broadcast_id).where((_result() == TOLD) if told else (_result() != TOLD), *_within(groups))
    order = rows.order_by(_result() != "", col(Person.id)).offset(first).limit(size)
    return [_with_phone(session, row) for row in session.execute(order)]


def one(session: Session, broadcast_id: int, person_id: int) -> Missed | None:
    """Somebody, if the broadcast did not reach them."""
    row = session.execute(_missed(broadcast_id).where(col(Person.id) == person_id)).one_or_none()
    return _with_phone(session, row) if row else None


def outdated(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many were told the words that a correction has replaced since, by group."""
    rows = _missed(broadcast_id).where(heard_other_words()).subquery()
    counted = session.execute(sa.select(rows.c.place, func.count()).group_by(rows.c.place))
    return dict(counted.all())


def heard_other_words() -> sa.ColumnElement[bool]:
    """Whether a visit told what was corrected in place afterwards: they are to be told again.

    The change of a meeting is told with a notice of its own.
    """
    corrected = sa.select(col(Broadcast.id)).where(
        col(Broadcast.id) == col(Visit.broadcast_id),
        col(Broadcast.kind) == "notice",
        col(Broadcast.edited_at) > col(Visit.at),
    )
    return (col(Visit.result) == TOLD) & corrected.correlate(Visit).exists()


def counts(session: Session, broadcast_id: int, groups: Collection[str] | None = None) -> dict[str, dict[str, int]]:
    """How many were not reached, by group and by what was achieved since: the empty result is nothing yet.

    Of all groups, or of some.
    """
    rows = _missed(broadcast_id).where(*_within(groups)).subquery()
    found: dict[str, dict[str, int]] = {}
    counted = sa.select(rows.c.place, rows.c.result, func.count()).group_by(rows.c.place, rows.c.result)
    for group, result, number in session.execute(counted):
        found.setdefault(group, {})[result] = number
    return found


def record(session: Session, whom: tuple[int, int], result: str, *, staff_id: int, now: datetime) -> None:
    """What a call or a visit achieved with somebody about a broadcast (`whom`: its id, then theirs).

    Said again, by whomever, the last word counts.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    said: dict[str, Any] = {"result": result, "staff_id": staff_id, "at": now}
    values = {"broadcast_id": whom[0], "person_id": whom[1], "note": "", **said}
    kept = insert(Visit).values(values)
    session.execute(kept.on_conflict_do_update(index_elements=["broadcast_id", "person_id"], set_=said))


def _group() -> sa.ColumnElement[str]:
    return func.coalesce(col(Business.neighbourhood), "")


def _result() -> sa.ColumnElement[str]:
    return sa.case((heard_other_words(), ""), else_=func.coalesce(col(Visit.result), ""))


def _within(groups: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if groups is None else [_group().in_(list(groups))]


def _missed(broadcast_id: int) -> Any:
    """Everybody without a chat, and those whose message failed or is in doubt."""
    nowhere = sa.select(col(Unreached.person_id)).where(col(Unreached.broadcast_id) == broadcast_id)
    failed = sa.select(col(OutboxRow.person_id)).where(
        text("outbox.broadcast_id IS NOT NULL"),
        col(OutboxRow.broadcast_id) == broadcast_id,
        col(OutboxRow.state).in_((OutboxState.DEAD, OutboxState.DOUBT)),
        col(OutboxRow.edits_id).is_(None),
    )
    visited = (col(Visit.broadcast_id) == broadcast_id) & (col(Visit.person_id) == col(Person.id))
    name = func.coalesce(func.nullif(col(Business.name), ""), col(Person.name))
    return (
        sa.select(
            col(Person.id).label("person_id"), name.label("name"), _group().label("place"), _result().label("result")
        )
        .outerjoin(Business, col(Business.person_id) == col(Person.id))
        .outerjoin(Visit, visited)
        .where(col(Person.id).in_(nowhere.union(failed)))
    )


def _with_phone(session: Session, row: Any) -> Missed:
    return Missed(row.person_id, row.name, row.place, phone_of(session, row.person_id), row.result)


def phone_of(session: Session, person_id: int) -> str:
    """The number at which somebody may be called; empty where none is known."""
    return session.execute(_phone(), {"person": person_id}).scalar() or ""


@cache
def _phone() -> Any:
    return sa.select(newest_phone(bindparam("person", type_=sa.Integer)))


def newest_phone(person: Any) -> Any:
    """The newest number that somebody gave with a case of their own; nothing of a protected case goes to others."""
    own = col(Case.reporter_id) == person, col(Case.phone) != "", ~col(Case.protected), ~col(Case.anonymous)
    return sa.select(col(Case.phone)).where(*own).order_by(col(Case.id).desc()).limit(1).scalar_subquery()
