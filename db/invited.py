"""Who was invited to a meeting and what became of it: the lists of the organiser and of those who call the silent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, text
from sqlmodel import Session, col

from db.broadcasts import Broadcast, Visit
from db.businesses import Business
from db.meetings import Guest, Meeting
from db.outbox import OutboxRow, OutboxState
from db.people import Person
from db.visits import newest_phone, phone_of

TOLD = "told"
RESULTS = (TOLD, "absent", "moved", "refused")


@dataclass(frozen=True)
class Line:
    """Somebody who was invited, or came. `answer` is empty where they are silent; `group` where it is not known.

    `party` are the people who come, of those who wait the people for whom they wait. `result` is what a call achieved.
    """

    person_id: int | None
    name: str
    group: str
    phone: str = ""
    answer: str = ""
    party: int = 0
    turn: int | None = None
    reason: str = ""
    came_at: datetime | None = None
    came_party: int | None = None
    result: str = ""


def counts(session: Session, meeting_id: int) -> dict[tuple[str, str], tuple[int, int]]:
    """How many guests gave which answer, by group and answer, and with how many people."""
    each: Any = sa.select(_group().label("place"), col(Guest.answer).label("answer"), _party().label("party"))
    each = each.select_from(Guest).outerjoin(Business, _is_theirs())
    rows = each.where(col(Guest.meeting_id) == meeting_id).subquery()
    counted = sa.select(rows.c.place, rows.c.answer, func.count(), func.sum(rows.c.party))
    found = session.execute(counted.group_by(rows.c.place, rows.c.answer))
    return {(group, answer): (number, int(people)) for group, answer, number, people in found}


def silent_counts(session: Session, meeting: Meeting) -> dict[str, int]:
    """How many got the invitation and have not answered, by group; this reads all of them."""
    rows = _silent(meeting).subquery()
    counted = sa.select(rows.c.place, func.count()).group_by(rows.c.place)
    return {str(group): int(number) for group, number in session.execute(counted)}


def silent_count(session: Session, meeting: Meeting, group: str | None = None) -> int:
    """How many of a group are silent, of all where None: who got the invitation, less who of them has answered."""
    if group is not None:
        rows = _silent(meeting, group).subquery()
        return int(session.execute(sa.select(func.count()).select_from(rows)).scalar_one())
    got = sa.select(func.count()).select_from(OutboxRow).where(*_got(meeting))
    reached = _got(meeting), col(OutboxRow.person_id) == col(Guest.person_id)
    theirs = sa.exists().where(*reached[0], reached[1])
    answered = sa.select(func.count()).select_from(Guest).where(col(Guest.meeting_id) == meeting.id, theirs)
    return int(session.execute(got).scalar_one()) - int(session.execute(answered).scalar_one())


def count(session: Session, meeting_id: int, answers: tuple[str, ...], group: str | None = None) -> int:
    """How many gave one of these answers, of a group or of all."""
    mine = col(Guest.meeting_id) == meeting_id, col(Guest.answer).in_(answers)
    rows: Any = sa.select(func.count()).select_from(Guest).where(*mine)
    if group is not None:
        rows = rows.outerjoin(Business, _is_theirs()).where(_group() == group)
    return int(session.execute(rows).scalar_one())


def page(
    session: Session, meeting_id: int, answers: tuple[str, ...], *, first: int, size: int, group: str | None = None
) -> list[Line]:
    """Those who gave one of these answers, of a group or of all; `first` from 0.

    Who waits stands in their order, all others as they answered.
    """
    rows = _guests(meeting_id).where(col(Guest.answer).in_(answers))
    rows = rows if group is None else rows.where(_group() == group)
    order = rows.order_by(col(Guest.turn).nulls_last(), col(Guest.id)).offset(first).limit(size)
    return [_line(row) for row in session.execute(order)]


def came(session: Session, meeting_id: int, *, first: int, size: int) -> list[Line]:
    """Those who have come, the last one first."""
    rows = _guests(meeting_id).where(col(Guest.came_at).is_not(None))
    order = rows.order_by(col(Guest.came_at).desc(), col(Guest.id).desc()).offset(first).limit(size)
    return [_line(row) for row in session.execute(order)]


def silent(session: Session, meeting: Meeting, group: str | None, *, first: int, size: int) -> list[Line]:
    """The silent of a group, whom nobody has called first, or of all where None; with their numbers."""
    called = () if group is None else (_result() != "",)
    rows = _silent(meeting, group).order_by(*called, _whose(group)).offset(first).limit(size)
    return [_silent_line(session, row) for row in session.execute(rows)]


def one_silent(session: Session, meeting: Meeting, person_id: int) -> Line | None:
    """Somebody, if they are silent."""
    row = session.execute(_silent(meeting).where(col(OutboxRow.person_id) == person_id)).one_or_none()
    return _silent_line(session, row) if row else None


def everybody(session: Session, meeting: Meeting) -> Iterator[Line]:
    """All guests in the order of their answers, then the silent; for a table."""
    guests = _guests(meeting.id).add_columns(newest_phone(col(Guest.person_id)).label("own"))
    for row in session.execute(guests.order_by(col(Guest.id))):
        line = _line(row)
        yield replace(line, phone=line.phone or row.own or "")
    rows = _silent(meeting).add_columns(newest_phone(col(Person.id)).label("own"))
    for row in session.execute(rows.order_by(col(Person.id))):
        yield Line(row.id, row.called, row.place, row.own or "", result=row.result)


def _group() -> sa.ColumnElement[str]:
    return func.coalesce(col(Business.neighbourhood), "")


def _is_theirs() -> sa.ColumnElement[bool]:
    return col(Business.person_id) == col(Guest.person_id)


def _party() -> sa.ColumnElement[int]:
    return sa.case((col(Guest.answer) == "waiting", col(Guest.wished)), else_=col(Guest.party))


def _result() -> sa.ColumnElement[str]:
    return func.coalesce(col(Visit.result), "")


def _guests(meeting_id: int) -> Any:
    names = func.nullif(col(Business.name), ""), func.nullif(col(Person.name), ""), func.nullif(col(Guest.name), "")
    return (
        sa.select(
            Guest,
            func.coalesce(*names, col(Guest.phone)).label("called"),
            _group().label("place"),
        )
        .outerjoin(Person, col(Person.id) == col(Guest.person_id))
        .outerjoin(Business, _is_theirs())
        .where(col(Guest.meeting_id) == meeting_id)
    )


def _line(row: Any) -> Line:
    guest: Guest = row[0]
    return Line(
        person_id=guest.person_id,
        name=row.called,
        group=row.place,
        phone=guest.phone,
        answer=guest.answer,
        party=guest.wished if guest.answer == "waiting" else guest.party,
        turn=guest.turn,
        reason=guest.reason,
        came_at=guest.came_at,
        came_party=guest.came_party,
    )


def _got(meeting: Meeting) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    """The messages by which somebody got the invitation, as `db.audience` has them."""
    return (
        text("outbox.broadcast_id IS NOT NULL AND outbox.edits_id IS NULL"),
        col(OutboxRow.broadcast_id) == meeting.invitation_id,
        col(OutboxRow.state).in_((OutboxState.SENT, OutboxState.DOUBT)),
    )


def _whose(group: str | None) -> Any:
    """The column by which an index gives them in their order."""
    return col(Business.person_id) if group else col(OutboxRow.person_id)


def _silent(meeting: Meeting, group: str | None = None) -> Any:
    """Who got the invitation and did not answer: of a group by its businesses, otherwise by the messages."""
    whose = _whose(group)
    answered = sa.exists().where(col(Guest.meeting_id) == meeting.id, col(Guest.person_id) == whose)
    visited = (col(Visit.broadcast_id) == meeting.invitation_id) & (col(Visit.person_id) == whose)
    name = func.coalesce(func.nullif(col(Business.name), ""), col(Person.name))
    rows: Any = sa.select(col(Person.id), name.label("called"), _group().label("place"), _result().label("result"))
    rows = rows.select_from(Business if group else OutboxRow).join(Person, col(Person.id) == whose)
    rows = rows.outerjoin(Visit, visited).where(~answered)
    if group:
        got = sa.exists().where(*_got(meeting), col(OutboxRow.person_id) == whose)
        return rows.where(col(Business.neighbourhood) == group, got)
    rows = rows.outerjoin(Business, col(Business.person_id) == whose).where(*_got(meeting))
    return rows if group is None else rows.where(_group() == group)


def _silent_line(session: Session, row: Any) -> Line:
    return Line(row.id, row.called, row.place, phone_of(session, row.id), result=row.result)


def latest_reminder(session: Session, prefix: str) -> Broadcast | None:
    """The last reminder to the silent whose key begins so and ends with a number."""
    attempt = reminders(session, prefix) - 1
    rows = sa.select(Broadcast).where(col(Broadcast.key) == f"{prefix}{attempt}")
    return session.execute(rows).scalars().one_or_none()


def reminders(session: Session, prefix: str) -> int:
    """How many of them there are."""
    number = 0
    while session.execute(sa.select(col(Broadcast.id)).where(col(Broadcast.key) == f"{prefix}{number}")).first():
        number += 1
    return number
