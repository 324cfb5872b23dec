"""What became of the messages of a broadcast: counted, moved with its state, edited, and whom they did not reach."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, String, exists, func, literal, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db.audience import SLICE, Column, row_values, was_missed
from db.broadcasts import DUE, MOVING, Broadcast, Unreached
from db.businesses import Business
from db.dispatch import PERHAPS
from db.leaving import GONE
from db.outbox import NO_SYNC, OutboxRow, OutboxState
from db.people import Chat, Person

EDITS_AT_ONCE = 2_000

NAMES = ("sent", "gone", "failed", "doubt", "waiting", "held", "cancelled", "unreached")
WAITS = {OutboxState.READY: "waiting", OutboxState.CLAIMED: "waiting", OutboxState.WIRE: "waiting"}
OPEN = (OutboxState.READY, OutboxState.CLAIMED, OutboxState.WIRE, OutboxState.HELD)


def due(session: Session, now: datetime) -> list[int]:
    """The broadcasts whose time has come, the earliest first."""
    rows = sa.select(col(Broadcast.id)).where(DUE, col(Broadcast.send_at) <= now)
    return list(session.execute(rows.order_by(col(Broadcast.send_at), col(Broadcast.id))).scalars())


def moving(session: Session) -> list[int]:
    """The broadcasts whose messages have not followed their state yet; one that goes out is among them to its end."""
    return list(session.execute(sa.select(col(Broadcast.id)).where(MOVING).order_by(col(Broadcast.id))).scalars())


def locked(session: Session, broadcast_id: int) -> Broadcast | None:
    """The broadcast as it stands now; nobody else changes it before the transaction ends."""
    rows = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def tally(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many people are in which state; every one of `NAMES` is there. Edits of what was sent are not counted."""
    found = Counter(_counted(session, broadcast_id))
    if _version(session, broadcast_id) > 1:
        found.subtract(_counted(session, broadcast_id, col(OutboxRow.edits_id).is_not(None)))
    gone = _of(broadcast_id, OutboxState.DEAD).where(
        col(OutboxRow.reason).startswith(GONE), col(OutboxRow.edits_id).is_(None)
    )
    found["gone"] = session.execute(sa.select(func.count()).select_from(gone.subquery())).scalar_one()
    found["failed"] -= found["gone"]
    nowhere = sa.select(func.count()).where(col(Unreached.broadcast_id) == broadcast_id)
    found["unreached"] = session.execute(nowhere).scalar_one()
    return {name: found[name] for name in NAMES}


def _counted(session: Session, broadcast_id: int, *only: Column) -> dict[str, int]:
    rows = sa.select(col(OutboxRow.state), func.count()).where(*_in(broadcast_id), *only)
    found = Counter[str]()
    for state, number in session.execute(rows.group_by(col(OutboxRow.state))):
        found[_name(state)] += number
    return found


def _name(state: OutboxState) -> str:
    return "failed" if state == OutboxState.DEAD else WAITS.get(state, str(OutboxState(state)))


def _version(session: Session, broadcast_id: int) -> int:
    return session.execute(sa.select(col(Broadcast.version)).where(col(Broadcast.id) == broadcast_id)).scalar() or 1


def tally_by_group(session: Session, broadcast_id: int) -> dict[str, dict[str, int]]:
    """The same by neighbourhood group; those without one, and those not registered, are under the empty name."""
    group = func.coalesce(col(Business.neighbourhood), "")
    gone = col(OutboxRow.reason).startswith(GONE)
    rows = (
        sa.select(group, col(OutboxRow.state), gone, func.count())
        .where(*_in(broadcast_id), col(OutboxRow.edits_id).is_(None))
        .outerjoin(Business, col(Business.person_id) == col(OutboxRow.person_id))
        .group_by(group, col(OutboxRow.state), gone)
    )
    found: dict[str, dict[str, int]] = {}
    for name, state, is_gone, number in session.execute(rows):
        counted = found.setdefault(name, dict.fromkeys(NAMES, 0))
        counted["gone" if is_gone and state == OutboxState.DEAD else _name(state)] += number
    nowhere = (
        sa.select(group, func.count())
        .select_from(Unreached)
        .where(col(Unreached.broadcast_id) == broadcast_id)
        .outerjoin(Business, col(Business.person_id) == col(Unreached.person_id))
        .group_by(group)
    )
    for name, number in session.execute(nowhere):
        found.setdefault(name, dict.fromkeys(NAMES, 0))["unreached"] = number
    return found


