"""Papers that staff ordered: exports and figures, made aside of the turns and then sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.types import Moment


class OrderState(StrEnum):
    """Where an order stands. After a crash what was being made is made again."""

    ORDERED = "ordered"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


OPEN_ORDER = text("state IN ('ordered', 'making')")
KEPT = text("sha <> ''")


class Order(SQLModel, table=True):
    """One paper that somebody asked for, and the record that it was made.

    `wanted` is plain named data that its `kind` understands. `masked` is the form without names and numbers of people.
    `sha` names the file in the store for as long as it is kept there. From the command line nobody's chat is known.
    """

    __tablename__ = "paper_order"
    __table_args__ = (
        # One event orders one paper, however often its turn was tried.
        UniqueConstraint("key", name="order_once_an_event"),
        CheckConstraint("state IN ('ordered', 'making', 'made', 'failed')", name="order_state_known"),
        # Nobody gets people's names and numbers out of the log without saying what for.
        CheckConstraint("masked OR reason <> ''", name="order_unmasked_has_its_reason"),
        Index("order_open", "id", sqlite_where=OPEN_ORDER, postgresql_where=OPEN_ORDER),
        Index("order_kept", "id", sqlite_where=KEPT, postgresql_where=KEPT),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    kind: str
    chat_id: int | None = Field(default=None, foreign_key="chat.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    wanted: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    masked: bool = True
    reason: str = ""
    state: OrderState = Field(default=OrderState.ORDERED, sa_type=String)
    tries: int = 0
    rows: int = 0
    name: str = ""
    sha: str = ""
    asked_at: datetime = Field(sa_type=Moment, index=True)
    made_at: datetime | None = Field(default=None, sa_type=Moment)
