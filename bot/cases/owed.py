"""How the clock does what is owed: find it, then do each thing in a transaction of its own."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlmodel import Session

from bot.feature import App, Work
from db.session import is_outage

T = TypeVar("T")

log = logging.getLogger(__name__)


def is_open(app: App) -> bool:
    """Whether the office is open: reminders wait until it is."""
    return app.profile().calendar.is_open(app.clock())


def ask(app: App, query: Callable[[Session], T]) -> T:
    """What the database says now, without holding up anybody who writes."""
    with app.database.read() as session:
        return query(session)


def each(app: App, ids: Sequence[int], do: Callable[[Work, int], object]) -> None:
    """Do what is owed for every one of them, a transaction each.

    One that raises is logged and holds up none of the others; a database that is away raises. Nobody who writes to
    the bot meanwhile waits longer than for one of them.
    """
    for one in ids:
        try:
            with app.database.write() as session:
                do(Work(app, session, app.clock(), app.profile()), one)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("%s not done for %s", do.__name__, one)