def unreached(
    session: Session, broadcast_id: int, group: str | None = None, after: int = 0, limit: int = 50
) -> list[Person]:
    """Whom the bot did not reach and nobody has told otherwise, by their ids after `after`; of one group if named."""
    no_chat = sa.select(col(Unreached.person_id)).where(col(Unreached.broadcast_id) == broadcast_id)
    failed = sa.select(col(OutboxRow.person_id)).where(
        *_in(broadcast_id, OutboxState.DEAD, OutboxState.DOUBT), col(OutboxRow.edits_id).is_(None)
    )
    rows = select(Person).where(
        col(Person.id).in_(no_chat.union(failed)), col(Person.id) > after, was_missed(broadcast_id, col(Person.id))
    )
    if group is not None:
        lives_there = col(Business.neighbourhood) == group
        rows = rows.where(exists().where(col(Business.person_id) == col(Person.id), lives_there))
    return list(session.exec(rows.order_by(col(Person.id)).limit(limit)))


def move_slice(
    session: Session, broadcast_id: int, states: Sequence[OutboxState], to: OutboxState, now: datetime
) -> int:
    """Take the next messages of a broadcast from these states to another; how many they were, 0 when there are none."""
    part = _of(broadcast_id, *states).limit(SLICE).with_for_update(skip_locked=True)
    settled = None if to in OPEN else now
    new: Column = literal(str(to))
    if to == OutboxState.CANCELLED:
        new = sa.case((col(OutboxRow.reason).startswith(PERHAPS), str(OutboxState.DOUBT)), else_=str(to))
    moved = sa.update(OutboxRow).where(col(OutboxRow.id).in_(part), col(OutboxRow.state).in_(states))
    found = session.execute(moved.values(state=new, settled_at=settled), execution_options=NO_SYNC)
    return int(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def any_open(session: Session, broadcast_id: int) -> bool:
    """Whether a message of it may still go."""
    return session.execute(_of(broadcast_id, *OPEN).limit(1)).first() is not None


def edit_slice(session: Session, broadcast: Broadcast, now: datetime, size: int = EDITS_AT_ONCE) -> int:
    """After a correction: enqueue edits of the messages that left in an older version; how many they were.

    The caller holds the broadcast's row locked.
    """
    ids = list(session.execute(_outdated(broadcast).limit(size)).scalars())
    values = _edit_values(broadcast, now)
    mine = col(OutboxRow.id).in_(ids)
    rows = sa.select(*values.values()).join(Chat, col(Chat.id) == col(OutboxRow.chat_id)).where(mine)
    session.execute(
        sa.insert(OutboxRow).from_select(list(values), rows.with_for_update(of=Chat), include_defaults=False)
    )
    chats = sa.update(Chat).where(col(Chat.id).in_(sa.select(col(OutboxRow.chat_id)).where(mine)))
    session.execute(chats.values(last_number=Chat.last_number + 1), execution_options=NO_SYNC)
    return len(ids)


def _outdated(broadcast: Broadcast) -> Select[int]:
    enqueued = aliased(OutboxRow, name="enqueued")
    named = exists().where(col(enqueued.dedupe) == _edit_name(broadcast))
    return _of(broadcast.id, OutboxState.SENT).where(
        col(OutboxRow.version) < broadcast.version, col(OutboxRow.edits_id).is_(None), ~named
    )


def _edit_name(broadcast: Broadcast) -> Column:
    beginning = literal(f"broadcast:{broadcast.id}:v{broadcast.version}:row:", String)
    return beginning + sa.cast(col(OutboxRow.id), String)


def _edit_values(broadcast: Broadcast, now: datetime) -> dict[str, Column]:
    given: dict[str, Column] = {
        "dedupe": _edit_name(broadcast),
        "channel": col(OutboxRow.channel),
        "chat_id": col(OutboxRow.chat_id),
        "number": col(Chat.last_number) + 1,
        "edits_id": col(OutboxRow.id),
        "person_id": col(OutboxRow.person_id),
    }
    return given | row_values(broadcast, now)


def _in(broadcast_id: int, *states: OutboxState) -> list[Any]:
    here: list[Any] = [text("outbox.broadcast_id IS NOT NULL"), col(OutboxRow.broadcast_id) == broadcast_id]
    return [*here, col(OutboxRow.state).in_(states)] if states else here


def _of(broadcast_id: int, *states: OutboxState) -> Select[int]:
    return sa.select(col(OutboxRow.id)).where(*_in(broadcast_id, *states))
