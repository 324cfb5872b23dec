"""People and the chats in which they are reached."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class Person(SQLModel, table=True):
    """Somebody who talks with the ward. Records belong to a person, not to a chat: channels come and go."""

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(default=None, primary_key=True)
    name: str
    created_at: datetime = Field(sa_type=Moment)


class Chat(SQLModel, table=True):
    """A place where messages come and go. A group's person stands for the group, of which nothing personal is kept."""

    __tablename__ = "chat"
    __table_args__ = (
        # One chat of a channel is one row: its messages can never be numbered twice.
        UniqueConstraint("channel", "address", name="one_row_a_chat"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    channel: str
    address: str
    person_id: int = Field(foreign_key="person.id", index=True)
    private: bool = True
    last_number: int = 0
    gone_since: datetime | None = Field(default=None, sa_type=Moment)
    heard_at: datetime | None = Field(default=None, sa_type=Moment)


class Consent(SQLModel, table=True):
    """Somebody agreed to how the ward keeps what they send, in the words of one version of the notice."""

    __tablename__ = "consent"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    version: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


def chat_of(session: Session, channel: str, address: str) -> Chat | None:
    """The chat, if anything was ever said in it."""
    return session.exec(select(Chat).where(Chat.channel == channel, Chat.address == address)).one_or_none()


def chats_of(session: Session, person_id: int) -> list[Chat]:
    """The private chats in which somebody is reached, the newest last."""
    rows = select(Chat).where(Chat.person_id == person_id, Chat.private, col(Chat.gone_since).is_(None))
    return list(session.exec(rows.order_by(col(Chat.id))))


def mark_gone(session: Session, chat_id: int, now: datetime) -> None:
    """Nobody is reached there since then. One statement on one column: the chat may be written to meanwhile."""
    gone = update(Chat).where(col(Chat.id) == chat_id, col(Chat.gone_since).is_(None)).values(gone_since=now)
    session.execute(gone)


def readdress(session: Session, chat_id: int, address: str) -> None:
    """The platform gave the chat another address."""
    session.execute(update(Chat).where(col(Chat.id) == chat_id).values(address=address))


def reachable(session: Session, person_id: int) -> Chat | None:
    """The private chat in which somebody was heard last and is still reached."""
    rows = select(Chat).where(Chat.person_id == person_id, Chat.private, col(Chat.gone_since).is_(None))
    return session.exec(rows.order_by(col(Chat.heard_at).desc().nulls_last(), col(Chat.id).desc()).limit(1)).first()
