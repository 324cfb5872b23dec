"""A called meeting with invited people, put straight into the tables as organising and sending would have left them."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from bot.core.clock import VIETNAM, local_date
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.codes import ALPHABET
from bot.people.service import recognise
from db import guests
from db.broadcasts import Broadcast, BroadcastCount, BroadcastState
from db.meetings import Guest, Meeting, MeetingState
from db.numbers import next_of
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat
from db.staff import Role, Staff
from tests.broadcasts.crowd import people
from tests.crew import join

TITLE = "Đối thoại về vỉa hè"
PLACE = "Hội trường UBND phường, số 1 đường Thanh Niên"


def organiser(app: App) -> Staff:
    """The officer who called it: minh at the terminal."""
    return join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


def chair(app: App) -> Staff:
    """A leader: son at the terminal."""
    return join(app, "son", Role.LEADER, name="Lãnh đạo Sơn")


def in_days(app: App, days: int, at: time = time(8)) -> datetime:
    """That time of day so many days from today."""
    return datetime.combine(local_date(app.clock()) + timedelta(days=days), at, VIETNAM)


def called(app: App, *, days: int = 10, capacity: int = 0, **more: object) -> int:
    """A meeting at eight in so many days, its invitation sent to nobody yet; its id. `more` are columns of its row."""
    author, key = organiser(app), uuid4().hex
    starts_at = in_days(app, days)
    values: dict[str, Any] = {
        "key": key,
        "uid": f"{key}@dong-hanh",
        "state": MeetingState.CALLED,
        "title": TITLE,
        "starts_at": starts_at,
        "place": PLACE,
        "chair": "Phó Chủ tịch UBND phường",
        "contact": "0220 3892 000",
        "capacity": capacity,
        "closes_at": starts_at - timedelta(hours=13),
        "unit": author.unit,
        "author_id": author.id,
        "created_at": app.clock(),
    }
    with app.database.write() as session:
        meeting = Meeting(**(values | more))
        session.add(meeting)
        session.flush()
        meeting.invitation_id = _invitation(session, meeting, app.clock()).id
        session.add(meeting)
        return meeting.id


def _invitation(session: Session, meeting: Meeting, now: datetime) -> Broadcast:
    broadcast = Broadcast(
        key=f"{meeting.key}:invitation",
        year=now.year,
        number=next_of(session, BroadcastCount, now.year),
        proof=meeting.key[:8],
        kind="invitation",
        subject=meeting.subject,
        title=meeting.title,
        body="Mời ông/bà dự đối thoại.",
        audience={},
        late="drop",
        unit=meeting.unit,
        signer="Cán bộ Minh",
        author_id=meeting.author_id,
        needs_approval=False,
        state=BroadcastState.SENT,
        created_at=now,
        send_at=now,
        started_at=now,
        fanned_at=now,
        ended_at=now,
        expires_at=meeting.starts_at,
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def person_of(app: App, who: str) -> int:
    """The person of that name at the terminal."""
    with app.database.write() as session:
        return recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())[1].id


def invite(app: App, meeting_id: int, who: str) -> int:
    """Somebody at the terminal has got the invitation, once; their id."""
    person_id = person_of(app, who)
    with app.database.read() as session:
        got = guests.invited(session, session.get_one(Meeting, meeting_id).invitation_id, person_id)
    _reached(app, meeting_id, [] if got else [person_id])
    return person_id


def invite_crowd(app: App, meeting_id: int, number: int, *, channel: str = "telegram") -> list[int]:
    """So many more registered people have got it; their ids."""
    ids = people(app, number, channel=channel)
    _reached(app, meeting_id, ids)
    return ids


def _reached(app: App, meeting_id: int, ids: Iterable[int]) -> None:
    with app.database.write() as session:
        invitation = session.get_one(Meeting, meeting_id).invitation_id
        chats = session.exec(select(Chat).where(col(Chat.person_id).in_(list(ids)))).all()
        for chat in chats:
            chat.last_number += 1
            session.add(chat)
            session.add(_row(chat, invitation, app.clock()))


def _row(chat: Chat, broadcast_id: int | None, now: datetime) -> OutboxRow:
    return OutboxRow(
        dedupe=f"broadcast:{broadcast_id}:person:{chat.person_id}",
        channel=chat.channel,
        chat_id=chat.id,
        number=chat.last_number,
        body="",
        broadcast_id=broadcast_id,
        person_id=chat.person_id,
        state=OutboxState.SENT,
        lane=Lane.NOTICE,
        created_at=now,
        not_before=now,
        settled_at=now,
    )


def meeting_of(app: App, meeting_id: int) -> Meeting:
    """The meeting as it stands."""
    with app.database.read() as session:
        return session.get_one(Meeting, meeting_id)


def guests_of(app: App, meeting_id: int) -> list[Guest]:
    """Everybody who answered, in the order of their first answer."""
    with app.database.read() as session:
        return list(session.exec(select(Guest).where(Guest.meeting_id == meeting_id).order_by(col(Guest.id))))


def change(app: App, meeting_id: int, **values: object) -> None:
    """As a later act would have left the meeting."""
    with app.database.write() as session:
        meeting = session.get_one(Meeting, meeting_id)
        for name, value in values.items():
            setattr(meeting, name, value)
        session.add(meeting)


def answered(app: App, meeting_id: int, who: str, answer: str = "coming", **more: object) -> int:
    """Somebody at the terminal answered; the id of their row. Whoever has places takes them from the meeting."""
    person_id = person_of(app, who)
    with app.database.write() as session:
        meeting = session.get_one(Meeting, meeting_id)
        number = len(session.exec(select(Guest.id).where(Guest.meeting_id == meeting_id)).all()) + 1
        values: dict[str, Any] = {
            "meeting_id": meeting_id,
            "person_id": person_id,
            "answer": answer,
            "answered_at": app.clock(),
            "code": code(number),
        }
        guest = Guest(**(values | more))
        if answer in {"coming", "offered"}:
            meeting.taken += guest.party
        if guest.turn is not None:
            meeting.queued = max(meeting.queued, guest.turn)
        session.add_all((guest, meeting))
        session.flush()
        return guest.id


def code(number: int) -> str:
    """A code of six characters for the guest of that number; none has it twice up to 484."""
    tens, ones = divmod(number, len(ALPHABET))
    return f"CFGH{ALPHABET[tens]}{ALPHABET[ones]}"


def work(app: App, session: Session, key: str = "") -> Work:
    """A transaction at work, of the clock or of an event."""
    return Work(app, session, app.clock(), app.profile(), key)
