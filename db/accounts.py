"""What became of the events of a day, held against the traces that they left in other tables."""

from datetime import datetime

from sqlalchemy import and_, exists, or_
from sqlmodel import Session, col, func, select

from db.cases import CaseEvent
from db.inbox import InboxRow, InboxState
from db.questions import QuestionRow


def outcomes(session: Session, begin: datetime, end: datetime) -> list[tuple[str, int]]:
    """How many events came in from `begin` to before `end`, by what they were taken for."""
    rows = select(InboxRow.outcome, func.count()).where(InboxRow.received_at >= begin, InboxRow.received_at < end)
    return list(session.exec(rows.group_by(col(InboxRow.outcome))))


def unaccounted(session: Session, begin: datetime, end: datetime, overdue: datetime) -> list[str]:
    """The keys of the events of that time that nobody can account for.

    They are dead, wait since before `overdue`, were handled as nothing, or left no trace where they should: a question
    in the log, an event in the history of a case.
    """
    asked = exists().where(col(QuestionRow.key) == col(InboxRow.key))
    acted = exists().where(col(CaseEvent.key) == col(InboxRow.key))
    gap = or_(
        col(InboxRow.state) == InboxState.DEAD,
        and_(col(InboxRow.state) == InboxState.OPEN, col(InboxRow.received_at) < overdue),
        and_(col(InboxRow.state) == InboxState.DONE, col(InboxRow.outcome) == ""),
        and_(col(InboxRow.outcome) == "answer", ~asked),
        and_(col(InboxRow.outcome) == "case", ~acted),
    )
    rows = select(InboxRow.key).where(InboxRow.received_at >= begin, InboxRow.received_at < end, gap)
    return list(session.exec(rows.order_by(col(InboxRow.id))))
