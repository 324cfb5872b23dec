"""Recognising people and the chats they write from."""

from datetime import datetime

from sqlmodel import Session

from bot.core.events import ChatRef, Sender
from db import outbox
from db.people import Chat, Person, chat_of, readdress


def recognise(
    session: Session, ref: ChatRef, sender: Sender, now: datetime, *, private: bool = True
) -> tuple[Chat, Person]:
    """The chat and the person behind it; both are made at the first word, and the newest name is kept."""
    chat = chat_of(session, ref.channel, ref.address)
    if chat is None:
        return _meet(session, ref, sender, now, private=private)
    person = session.get_one(Person, chat.person_id)
    if private and sender.name and person.name != sender.name:
        person.name = sender.name
    return chat, person


def _meet(session: Session, ref: ChatRef, sender: Sender, now: datetime, *, private: bool) -> tuple[Chat, Person]:
    person = Person(name=sender.name if private else "", created_at=now)
    session.add(person)
    session.flush()
    chat = Chat(channel=ref.channel, address=ref.address, person_id=person.id, private=private)
    session.add(chat)
    session.flush()
    return chat, person


def follow(session: Session, chat_id: int, address: str) -> bool:
    """Follow a chat to its new address; False where that is a chat of its own already, which gets what still waited."""
    chat = session.get_one(Chat, chat_id)
    known = chat_of(session, chat.channel, address)
    if known is None:
        readdress(session, chat_id, address)
    elif known.id != chat_id:
        outbox.hand_over(session, chat, known)
        return False
    return True
