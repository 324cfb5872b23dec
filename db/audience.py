"""Whom a broadcast concerns, and how its messages get into the outbox, some thousand people at a time.

An audience is plain named data, as `bot.broadcasts.audience.Audience` writes it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, SQLColumnExpression, exists, func, literal, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from db.broadcasts import Broadcast, Unreached, Visit
from db.businesses import Business, Subscription
from db.cases import Case
from db.meetings import Guest, Meeting
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat, Person
from db.types import Moment

Kept = Mapping[str, object]
Column = SQLColumnExpression[Any]

SLICE = 5_000
"""People in one transaction: on SQLite everybody who writes waits for it, less than a tenth of a second."""

NOT_REACHED = (OutboxState.DEAD, OutboxState.DOUBT)


def count(session: Session, audience: Kept, subject: str) -> tuple[int, int]:
    """How many people a broadcast of this subject would concern, and how many of them the bot can write to."""
    people = _people(audience, subject).subquery()
    reached = func.count().filter(exists().where(*_here(Chat, people.c.person_id)))
    row = session.execute(sa.select(func.count(), reached).select_from(people)).one()
    return int(row[0]), int(row[1])


def fan_out_slice(session: Session, broadcast: Broadcast, now: datetime, size: int = SLICE) -> int:
    """Give the next people of the broadcast their row in the outbox, or note that the bot does not reach them.

    The caller holds the broadcast's row locked. How many people it was; 0 when everybody is done.
    """
    people = _people(broadcast.audience, broadcast.subject)
    ahead = people.where(people.selected_columns[0] > broadcast.cursor).order_by(people.selected_columns[0]).limit(size)
    found, last = session.execute(sa.select(func.count(), func.max(ahead.subquery().c.person_id))).one()
    if not found:
        return 0
    part = people.where(people.selected_columns[0].between(broadcast.cursor + 1, last))
    written = _put(session, broadcast, part, now)
    _count_on(session, broadcast.id, broadcast.cursor, last)
    if written < found:
        _note_unreached(session, broadcast.id, part)
    broadcast.cursor = last
    session.add(broadcast)
    session.flush()
    return int(found)


def is_free(audience: Kept) -> bool:
    """Whether it reaches people whatever news they want."""
    return any(audience.get(name) for name in ("everyone", "reached", *OF_MEETING))


OF_MEETING = ("coming", "came", "silent")
"""The fields that name a meeting."""


def _people(audience: Kept, subject: str) -> Select[int]:
    """The ids of those whom it concerns, on an index that has them in their order."""
    if audience.get("coming") or audience.get("came"):
        return _guests(audience)
    return _whoever(audience) if is_free(audience) else _subscribed(audience, subject)


def _subscribed(audience: Kept, subject: str) -> Select[int]:
    person = col(Subscription.person_id)
    wanting = sa.select(person).where(text("subscription.paused_at IS NULL"), col(Subscription.subject) == subject)
    wanting = wanting.join(Business, col(Business.person_id) == person)
    return wanting.where(*_chosen(audience), *_known(audience, person))


def _whoever(audience: Kept) -> Select[int]:
    person = col(Person.id)
    rows: Select[int] = sa.select(person.label("person_id")).where(*_known(audience, person))
    if audience.get("reached"):
        return rows.where(_has_row(audience["reached"], person, (OutboxState.SENT, OutboxState.DOUBT)))
    if audience.get("silent"):
        return rows.where(*is_silent(audience["silent"], person))
    writes = sa.select(col(Chat.person_id)).where(col(Chat.person_id) == person, col(Chat.private)).limit(1)
    registered = sa.select(col(Business.person_id)).where(col(Business.person_id) == person, *_chosen(audience))
    if any(audience.get(name) for name in CHOSEN):
        return rows.where(registered.exists())
    # Two EXISTS with an OR between them would make PostgreSQL read all chats for every slice.
    return rows.where(func.coalesce(writes.scalar_subquery(), registered.scalar_subquery()).is_not(None))


def _guests(audience: Kept) -> Select[int]:
    """Who comes to a meeting, or was there; only people whom the bot knows."""
    rows: Select[int] = sa.select(col(Guest.person_id).label("person_id")).where(col(Guest.person_id).is_not(None))
    if audience.get("coming"):
        rows = rows.where(col(Guest.meeting_id) == audience["coming"], col(Guest.answer) == "coming")
    if audience.get("came"):
        rows = rows.where(col(Guest.meeting_id) == audience["came"], col(Guest.came_at).is_not(None))
    return rows.where(*_known(audience, col(Guest.person_id)))


def is_silent(meeting_id: object, person: Column) -> list[Column]:
    """Whether somebody has got the invitation to a meeting, and has not answered it."""
    invitation = sa.select(col(Meeting.invitation_id)).where(col(Meeting.id) == meeting_id).scalar_subquery()
    answered = exists().where(col(Guest.meeting_id) == meeting_id, col(Guest.person_id) == person)
    return [_has_row(invitation, person, (OutboxState.SENT, OutboxState.DOUBT)), ~answered]


CHOSEN = {"kinds": Business.kind, "trades": Business.trade, "groups": Business.neighbourhood}


def _chosen(audience: Kept) -> list[Column]:
    return [col(column).in_(_listed(audience, name)) for name, column in CHOSEN.items() if audience.get(name)]


def _listed(audience: Kept, name: str) -> list[str]:
    listed = audience.get(name)
    return [str(value) for value in listed] if isinstance(listed, list | tuple) else []


def _known(audience: Kept, person: Column) -> list[Column]:
    """What is asked about somebody in other tables."""
    asked: list[Column] = []
    if audience.get("subjects"):
        asked.append(_wants(person, _listed(audience, "subjects")))
    if audience.get("cases"):
        asked.append(_has_open_case(person, str(audience["cases"])))
    if audience.get("missed"):
        asked.append(was_missed(audience["missed"], person))
    return asked


def _wants(person: Column, subjects: list[str]) -> Column:
    other = aliased(Subscription, name="other")
    return exists().where(
        col(other.person_id) == person, col(other.subject).in_(subjects), text("other.paused_at IS NULL")
    )


def _has_open_case(person: Column, subject: str) -> Column:
    running = col(Case.status).in_(("received", "working", "waiting", "forwarded"))
    return exists().where(col(Case.reporter_id) == person, col(Case.subject) == subject, running)


def was_missed(broadcast_id: object, person: Column) -> Column:
    """Whether the bot did not reach somebody with a broadcast, and nobody has told them otherwise since."""
    no_chat = exists().where(col(Unreached.broadcast_id) == broadcast_id, col(Unreached.person_id) == person)
    told = exists().where(
        col(Visit.broadcast_id) == broadcast_id, col(Visit.person_id) == person, col(Visit.result) == "told"
    )
    return (no_chat | _has_row(broadcast_id, person, NOT_REACHED)) & ~told


def _has_row(broadcast_id: object, person: Column, states: tuple[OutboxState, ...]) -> Column:
    row = aliased(OutboxRow, name="earlier_row")
    return exists().where(
        text("earlier_row.broadcast_id IS NOT NULL"),
        col(row.broadcast_id) == broadcast_id,
        col(row.state).in_(states),
        col(row.person_id) == person,
        col(row.edits_id).is_(None),
    )


def _here(chat: type[Chat], person: Column) -> list[Column]:
    return [col(chat.person_id) == person, col(chat.private), col(chat.gone_since).is_(None)]


def _put(session: Session, broadcast: Broadcast, part: Select[int], now: datetime) -> int:
    """A row for each of them who has a chat, in the chat where they were heard last; how many rows.

    The chats are locked first where the database has such locks: a turn that writes to one of them waits, and none
    can take its next number.
    """
    people = part.subquery("part")
    better = aliased(Chat, name="better")
    values = _values(broadcast, people.c.person_id, now)
    rows = (
        sa.select(*values.values())
        .select_from(people)
        .join(Chat, sa.and_(*_here(Chat, people.c.person_id)))
        .where(~exists().where(*_here(better, col(Chat.person_id)), col(better.id) != col(Chat.id), _later(better)))
        .with_for_update(of=Chat)
    )
    put = session.execute(sa.insert(OutboxRow).from_select(list(values), rows, include_defaults=False))
    return int(put.rowcount)  # type: ignore[attr-defined]  # an INSERT has one


def _later(better: type[Chat]) -> Column:
    """Whether that chat was heard later; of two that were never heard the newer one."""
    heard, other = col(Chat.heard_at), col(better.heard_at)
    same = (heard == other) | (heard.is_(None) & other.is_(None))
    return (other > heard) | (heard.is_(None) & other.is_not(None)) | (same & (col(better.id) > col(Chat.id)))


def _values(broadcast: Broadcast, person: Column, now: datetime) -> dict[str, Column]:
    given: dict[str, Column] = {
        "channel": col(Chat.channel),
        "chat_id": col(Chat.id),
        "number": col(Chat.last_number) + 1,
        "person_id": person,
    }
    return given | row_values(broadcast, now)


def row_values(broadcast: Broadcast, now: datetime) -> dict[str, Column]:
    """What all rows of a broadcast have in common, as columns of an INSERT … SELECT."""
    plain: dict[str, object] = {
        "lane": int(Lane.URGENT if broadcast.urgent else Lane.NOTICE),
        "body": "",
        "broadcast_id": broadcast.id,
        "version": 0,
        "state": str(OutboxState.READY),
        "attempts": 0,
        "reason": "",
        "message": "",
    }
    values: dict[str, Column] = {name: literal(value) for name, value in plain.items()}
    values |= dict.fromkeys(("created_at", "not_before"), literal(now, Moment))
    return values | {"again_in_doubt": sa.true()}


def _count_on(session: Session, broadcast_id: int, after: int, last: int) -> None:
    """The chats that got a row have one message more."""
    written = sa.select(col(OutboxRow.chat_id)).where(
        text("outbox.broadcast_id IS NOT NULL"),
        col(OutboxRow.broadcast_id) == broadcast_id,
        col(OutboxRow.state) == OutboxState.READY,
        col(OutboxRow.person_id).between(after + 1, last),
        col(OutboxRow.edits_id).is_(None),
    )
    chats = sa.update(Chat).where(col(Chat.id).in_(written)).values(last_number=Chat.last_number + 1)
    session.execute(chats, execution_options={"synchronize_session": False})


def _note_unreached(session: Session, broadcast_id: int, part: Select[int]) -> None:
    people = part.subquery("part")
    nowhere = sa.select(literal(broadcast_id), people.c.person_id).where(
        ~exists().where(*_here(Chat, people.c.person_id))
    )
    session.execute(_table(Unreached).insert().from_select(["broadcast_id", "person_id"], nowhere))


def _table(model: type[SQLModel]) -> sa.Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
