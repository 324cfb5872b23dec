"""People who want to be called about something that must not be written down here."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from db.types import Moment

WAITING = text("done_at IS NULL")


class CallBack(SQLModel, table=True):
    """A telephone number and nothing of the matter but its kind."""

    __tablename__ = "call_back"
    __table_args__ = (
        CheckConstraint("kind IN ('complaint', 'denunciation', 'crime')", name="call_back_kind_known"),
        Index("call_back_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    kind: str
    phone: str
    asked_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    done_by: int | None = Field(default=None, foreign_key="staff.id")
