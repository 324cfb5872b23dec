"""Two people are one: what announcements know of the one becomes the other's, so that what both have stays one."""

from typing import Any

from sqlalchemy import delete, exists, or_, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db.broadcasts import Broadcast, Unreached, Visit
from db.outbox import NO_SYNC, OutboxRow
from db.people import Chat


def unite_announcements(session: Session, source: int, target: int) -> None:
    """Before their chats are one: the messages of announcements, and who of both was not reached, or told since.

    A message of which the target has one too stays the source's, as history. Whoever of the two got it was reached; of
    two visits the later one counts.
    """
    _take_messages(session, source, target)
    for one in (source, target):
        _drop(session, Unreached, one, col(Unreached.broadcast_id).in_(_got(source, target)))
    theirs = select(Unreached.broadcast_id).where(Unreached.person_id == target)
    _drop(session, Unreached, source, col(Unreached.broadcast_id).in_(theirs))
    to_come = col(Broadcast.fanned_at).is_(None), col(Broadcast.cursor) < target
    _drop(session, Unreached, source, exists().where(col(Broadcast.id) == col(Unreached.broadcast_id), *to_come))
    _drop_older_visits(session, source, target)


def _take_messages(session: Session, source: int, target: int) -> None:
    """By the chats of the source: messages have no index by person.

    What is still being given out does not come to the target once more.
    """
    other = aliased(OutboxRow, name="other")
    known = select(other.id).where(
        text("other.broadcast_id IS NOT NULL AND other.edits_id IS NULL"),
        other.broadcast_id == OutboxRow.broadcast_id,
        other.person_id == target,
    )
    rows = update(OutboxRow).where(
        col(OutboxRow.chat_id).in_(select(Chat.id).where(Chat.person_id == source)),
        col(OutboxRow.person_id) == source,
        ~known.exists(),
    )
    session.execute(rows.values(person_id=target), execution_options=NO_SYNC)


def _got(source: int, target: int) -> Any:
    """The announcements that arrived with either of them."""
    chats = select(Chat.id).where(col(Chat.person_id).in_((source, target)))
    return select(OutboxRow.broadcast_id).where(
        col(OutboxRow.chat_id).in_(chats), col(OutboxRow.broadcast_id).is_not(None), OutboxRow.state == "sent"
    )


def _drop_older_visits(session: Session, source: int, target: int) -> None:
    for one, stays in ((source, target), (target, source)):
        other = aliased(Visit, name="other_visit")
        later = select(other.person_id).where(
            other.person_id == stays,
            other.broadcast_id == Visit.broadcast_id,
            or_(col(other.at) > col(Visit.at), (col(other.at) == col(Visit.at)) & (other.person_id == target)),
        )
        _drop(session, Visit, one, later.exists())


def _drop(session: Session, table: type[Unreached] | type[Visit], person_id: int, *which: Any) -> None:
    rows = delete(table).where(col(table.person_id) == person_id, *which)
    session.execute(rows, execution_options=NO_SYNC)
