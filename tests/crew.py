"""The ward's staff in tests: roles given directly, without the way over an invitation."""

from bot.core.events import ChatRef, Sender
from bot.feature import App
from bot.people.service import recognise
from db.staff import Role, Staff, serving


def join(
    app: App,
    who: str,
    role: Role,
    *,
    unit: str = "",
    neighbourhood: str = "",
    name: str = "",
    channel: str = "terminal",
) -> Staff:
    """Give somebody of a channel a role, once."""
    now = app.clock()
    with app.database.write() as session:
        _, person = recognise(session, ChatRef(channel, who), Sender(who, who), now)
        staff = serving(session, person.id)
        if staff is None:
            staff = Staff(person_id=person.id, role=role, unit=unit, name=name or who, since=now)
            staff.neighbourhood = neighbourhood
            session.add(staff)
            session.flush()
        return staff
