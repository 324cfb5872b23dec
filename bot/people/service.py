"""Recognising people and the chats they write from; two that turn out to be one person become one."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, SQLModel, col

from bot.core.events import ChatRef, Sender
from db import businesses, guests, heard, outbox, unanswered_rows
from db.drafts import DraftState, in_hand
from db.people import Chat, Consent, Person, chat_of, readdress
from db.uniting import unite_announcements


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


MOVED = (
    "chat.person_id",
    "case.reporter_id",
    "draft.person_id",
    "attachment.person_id",
    "question.person_id",
    "claim.person_id",
    "consent.person_id",
    "business.person_id",
    "subscription.person_id",
    "guest.person_id",
    "support.person_id",
    "unreached.person_id",
    "visit.person_id",
    "answer_opt_out.person_id",
)
"""What is somebody's own. Who did something in the past, as histories have it, stays who they were then."""


def unite(session: Session, source: Person, target: Person) -> None:
    """Everything of `source` belongs to `target` from now on; the row of `source` stays, for the histories.

    A dialogue of `source` in hand is set aside where `target` has one too. The source must have no role at present.
    """
    session.flush()
    draft = in_hand(session, source.id)
    if draft and in_hand(session, target.id):
        draft.state = DraftState.ASIDE
        session.flush()
    agreed = select(col(Consent.version)).where(col(Consent.person_id) == target.id)
    session.execute(delete(Consent).where(col(Consent.person_id) == source.id, col(Consent.version).in_(agreed)))
    businesses.make_room(session, source.id, target.id)
    guests.make_room(session, source.id, target.id)
    heard.make_room(session, source.id, target.id)
    unanswered_rows.make_room(session, source.id, target.id)
    unite_announcements(session, source.id, target.id)
    for moved in MOVED:
        table, column = SQLModel.metadata.tables[moved.partition(".")[0]], moved.partition(".")[2]
        session.execute(update(table).where(table.c[column] == source.id).values({column: target.id}))
    session.expire_all()


def part(session: Session, person: Person, chat_id: int, now: datetime) -> bool:
    """The chat is somebody else's from now on, who has nothing yet; False where it is not one of this person's."""
    chat = session.get(Chat, chat_id)
    if chat is None or chat.person_id != person.id or not chat.private:
        return False
    stranger = Person(name="", created_at=now)
    session.add(stranger)
    session.flush()
    chat.person_id = stranger.id
    session.flush()
    return True
