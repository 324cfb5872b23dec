"""Every question that was asked, and what became of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment

UNGROUPED = text(
    "group_id IS NULL AND (reported_at IS NOT NULL OR feedback = -1"
    " OR text <> '' AND (decision = 'none' OR decision = 'suggest' AND entry = ''))"
)
"""What the FAQ did not answer, or not rightly, and nobody has put with its like yet."""


class QuestionRow(SQLModel, table=True):
    """One question as it was understood; long numbers in the text are masked before they come here.

    Whoever pressed "this answer is wrong" did so at `reported_at`. `group_id` is where the staff find it.
    """

    __tablename__ = "question"
    __table_args__ = (
        # One event asks one question, however often its turn was tried.
        UniqueConstraint("key", name="question_once_an_event"),
        CheckConstraint(
            "decision IN ('answer', 'suggest', 'report', 'smalltalk', 'none', 'shown')", name="question_decision_known"
        ),
        CheckConstraint("feedback IN (-1, 0, 1)", name="question_feedback_known"),
        Index("question_ungrouped", "id", sqlite_where=UNGROUPED, postgresql_where=UNGROUPED),
        # Who was given this answer lately.
        Index("question_of_entry", "entry", "asked_at"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    chat_id: int = Field(foreign_key="chat.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    text: str
    decision: str
    entry: str = ""
    score: float = 0.0
    feedback: int = 0
    remark: str = ""
    asked_at: datetime = Field(sa_type=Moment, index=True)
    reported_at: datetime | None = Field(default=None, sa_type=Moment)
    group_id: int | None = Field(default=None, foreign_key="question_group.id", index=True)


def last_of(session: Session, chat_id: int) -> QuestionRow | None:
    """What was asked last in this chat."""
    rows = select(QuestionRow).where(QuestionRow.chat_id == chat_id).order_by(col(QuestionRow.id).desc()).limit(1)
    return session.exec(rows).first()


def wipe(
    session: Session, chat_ids: Collection[int], texts: Collection[str], question: QuestionRow | None = None
) -> list[str]:
    """Take these texts, and this question, out of what was asked in these chats; the keys of the events behind them."""
    rows = select(QuestionRow).where(col(QuestionRow.chat_id).in_(chat_ids), col(QuestionRow.text).in_(texts))
    found = [*session.exec(rows), *([question] if question else ())]
    for row in found:
        row.text, row.remark = "", ""
        session.add(row)
    session.flush()
    return [row.key for row in found]


def of_person(session: Session, question_id: int, person_id: int) -> QuestionRow | None:
    """A question by its number, only if this person asked it."""
    row = session.get(QuestionRow, question_id)
    return row if row and row.person_id == person_id else None


def of_chat(session: Session, question_id: int, chat_id: int) -> QuestionRow | None:
    """A question by its number, only if it was asked in this chat."""
    return session.exec(
        select(QuestionRow).where(QuestionRow.id == question_id, QuestionRow.chat_id == chat_id)
    ).one_or_none()
