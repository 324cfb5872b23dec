"""Papers that staff ordered: exports and figures, made aside of the turns and then sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    String,
    UniqueConstraint,
    text,
    update,
)
from sqlmodel import Field, Session, SQLModel, col, select

from db.inbox import Scope
from db.people import Chat
from db.types import Moment


class OrderState(StrEnum):
    """Where an order stands. After a crash what was being made is made again."""

    ORDERED = "ordered"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


NO_SYNC = {"synchronize_session": False}
OPEN_ORDER = text("state IN ('ordered', 'making')")
WAITING = text("state = 'ordered'")
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


def by_key(session: Session, key: str) -> Order | None:
    """The order of an event."""
    return session.exec(select(Order).where(Order.key == key)).one_or_none()


SAME = ("kind", "staff_id", "chat_id", "wanted", "masked", "reason")


def same_open(session: Session, order: Order) -> Order | None:
    """An order by the same role for the same paper and purpose that is still open."""
    rows = select(Order).where(OPEN_ORDER, Order.person_id == order.person_id).order_by(col(Order.id))
    return next((row for row in session.exec(rows) if all(getattr(row, of) == getattr(order, of) for of in SAME)), None)


def kept_of(session: Session, staff_id: int) -> list[Order]:
    """What was made for a role and is still in the store."""
    return list(session.exec(select(Order).where(KEPT, Order.staff_id == staff_id).order_by(col(Order.id))))


def claim(session: Session, scope: Scope) -> Order | None:
    """Take the oldest order of the scope that waits; None where none does. One statement: no two take the same."""
    oldest = (
        select(Order.id)
        .join(Chat, col(Chat.id) == col(Order.chat_id))
        .where(OPEN_ORDER, WAITING, *_within(scope))
        .order_by(col(Order.id))
        .limit(1)
        .with_for_update(of=Order, skip_locked=True)
    )
    taken = (
        update(Order)
        .where(col(Order.id) == oldest.scalar_subquery(), WAITING)
        .values(state=OrderState.MAKING, tries=Order.tries + 1)
        .returning(col(Order.id))
    )
    order_id = session.execute(taken, execution_options=NO_SYNC).scalar_one_or_none()
    return None if order_id is None else session.get_one(Order, order_id, populate_existing=True)


def waits(session: Session, scope: Scope) -> bool:
    """Whether there is something to claim."""
    rows = select(Order.id).join(Chat, col(Chat.id) == col(Order.chat_id)).where(OPEN_ORDER, WAITING, *_within(scope))
    return session.exec(rows.limit(1)).first() is not None


def under_way(session: Session, scope: Scope) -> list[Order]:
    """What was being made in the scope: at the start of its only process, what a crash left."""
    rows = select(Order).join(Chat, col(Chat.id) == col(Order.chat_id))
    rows = rows.where(OPEN_ORDER, Order.state == OrderState.MAKING, *_within(scope))
    return list(session.exec(rows.order_by(col(Order.id))))


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    wanted = [col(Chat.channel) == scope.channel]
    return wanted if scope.chat is None else [*wanted, col(Chat.address) == scope.chat]


def being_made(session: Session, order_id: int) -> Order | None:
    """The order, locked, if it is still the one that is being made."""
    row = session.get(Order, order_id, with_for_update=True, populate_existing=True)
    return row if row and row.state == OrderState.MAKING else None


def kept_until(session: Session, before: datetime, limit: int) -> list[Order]:
    """Orders whose paper is still in the store though it was made before a moment."""
    rows = select(Order).where(KEPT, col(Order.made_at) < before)
    return list(session.exec(rows.order_by(col(Order.id)).limit(limit)))


def keeps(session: Session, sha: str) -> bool:
    """Whether the paper of any order is that content."""
    return session.exec(select(Order.id).where(KEPT, Order.sha == sha).limit(1)).first() is not None
