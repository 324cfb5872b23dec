"""Announcements in tests of what people see of them: rows as the clock would have left them."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.feature import App
from bot.people.codes import ALPHABET
from db.broadcasts import Broadcast, BroadcastState
from db.outbox import Lane, OutboxRow, OutboxState
from db.people import Chat
from db.staff import Role
from tests.crew import join
from tests.people.test_registering import person


def sent(app: App, title: str, *, ago: timedelta = timedelta(hours=1), **other: Any) -> int:
    """An announcement that has left; its number in the database."""
    author = join(app, "author", Role.OFFICER, unit="kthtdt").id
    at = app.clock() - ago
    with app.database.write() as session:
        number = len(session.exec(select(Broadcast.id)).all()) + 1
        values: dict[str, Any] = {
            "key": f"key-{number}",
            "year": at.year,
            "number": number,
            "proof": f"K7M2P4Q{ALPHABET[number % len(ALPHABET)]}",
            "title": title,
            "body": f"Nội dung của {title}.",
            "audience": {},
            "unit": "kthtdt",
            "signer": "Trưởng phòng",
            "author_id": author,
            "needs_approval": False,
            "state": BroadcastState.SENT,
            "created_at": at,
            "send_at": at,
            "started_at": at,
        }
        broadcast = Broadcast(**values | other)
        session.add(broadcast)
        session.flush()
        return broadcast.id


def arrived(app: App, broadcast_id: int, who: str, state: OutboxState = OutboxState.SENT) -> None:
    """Somebody at the terminal has got it, or whatever the state says."""
    number = person(app, who)
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.person_id == number)).one()
        chat.last_number += 1
        row = OutboxRow(
            dedupe=f"broadcast:{broadcast_id}:person:{number}",
            channel=chat.channel,
            chat_id=chat.id,
            number=chat.last_number,
            body="",
            broadcast_id=broadcast_id,
            person_id=number,
            state=state,
            lane=Lane.NOTICE,
            created_at=app.clock(),
            not_before=app.clock(),
            settled_at=None if state == OutboxState.READY else app.clock(),
        )
        session.add(row)


def change(app: App, broadcast_id: int, **values: object) -> None:
    """As a later act would have left it."""
    with app.database.write() as session:
        broadcast = session.get_one(Broadcast, broadcast_id)
        for name, value in values.items():
            setattr(broadcast, name, value)
        session.add(broadcast)
