"""A ward full of registered people, and announcements to them, put straight into the tables."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from bot.broadcasts.audience import Audience
from bot.feature import App
from db.broadcasts import Broadcast, BroadcastState
from db.businesses import Business, Subscription
from db.outbox import OutboxRow
from db.people import Chat, Person
from db.staff import Role
from tests.crew import join

FIRST_ADDRESS = 5_000


def people(app: App, number: int, *, channel: str = "telegram", subjects: tuple[str, ...] = ("",)) -> list[int]:
    """So many more people, each registered, with a chat whose address is their id plus 5,000."""
    now = app.clock()
    with app.database.write() as session:
        persons = [Person(name="", created_at=now) for _ in range(number)]
        session.add_all(persons)
        session.flush()
        ids = [person.id for person in persons]
        for person_id in ids:
            address = str(FIRST_ADDRESS + person_id)
            session.add(Chat(channel=channel, address=address, person_id=person_id, heard_at=now))
            register(session, person_id, now, subjects)
    return ids


def register(session: Session, person_id: int, now: datetime, subjects: tuple[str, ...] = ("",), **more: str) -> None:
    """Somebody who wants this news."""
    session.add(Business(person_id=person_id, registered_at=now, changed_at=now, **more))
    session.add_all(Subscription(person_id=person_id, subject=subject, since=now) for subject in subjects)


def announce(
    app: App,
    audience: Audience | None = None,
    *,
    state: BroadcastState = BroadcastState.SCHEDULED,
    after: timedelta = timedelta(),
    **more: object,
) -> int:
    """An announcement that needs nothing more, due after so long; its id."""
    author = join(app, "can bo", Role.OFFICER, unit="kthtdt")
    now, key = app.clock(), uuid4().hex
    with app.database.write() as session:
        number = len(session.exec(select(Broadcast.id)).all()) + 1
        values: dict[str, Any] = {
            "key": key,
            "year": now.year,
            "number": number,
            "proof": key[:8],
            "title": "Nộp thuế quý IV",
            "body": "Hạn nộp là <b>31/12</b>.",
            "audience": (audience or Audience()).to_json(),
            "unit": "kthtdt",
            "signer": "Cán bộ",
            "author_id": author.id,
            "needs_approval": False,
            "state": state,
            "created_at": now,
            "send_at": now + after,
        }
        broadcast = Broadcast(**(values | more))
        session.add(broadcast)
        session.flush()
        return broadcast.id


def standing(app: App, broadcast_id: int) -> Broadcast:
    """The announcement as it stands."""
    with app.database.read() as session:
        return session.get_one(Broadcast, broadcast_id)


def change(app: App, broadcast_id: int, state: BroadcastState | None = None, **values: object) -> None:
    """What an officer does to it, as the service writes it."""
    with app.database.write() as session:
        broadcast = session.get_one(Broadcast, broadcast_id)
        broadcast.state = state or broadcast.state
        broadcast.settled = False
        broadcast.sqlmodel_update(values)
        session.add(broadcast)


def rows_of(app: App, broadcast_id: int) -> list[OutboxRow]:
    """Its messages in the order of the people."""
    with app.database.read() as session:
        rows = select(OutboxRow).where(OutboxRow.broadcast_id == broadcast_id)
        return list(session.exec(rows.order_by(col(OutboxRow.person_id), col(OutboxRow.id))))
