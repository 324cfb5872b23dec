"""Dialogues that are not finished."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class DraftState(StrEnum):
    """`open` takes the next message; `aside` waits to be taken up again; the others are history."""

    OPEN = "open"
    ASIDE = "aside"
    DONE = "done"
    CANCELLED = "cancelled"


IN_HAND = text("state = 'open'")


class DraftRow(SQLModel, table=True):
    """What somebody has answered so far in a dialogue; plain named data that outlives the code.

    `messages` are the platform's ids of the messages that answered, by question; `keys` the events that said something.
    """

    __tablename__ = "draft"
    __table_args__ = (
        # A person has one dialogue in hand: a message can belong to one question only.
        Index("draft_one_in_hand", "person_id", unique=True, sqlite_where=IN_HAND, postgresql_where=IN_HAND),
        CheckConstraint("state IN ('open', 'aside', 'done', 'cancelled')", name="draft_state_known"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    flow: str
    answers: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    pending: str | None = None
    messages: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    keys: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    state: DraftState = Field(default=DraftState.OPEN, sa_type=String)
    updated_at: datetime = Field(sa_type=Moment)


def in_hand(session: Session, person_id: int) -> DraftRow | None:
    """The dialogue that the person's next message belongs to, as it stands now and stays until the end."""
    rows = select(DraftRow).where(DraftRow.person_id == person_id, DraftRow.state == DraftState.OPEN)
    return session.exec(rows.with_for_update(), execution_options={"populate_existing": True}).one_or_none()


def of_flow(session: Session, person_id: int, flow: str, limit: int = 10) -> list[DraftRow]:
    """Somebody's newest drafts of one dialogue, finished or not."""
    rows = select(DraftRow).where(DraftRow.person_id == person_id, DraftRow.flow == flow)
    return list(session.exec(rows.order_by(col(DraftRow.id).desc()).limit(limit)))


def of_person(session: Session, draft_id: int, person_id: int) -> DraftRow | None:
    """A draft by its number, only if it is this person's and not finished; two chats cannot finish it at once."""
    live = (DraftState.OPEN, DraftState.ASIDE)
    rows = select(DraftRow).where(
        DraftRow.id == draft_id, DraftRow.person_id == person_id, col(DraftRow.state).in_(live)
    )
    return session.exec(rows.with_for_update(), execution_options={"populate_existing": True}).one_or_none()


def set_aside_since(session: Session, person_id: int, moment: datetime) -> DraftRow | None:
    """The dialogue that was set aside last, not before that moment."""
    rows = select(DraftRow).where(DraftRow.person_id == person_id, DraftRow.state == DraftState.ASIDE)
    newest = rows.where(DraftRow.updated_at >= moment).order_by(
        col(DraftRow.updated_at).desc(), col(DraftRow.id).desc()
    )
    return session.exec(newest.limit(1).with_for_update(), execution_options={"populate_existing": True}).first()
