"""What became of the messages of a broadcast: counted, moved with its state, edited, and whom they did not reach."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, String, exists, func, literal, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db.audience import ATTENDED, Column
from db.broadcasts import DUE, MOVING, Broadcast, Unreached
from db.businesses import Business
from db.dispatch import PERHAPS
from db.fan_out import row_params, row_values
from db.leaving import GONE
from db.outbox import EDITING, NO_SYNC, OutboxRow, OutboxState
from db.people import Chat

MOVED_AT_ONCE, EDITS_AT_ONCE = 5_000, 2_000

NAMES = ("sent", "gone", "failed", "doubt", "waiting", "held", "cancelled", "unreached")
DONE = ("sent", "gone", "failed", "doubt", "cancelled")
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
        found.subtract(_counted(session, broadcast_id, EDITING))
    gone = _of(broadcast_id, OutboxState.DEAD).where(
        col(OutboxRow.reason).startswith(GONE), col(OutboxRow.edits_id).is_(None)
    )
    found["gone"] = session.execute(sa.select(func.count()).select_from(gone.subquery())).scalar_one()
    found["failed"] -= found["gone"]
    nowhere = sa.select(func.count()).where(col(Unreached.broadcast_id) == broadcast_id)
    found["unreached"] = session.execute(nowhere).scalar_one()
    return {name: found[name] for name in NAMES}


def _counted(session: Session, broadcast_id: int, *only: Any) -> dict[str, int]:
    rows = sa.select(col(OutboxRow.state), func.count()).where(*_in(broadcast_id), *only)
    found = Counter[str]()
    for state, number in session.execute(rows.group_by(col(OutboxRow.state))):
        found[_name(state)] += number
    return found


def _name(state: OutboxState) -> str:
    return "failed" if state == OutboxState.DEAD else WAITS.get(state, str(OutboxState(state)))


def _version(session: Session, broadcast_id: int) -> int:
    return session.execute(sa.select(col(Broadcast.version)).where(col(Broadcast.id) == broadcast_id)).scalar() or 1


def sent_by_group(session: Session, broadcast_id: int) -> dict[str, int]:
    """How many have got it in each neighbourhood group; who has none, or is not registered, is under the empty name."""
    found = _sent_by_group(session, broadcast_id)
    if _version(session, broadcast_id) > 1:
        found.subtract(_sent_by_group(session, broadcast_id, EDITING))
    return dict(found)


def _sent_by_group(session: Session, broadcast_id: int, *only: Any) -> Counter[str]:
    """Without the rows of the messages themselves: the index has who got it."""
    group = func.coalesce(col(Business.neighbourhood), "")
    rows = sa.select(group, func.count()).select_from(OutboxRow).where(*_in(broadcast_id, OutboxState.SENT), *only)
    here = rows.outerjoin(Business, col(Business.person_id) == col(OutboxRow.person_id)).group_by(group)
    return Counter(dict(session.execute(here).all()))


FIRST = text("outbox.edits_id IS NULL")
EDITS = text("outbox.edits_id IS NOT NULL")


def move_slice(
    session: Session, broadcast_id: int, states: Sequence[OutboxState], to: OutboxState, now: datetime, *only: Any
) -> int:
    """Take the next messages of a broadcast from these states to another; how many they were, 0 when there are none.

    `only` some of them: `FIRST`, those that take the place of none, or `EDITS`.
    """
    part = _of(broadcast_id, *states).where(*only).limit(MOVED_AT_ONCE).with_for_update(skip_locked=True)
    settled = None if to in OPEN else now
    new: Column = literal(str(to))
    if to not in OPEN:
        new = sa.case((col(OutboxRow.reason).startswith(PERHAPS), str(OutboxState.DOUBT)), else_=str(to))
    moved = sa.update(OutboxRow).where(col(OutboxRow.id).in_(part), col(OutboxRow.state).in_(states))
    found = session.execute(moved.values(state=new, settled_at=settled), execution_options=NO_SYNC)
    return int(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def any_open(session: Session, broadcast_id: int) -> bool:
    """Whether a message of it may still go."""
    return session.execute(_of(broadcast_id, *OPEN).limit(1)).first() is not None


def any_on_its_way(session: Session, broadcast_id: int) -> bool:
    """Whether a sender has taken a message of it and not said yet what became of that."""
    taken = _of(broadcast_id, OutboxState.CLAIMED, OutboxState.WIRE).where(FIRST)
    return session.execute(taken.limit(1)).first() is not None


def any_leaving(session: Session, broadcast_id: int) -> bool:
    """Whether one may go by itself, without its person looking on."""
    elsewhere = col(OutboxRow.channel).not_in(ATTENDED)
    return session.execute(_of(broadcast_id, *OPEN).where(elsewhere).limit(1)).first() is not None


def edit_slice(session: Session, broadcast: Broadcast, now: datetime, size: int = EDITS_AT_ONCE) -> int:
    """After a correction: enqueue edits of the messages that left in an older version; how many they were.

    The caller holds the broadcast's row locked. Those up to `edited_to` are passed over: what has left since in an
    older version, because it was tried again, is found by `edit_again`.
    """
    found = session.execute(_outdated(broadcast).limit(size)).all()
    broadcast.edited_to = found[-1].person_id if len(found) == size else _last_sent(session, broadcast)
    session.add(broadcast)
    ids = [row.id for row in found]
    if ids:
        _enqueue_edits(session, broadcast, now, ids)
    return len(ids)


def edit_again(session: Session, broadcast: Broadcast, now: datetime) -> int:
    """The same from the first person on."""
    broadcast.edited_to = 0
    return edit_slice(session, broadcast, now)


def _enqueue_edits(session: Session, broadcast: Broadcast, now: datetime, ids: list[int]) -> None:
    values = _edit_values(broadcast)
    mine = col(OutboxRow.id).in_(ids)
    rows = sa.select(*values.values()).join(Chat, col(Chat.id) == col(OutboxRow.chat_id)).where(mine)
    rows = rows.order_by(col(OutboxRow.person_id))  # as `fan_out` does: chats are locked in one order
    put = sa.insert(OutboxRow).from_select(list(values), rows.with_for_update(of=Chat), include_defaults=False)
    session.connection().execute(put, row_params(broadcast, now))
    chats = sa.update(Chat).where(col(Chat.id).in_(sa.select(col(OutboxRow.chat_id)).where(mine)))
    session.execute(chats.values(last_number=Chat.last_number + 1), execution_options=NO_SYNC)


def _outdated(broadcast: Broadcast) -> Select[int, int | None]:
    enqueued = aliased(OutboxRow, name="enqueued")
    named = exists().where(col(enqueued.dedupe) == _edit_name(broadcast))
    rows = _of(broadcast.id, OutboxState.SENT).add_columns(col(OutboxRow.person_id))
    ahead = rows.where(col(OutboxRow.person_id) > broadcast.edited_to).order_by(col(OutboxRow.person_id))
    return ahead.where(col(OutboxRow.version) < broadcast.version, FIRST, ~named)


def _last_sent(session: Session, broadcast: Broadcast) -> int:
    """Nobody up to here has an older version, but for those who get it from now on."""
    last = sa.select(func.max(col(OutboxRow.person_id))).where(*_in(broadcast.id, OutboxState.SENT))
    return max(session.execute(last).scalar() or 0, broadcast.edited_to)


def _edit_name(broadcast: Broadcast) -> Column:
    beginning = literal(f"broadcast:{broadcast.id}:v{broadcast.version}:row:", String)
    return beginning + sa.cast(col(OutboxRow.id), String)


def _edit_values(broadcast: Broadcast) -> dict[str, Column]:
    given: dict[str, Column] = {
        "dedupe": _edit_name(broadcast),
        "channel": col(OutboxRow.channel),
        "chat_id": col(OutboxRow.chat_id),
        "number": col(Chat.last_number) + 1,
        "edits_id": col(OutboxRow.id),
        "person_id": col(OutboxRow.person_id),
    }
    return given | row_values()


def _in(broadcast_id: int, *states: OutboxState) -> list[Any]:
    here: list[Any] = [text("outbox.broadcast_id IS NOT NULL"), col(OutboxRow.broadcast_id) == broadcast_id]
    return [*here, col(OutboxRow.state).in_(states)] if states else here


def _of(broadcast_id: int, *states: OutboxState) -> Select[int]:
    return sa.select(col(OutboxRow.id)).where(*_in(broadcast_id, *states))
