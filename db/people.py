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


def chat_of(session: Session, channel: str, address: str) -> Chat | None:
    """The chat, if anything was ever said in it."""
    return session.exec(select(Chat).where(Chat.channel == channel, Chat.address == address)).one_or_none()


def mark_gone(session: Session, chat_id: int, now: datetime) -> None:
    """Nobody is reached there since then. One statement on one column: the chat may be written to meanwhile."""
    gone = update(Chat).where(col(Chat.id) == chat_id, col(Chat.gone_since).is_(None)).values(gone_since=now)
    session.execute(gone)


def readdress(session: Session, chat_id: int, address: str) -> None:
    """The platform gave the chat another address."""
    session.execute(update(Chat).where(col(Chat.id) == chat_id).values(address=address))
