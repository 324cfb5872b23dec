"""What the clock looks at one by one: one that raises is logged, holds up none of the others, waits for a tick."""

import logging
from collections.abc import Callable, Iterable

from bot.feature import App, Work
from db.session import is_outage

log = logging.getLogger(__name__)

IsDue = Callable[[Work, int], bool]
Do = Callable[[Work, int], None]


def each(app: App, what: str, ids: Iterable[int], is_due: IsDue, do: Do) -> None:
    """Do what is due, each in a transaction of its own, begun only where something is due; `what` stands in the log.

    Raises an outage of the database: then nothing succeeds.
    """
    for number in ids:
        try:
            _one(app, number, is_due, do)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception(what, number)


def _one(app: App, number: int, is_due: IsDue, do: Do) -> None:
    with app.database.read() as session:
        if not is_due(Work(app, session, app.clock(), app.profile()), number):
            return
    with app.database.write() as session:
        do(Work(app, session, app.clock(), app.profile()), number)
