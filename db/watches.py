"""Chats in which staff watch how far a broadcast is."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from db.broadcasts import Broadcast
from db.people import Chat
from db.staff import SERVING, Staff


class Watch(SQLModel, table=True):
    """A chat in which one message tells how far a broadcast is; `message` is its id there, empty before it stands."""

    __tablename__ = "watch"

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id", sa_column_kwargs={"autoincrement": False})
    chat_id: int = Field(primary_key=True, foreign_key="chat.id", sa_column_kwargs={"autoincrement": False})
    message: str = ""


def begin(session: Session, broadcast_id: int, chat_id: int) -> None:
    """Watch it in that chat; a second time changes nothing."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"broadcast_id": broadcast_id, "chat_id": chat_id, "message": ""}
    session.execute(insert(Watch).values(values).on_conflict_do_nothing())


def of_channel(session: Session, channel: str) -> Sequence[tuple[Watch, Broadcast, Chat, Staff | None]]:
    """Everything that is watched on a channel, and in which role."""
    rows = (
        select(Watch, Broadcast, Chat, Staff)
        .join(Broadcast, col(Broadcast.id) == col(Watch.broadcast_id))
        .join(Chat, col(Chat.id) == col(Watch.chat_id))
        .outerjoin(Staff, (col(Staff.person_id) == col(Chat.person_id)) & SERVING)
        .where(Chat.channel == channel)
        .order_by(col(Watch.broadcast_id), col(Watch.chat_id))
    )
    return session.exec(rows).all()


def stands(session: Session, watch: Watch, message: str) -> None:
    """The message that is edited from now on."""
    session.execute(update(Watch).where(*_is(watch)).values(message=message))


def end(session: Session, watch: Watch) -> None:
    """Nobody is told any more."""
    session.execute(delete(Watch).where(*_is(watch)))


def _is(watch: Watch) -> tuple[ColumnElement[bool], ...]:
    return col(Watch.broadcast_id) == watch.broadcast_id, col(Watch.chat_id) == watch.chat_id
