"""What people said about their business, and which news they want: whom a notice concerns."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from db.types import Moment

WANTED = text("paused_at IS NULL")


class Business(SQLModel, table=True):
    """Somebody registered for news. `trade` and `neighbourhood` are ids of the ward profile, empty where not told."""

    __tablename__ = "business"
    __table_args__ = (
        CheckConstraint("kind IN ('household', 'company', 'cooperative', 'other')", name="business_kind_known"),
        Index("business_of_group", "neighbourhood", "person_id"),
        Index("business_of_kind", "kind", "person_id"),
        Index("business_of_trade", "trade", "person_id"),
    )

    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    kind: str = "household"
    trade: str = ""
    neighbourhood: str = ""
    name: str = ""
    registered_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class Subscription(SQLModel, table=True):
    """Somebody wants the news of one subject; the empty subject is what concerns everybody. Paused ones stay known."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("subscription_wanted", "subject", "person_id", sqlite_where=WANTED, postgresql_where=WANTED),
    )

    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    subject: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
