"""Every question that was asked, and what became of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, delete, or_, text
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db import entry_rows
from db.entries import Phrasing
from db.types import Moment
from db.unanswered import QuestionGroup

UNGROUPED = text(
    "group_id IS NULL AND (text <> '' OR entry <> '')"
    " AND (reported_at IS NOT NULL OR feedback = -1 OR decision = 'none' OR decision = 'suggest' AND entry = '')"
)
"""What the FAQ did not answer, or not rightly, and nobody has put with its like yet; what was wiped says nothing."""


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
    said = and_(col(QuestionRow.chat_id).in_(chat_ids), col(QuestionRow.text).in_(texts))
    rows = select(QuestionRow).where(or_(said, col(QuestionRow.id) == question.id) if question else said)
    found = locked(session, rows.order_by(col(QuestionRow.id)))
    gone = {row.text for row in found} - {""}
    for row in found:
        row.text, row.remark = "", ""
        session.add(row)
    session.flush()
    for group_id in sorted({row.group_id for row in found if row.group_id is not None}):
        _forget(session, group_id, gone)
    return [row.key for row in found]


def locked(session: Session, rows: SelectOfScalar[QuestionRow]) -> list[QuestionRow]:
    """These questions, in the order of their numbers, as they stand now and until the transaction ends.

    Whoever changes questions and their groups locks the questions first.
    """
    return list(session.exec(rows.with_for_update(), execution_options={"populate_existing": True}))


def _forget(session: Session, group_id: int, gone: Collection[str]) -> None:
    """No group is known by words that were taken back, and none of them asks for an entry."""
    locked = select(QuestionGroup).where(QuestionGroup.id == group_id).with_for_update()
    group = session.exec(locked.execution_options(populate_existing=True)).one()
    if group.text in gone:
        others = select(QuestionRow.text).where(QuestionRow.group_id == group_id, QuestionRow.text != "")
        group.text = session.exec(others.order_by(col(QuestionRow.id)).limit(1)).first() or ""
        group.folded = ""
        session.add(group)
    attached = delete(Phrasing).where(col(Phrasing.group_id) == group_id, col(Phrasing.text).in_(gone))
    if session.execute(attached.returning(col(Phrasing.id))).all():
        entry_rows.bump(session)
    if group.settled_as == "":
        _take_out(session, group)


def _take_out(session: Session, group: QuestionGroup) -> None:
    """What says nothing any more waits no longer for staff, unless the entry that was given says what it was about."""
    silent = (QuestionRow.group_id == group.id, QuestionRow.text == "", QuestionRow.entry == "")
    for row in session.exec(select(QuestionRow).where(*silent)):
        row.group_id = None
        group.asked -= 1
        group.reported -= row.reported_at is not None
        session.add(row)
    session.add(group)
    session.flush()


def of_person(session: Session, question_id: int, person_id: int) -> QuestionRow | None:
    """A question by its number, only if this person asked it."""
    row = session.get(QuestionRow, question_id)
    return row if row and row.person_id == person_id else None


def of_chat(session: Session, question_id: int, chat_id: int) -> QuestionRow | None:
    """A question by its number, only if it was asked in this chat."""
    return session.exec(
        select(QuestionRow).where(QuestionRow.id == question_id, QuestionRow.chat_id == chat_id)
    ).one_or_none()
