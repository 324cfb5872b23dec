"""The last look at a message before it leaves: may it still go, and as what?"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import Row, Select, bindparam, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from db import dispatch
from db.audience import is_wanted
from db.broadcasts import Broadcast, BroadcastState
from db.businesses import Subscription
from db.dispatch import PERHAPS, Message
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat

GONE = "gone: "
"""How the reason begins of a message to somebody who has blocked the bot or is not there any more."""

PAUSED = "they do not want this news any more"
EXPIRED = "it makes no sense any more"


@dataclass(frozen=True)
class Leave:
    """It may go: `version` is that of its broadcast, `edits` the platform's id of the message that it replaces."""

    version: int = 0
    edits: str = ""


def leave(session: Session, row: Message, now: datetime, *, quiet: bool) -> Leave | None:
    """Mark a claimed message as on the wire; None, and put where it belongs, where it may not go now.

    A broadcast that is paused or cancelled stops what has not left; somebody who does not want its subject any more,
    or has blocked the bot since, does not get it. What has expired reaches nobody, but for the right words in the place
    of those that have arrived. In `quiet` hours mass sends that are
    not urgent wait.
    """
    if quiet and row.lane == Lane.NOTICE:
        _stay(session, row, OutboxState.READY, row.reason)
        return None
    if row.until is not None and row.until <= now:
        stopped = OutboxState.DOUBT if row.reason.startswith(PERHAPS) else OutboxState.CANCELLED
        _stay(session, row, stopped, EXPIRED, now)
        return None
    if row.broadcast_id is None:
        return Leave(edits=_replaced(session, row)) if dispatch.mark(session, row.id) else None
    found = (
        session.connection()
        .execute(
            _standing(),
            {"broadcast": row.broadcast_id, "chat": row.chat_id, "edits": row.edits_id},
        )
        .one()
    )
    stays, reason = _stays(row, found, now)
    if stays:
        _stay(session, row, stays, reason, None if stays == OutboxState.HELD else now)
        return None
    return Leave(found.version, found.message or "") if dispatch.mark(session, row.id) else None


def _replaced(session: Session, row: Message) -> str:
    """The platform's id of the message whose place an answer takes."""
    if row.edits_id is None:
        return ""
    return session.execute(sa.select(col(OutboxRow.message)).where(col(OutboxRow.id) == row.edits_id)).scalar() or ""


def _stays(row: Message, found: Row[*tuple[object, ...]], now: datetime) -> tuple[OutboxState | None, str]:
    """The state in which it stays, and why; a correction of what somebody has got reaches them whatever they want."""
    perhaps = row.reason.startswith(PERHAPS)
    stopped = OutboxState.DOUBT if perhaps else OutboxState.CANCELLED
    if row.edits_id is None and found.expires_at is not None and found.expires_at <= now:
        return stopped, EXPIRED
    if found.state == BroadcastState.PAUSED:
        return OutboxState.HELD, row.reason
    if found.gone:
        return (OutboxState.DOUBT, row.reason) if perhaps else (OutboxState.DEAD, f"{GONE}before it left")
    if row.edits_id is not None:
        return None, ""
    if found.state == BroadcastState.CANCELLED:
        return stopped, row.reason
    return (None, "") if is_wanted(found.audience, found.wanted) else (stopped, PAUSED)


def _stay(session: Session, row: Message, state: OutboxState, reason: str = "", at: datetime | None = None) -> None:
    if dispatch.mark(session, row.id):  # in our hands still
        dispatch.settle(session, row.id, state, at=at, reason=reason)


@cache  # asked before every message of a mass send
def _standing() -> Select[str, int, dict[str, object], datetime | None, bool | None, bool, str]:
    old = aliased(OutboxRow, name="old")
    # Who has the chat now: since it was claimed two people may have become one.
    owner = sa.select(col(Chat.person_id)).where(col(Chat.id) == bindparam("chat")).scalar_subquery()
    # One row at most; none where they never said anything about that subject.
    wanted = sa.select(col(Subscription.paused_at).is_(None)).where(
        col(Subscription.person_id) == owner, col(Subscription.subject) == col(Broadcast.subject)
    )
    gone = exists().where(col(Chat.id) == bindparam("chat"), col(Chat.gone_since).is_not(None))
    message = sa.select(col(old.message)).where(col(old.id) == bindparam("edits")).scalar_subquery()
    return sa.select(
        col(Broadcast.state),
        col(Broadcast.version),
        col(Broadcast.audience),
        col(Broadcast.expires_at),
        wanted.scalar_subquery().label("wanted"),
        gone.label("gone"),
        message.label("message"),
    ).where(col(Broadcast.id) == bindparam("broadcast"))
