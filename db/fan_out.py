"""How the messages of a broadcast get into the outbox, some thousand people at a time."""

import json
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Integer, Select, bindparam, exists, func, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from db import called
from db.audience import ATTENDED, Column, here, people_of
from db.broadcasts import Broadcast, Unreached
from db.meetings import Guest
from db.outbox import FIRST_OF_BROADCAST, Lane, OutboxRow, OutboxState
from db.people import Chat
from db.types import Moment

SLICE = {"sqlite": 10_000, "postgresql": 5_000}
"""People in one transaction: on SQLite everybody who writes waits for it, about a sixth of a second; on PostgreSQL who
writes to one of these chats, half a second."""


def fan_out_slice(session: Session, broadcast: Broadcast, now: datetime, size: int = 0) -> int:
    """Give the next people of the broadcast their row in the outbox, or note that the bot does not reach them.

    The caller holds the broadcast's row locked. As many as `SLICE` says, or `size`. How many people it was; 0 when
    everybody is done.
    """
    first, size = _first(session, broadcast, now), size or SLICE[session.get_bind().dialect.name]
    run, statements = session.connection().execute, _statements(session, broadcast, first)
    asked = {"p_after": broadcast.cursor, "p_size": size, **row_params(broadcast, now), **first.params(now)}
    found, last = run(statements.ahead, asked).one()
    if not found:
        return 0
    asked |= {"p_last": last, "p_newest": run(_newest()).scalar() or 0}
    written = int(run(statements.put, asked).rowcount)
    run(_counted_on(), asked)
    # Between two statements people come and go, but for a database with one writer.
    if written < found or session.get_bind().dialect.name != "sqlite":
        run(statements.note_unreached, asked)
    broadcast.cursor = last
    session.add(broadcast)
    session.flush()
    return int(found)


class _Statements(NamedTuple):
    """Of one audience: how many are next and the last of them; their rows; who of them has none."""

    ahead: Select[int, int]
    put: sa.Insert
    note_unreached: sa.Insert


def _statements(session: Session, broadcast: Broadcast, first: "_First") -> _Statements:
    kept = json.dumps(broadcast.audience, sort_keys=True)
    return _built(session.get_bind().dialect.name, kept, broadcast.subject, first.meeting_id)


@lru_cache(64)  # building these for every slice takes as long as a fifth of the slice
def _built(dialect: str, kept: str, subject: str, meeting_id: int) -> _Statements:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    people = people_of(json.loads(kept), subject, _param("p_after"))
    person = people.selected_columns[0]
    ahead = people.where(person > _param("p_after")).order_by(person).limit(_param("p_size")).subquery()
    part = people.where(person.between(_param("p_after") + 1, _param("p_last"))).subquery("part")
    return _Statements(
        sa.select(func.count(), func.max(ahead.c.person_id)), _put(insert, part, meeting_id), _unreached(insert, part)
    )


def _param(name: str) -> sa.BindParameter[int]:
    return bindparam(name, type_=Integer)


def _put(insert: Any, part: sa.Subquery, meeting_id: int) -> sa.Insert:
    """A row for each of them who has a chat, in the chat where they were heard last; who has one is left alone.

    The chats are locked first where the database has such locks: a turn that writes to one of them waits, and none
    can take its next number.
    """
    better = aliased(Chat, name="better")
    values = _values(part.c.person_id) | _first_of_all(meeting_id, part.c.person_id)
    rows = (
        sa.select(*values.values())
        .select_from(part)
        .join(Chat, sa.and_(*here(Chat, part.c.person_id)))
        # Joined rather than asked for with EXISTS, which SQLite sets up anew for every row.
        .outerjoin(better, sa.and_(*here(better, col(Chat.person_id)), col(better.id) != col(Chat.id), _better(better)))
        .where(col(better.id).is_(None))
        # In one order, whatever plan the database chooses: of two that lock the same chats one waits for the other.
        .order_by(part.c.person_id)
        .with_for_update(of=Chat)
    )
    put = insert(OutboxRow).from_select(list(values), rows, include_defaults=False)
    once = {"index_elements": ["broadcast_id", "person_id"], "index_where": FIRST_OF_BROADCAST}
    return put.on_conflict_do_nothing(**once)  # type: ignore[no-any-return]  # of either database


def _better(better: type[Chat]) -> Column:
    """Whether something arrives by itself in that chat and not in this; of two alike, whether it was heard later."""
    attended, other_attended = (col(chat.channel).in_(ATTENDED) for chat in (Chat, better))
    return (attended & ~other_attended) | ((attended == other_attended) & _later(better))


