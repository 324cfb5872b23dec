"""People at the terminal who have a role, as an invitation gave it to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.feature import App, Work
from bot.people.staff import Offer, invite
from db.staff import Role, Staff, all_serving
from tests.terminal import Owner


@contextmanager
def working(app: App) -> Iterator[Work]:
    """One transaction of the command line or the clock."""
    with app.database.write() as session:
        yield Work(app, session, app.clock(), app.profile())


def hire(app: App, who: str, role: Role, unit: str = "", *, name: str = "", neighbourhood: str = "") -> Owner:
    """Somebody takes up a role with a code."""
    owner = Owner(app, who)
    owner.says(f"/start moi_{offered(app, Offer(role, unit, neighbourhood, name or f'Tên {who}'))}")
    return owner


def offered(app: App, offer: Offer) -> str:
    """The code of an invitation from the command line."""
    with working(app) as work:
        return invite(work, offer)[1]


def staff_named(app: App, name: str) -> Staff:
    """Who serves under that name."""
    with app.database.read() as session:
        return next(staff for staff in all_serving(session) if staff.name == name)
