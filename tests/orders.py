"""Papers ordered in tests directly, without the dialogue."""

from sqlmodel import select

from bot.feature import App
from db.orders import Order
from db.people import Chat
from db.staff import Staff


def put(
    app: App, staff: Staff, kind: str, *, key: str = "order", wanted: dict[str, object] | None = None, reason: str = ""
) -> None:
    """An order of somebody's only chat; with a reason it is for the full form."""
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.person_id == staff.person_id)).one()
        order = Order(
            key=key,
            kind=kind,
            chat_id=chat.id,
            person_id=staff.person_id,
            staff_id=staff.id,
            wanted=wanted or {},
            masked=not reason,
            reason=reason,
            asked_at=app.clock(),
        )
        session.add(order)