def _later(better: type[Chat]) -> Column:
    """Whether that chat was heard later; of two that were never heard the newer one."""
    heard, other = col(Chat.heard_at), col(better.heard_at)
    same = (heard == other) | (heard.is_(None) & other.is_(None))
    return (other > heard) | (heard.is_(None) & other.is_not(None)) | (same & (col(better.id) > col(Chat.id)))


def _values(person: Column) -> dict[str, Column]:
    given: dict[str, Column] = {
        "channel": col(Chat.channel),
        "chat_id": col(Chat.id),
        "number": col(Chat.last_number) + 1,
        "person_id": person,
    }
    return given | row_values()


AHEAD_OF_OTHERS = timedelta(days=1)
"""So much earlier than the rest a message counts that goes first in its lane."""


class _First(NamedTuple):
    """Of a change of a meeting those hear first who answered that they come or wait; at night too if it is near.

    The meeting is 0 for everything else.
    """

    meeting_id: int = 0
    lane: Lane = Lane.NOTICE

    def params(self, now: datetime) -> dict[str, object]:
        """What `_first_of_all` asks for."""
        return {"p_first_lane": int(self.lane), "p_first": now - AHEAD_OF_OTHERS} if self.meeting_id else {}


def _first(session: Session, broadcast: Broadcast, now: datetime) -> _First:
    change = called.change_of_notice(session, broadcast.id) if broadcast.corrects_id else None
    if change is None:
        return _First()
    return _First(change.meeting_id, Lane.URGENT if called.is_near(session, broadcast, now) else Lane.NOTICE)


def _first_of_all(meeting_id: int, person: Column) -> dict[str, Column]:
    if not meeting_id:
        return {}
    answers = ("coming", "offered", "waiting")
    answered = exists().where(
        col(Guest.meeting_id) == meeting_id, col(Guest.person_id) == person, col(Guest.answer).in_(answers)
    )
    times = (bindparam(name, type_=Moment) for name in ("p_first", "p_now"))
    return {
        "lane": sa.case((answered, _param("p_first_lane")), else_=int(Lane.NOTICE)),
        "not_before": sa.case((answered, next(times)), else_=next(times)),
    }


def row_values() -> dict[str, Column]:
    """What all rows of a broadcast have in common, as columns of an INSERT … SELECT that asks for `row_params`."""
    plain: dict[str, object] = {
        "body": "",
        "version": 0,
        "state": str(OutboxState.READY),
        "attempts": 0,
        "reason": "",
        "message": "",
    }
    values: dict[str, Column] = {name: literal(value) for name, value in plain.items()}
    values |= {"lane": _param("p_lane"), "broadcast_id": _param("p_broadcast")}
    values |= dict.fromkeys(("created_at", "not_before"), bindparam("p_now", type_=Moment))
    return values | {"again_in_doubt": sa.true()}


def row_params(broadcast: Broadcast, now: datetime) -> dict[str, object]:
    """The values for them."""
    lane = int(Lane.URGENT if broadcast.urgent else Lane.NOTICE)
    return {"p_lane": lane, "p_broadcast": broadcast.id, "p_now": now}


@cache
def _newest() -> Select[int]:
    return sa.select(func.max(col(OutboxRow.id)))


@cache
def _counted_on() -> sa.Update:
    """The chats that got a row have one message more; who became the owner of an older row since has not."""
    written = sa.select(col(OutboxRow.chat_id)).where(
        text("outbox.broadcast_id IS NOT NULL"),
        col(OutboxRow.broadcast_id) == _param("p_broadcast"),
        text("outbox.state = 'ready'"),
        col(OutboxRow.person_id).between(_param("p_after") + 1, _param("p_last")),
        col(OutboxRow.id) > _param("p_newest"),
    )
    chats = _table(Chat)
    return sa.update(chats).where(chats.c.id.in_(written)).values(last_number=chats.c.last_number + 1)


def _unreached(insert: Any, part: sa.Subquery) -> sa.Insert:
    row = aliased(OutboxRow, name="their_row")
    # A list of the slice, and not a look at each: PostgreSQL that counted the table in the middle of a fan-out expects
    # next to nothing of this broadcast, and compares each person with every row of it.
    have_one = sa.select(col(row.person_id)).where(
        text("their_row.broadcast_id IS NOT NULL AND their_row.edits_id IS NULL"),
        col(row.broadcast_id) == _param("p_broadcast"),
        col(row.person_id).between(_param("p_after") + 1, _param("p_last")),
    )
    nowhere = sa.select(_param("p_broadcast"), part.c.person_id).where(part.c.person_id.not_in(have_one))
    noted = insert(Unreached).from_select(["broadcast_id", "person_id"], nowhere)
    return noted.on_conflict_do_nothing()  # type: ignore[no-any-return]  # of either database


def _table(model: type[SQLModel]) -> sa.Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]
