"""One-time codes by which somebody takes over a case that was logged for them, or brings their cases to a new chat."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, select

from db.types import Moment


class Claim(SQLModel, table=True):
    """A code for one case, or for everything of one person; only its SHA-256 is kept."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("code_hash", name="claim_code_once"),
        CheckConstraint("(case_id IS NULL) <> (person_id IS NULL)", name="claim_is_for_one_thing"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    code_hash: str
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    used_by: int | None = Field(default=None, foreign_key="person.id")


def claim_of(session: Session, code_hash: str) -> Claim | None:
    """A claim, used or not."""
    return session.exec(select(Claim).where(Claim.code_hash == code_hash)).one_or_none()
