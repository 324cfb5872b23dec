"""Who heard of an announcement by a call or a visit, and has to hear that way what corrects it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import exists, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from db.broadcasts import Broadcast, Unreached, Visit
from db.outbox import OutboxRow


def note_told(session: Session, notice: Broadcast) -> None:
    """Whoever was told by hand what a notice corrects, and got none themselves, is one whom it did not reach."""
    corrected = _corrected(session, notice)
    if not corrected:
        return
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    put = insert(Unreached).from_select(["broadcast_id", "person_id"], told(notice.id, corrected))
    session.execute(put.on_conflict_do_nothing())


def _corrected(session: Session, notice: Broadcast) -> list[int]:
    """What it corrects, what that corrected, and so on: each is older than what corrects it."""
    found: list[int] = []
    older = notice.corrects_id if notice.audience.get("reached") else None
    while older is not None and older < (found[-1] if found else notice.id):
        found.append(older)
        before = session.get(Broadcast, older)
        older = before.corrects_id if before else None
    return found


def told(notice_id: int, corrected: list[int]) -> sa.Select[int, int]:
    """The notice, with each person who was told any of these by hand and has no message of the notice."""
    theirs = exists().where(
        text("outbox.broadcast_id IS NOT NULL AND outbox.edits_id IS NULL"),
        col(OutboxRow.broadcast_id) == notice_id,
        col(OutboxRow.person_id) == col(Visit.person_id),
    )
    rows = sa.select(literal(notice_id), col(Visit.person_id)).distinct()
    return rows.where(col(Visit.broadcast_id).in_(corrected), col(Visit.result) == "told", ~theirs)
