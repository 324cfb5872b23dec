"""What the ward wrote to an owner about a case, and whether it arrived."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class Kind(StrEnum):
    """Why it was written."""

    ANSWER = "answer"
    CORRECTION = "correction"
    REQUEST = "request"
    DECLINE = "decline"


class LetterState(StrEnum):
    """A proposed letter waits for a leader, who sends or returns it."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    SENT = "sent"


class Delivery(StrEnum):
    """Whether the owner has it: `failed` is a task for an officer, `told` means by telephone, letter or in person."""

    NONE = ""
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    TOLD = "told"


PENDING = text("delivery = 'pending'")
FAILED = text("delivery = 'failed'")
PROPOSED = text("state = 'proposed'")


class Letter(SQLModel, table=True):
    """One letter. It is enqueued as `parts` messages `letter:<id>#1`, `#2`, …; 0 where the owner has no chat."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("kind IN ('answer', 'correction', 'request', 'decline')", name="letter_kind_known"),
        CheckConstraint("state IN ('proposed', 'returned', 'sent')", name="letter_state_known"),
        CheckConstraint("delivery IN ('', 'pending', 'delivered', 'failed', 'told')", name="letter_delivery_known"),
        # No case is answered without substance, basis and the name of the officer who answers.
        CheckConstraint(
            "kind NOT IN ('answer', 'correction') OR (length(text) >= 20 AND basis <> '' AND officer <> '')",
            name="letter_answer_has_substance_basis_and_name",
        ),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="letter_sent_has_its_day"),
        Index("letter_pending", "id", sqlite_where=PENDING, postgresql_where=PENDING),
        Index("letter_failed", "case_id", sqlite_where=FAILED, postgresql_where=FAILED),
        # One proposal at a time waits for a leader.
        Index("letter_one_proposed", "case_id", unique=True, sqlite_where=PROPOSED, postgresql_where=PROPOSED),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    kind: Kind = Field(sa_type=String)
    text: str
    basis: str = ""
    officer: str = ""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    approved_by: int | None = Field(default=None, foreign_key="staff.id")
    state: LetterState = Field(default=LetterState.SENT, sa_type=String)
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    delivery: Delivery = Field(default=Delivery.NONE, sa_type=String)
    parts: int = 0
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    reason: str = ""


def of_case(session: Session, case_id: int) -> list[Letter]:
    """All letters about a case, in order."""
    return list(session.exec(select(Letter).where(Letter.case_id == case_id).order_by(col(Letter.id))))


def proposed(session: Session, case_id: int) -> Letter | None:
    """The letter that waits for a leader."""
    return session.exec(select(Letter).where(Letter.case_id == case_id, PROPOSED)).one_or_none()


def last_sent(session: Session, case_id: int) -> Letter | None:
    """The newest letter that was sent."""
    rows = select(Letter).where(Letter.case_id == case_id, Letter.state == LetterState.SENT)
    return session.exec(rows.order_by(col(Letter.id).desc()).limit(1)).first()


def failed(session: Session, case_id: int) -> list[Letter]:
    """The letters about a case that did not arrive and that nobody has told the owner of yet."""
    return list(session.exec(select(Letter).where(Letter.case_id == case_id, FAILED).order_by(col(Letter.id))))


def unread(session: Session, case_id: int) -> bool:
    """Whether a letter about a case is under way to its owner, or did not arrive."""
    rows = select(Letter.id).where(Letter.case_id == case_id, col(Letter.delivery).in_(("pending", "failed")))
    return session.exec(rows.limit(1)).first() is not None


def pending(session: Session, limit: int) -> list[Letter]:
    """Letters of which nobody knows yet whether they arrived."""
    return list(session.exec(select(Letter).where(PENDING).order_by(col(Letter.id)).limit(limit)))
