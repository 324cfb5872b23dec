"""The daily account: every message that came in is a question answered, a step, a case, a command, or dismissed.

What is none of these is a gap, and the admin hears of it with the keys.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM, in_words, local_date
from bot.core.replies import Reply
from bot.feature import App, Feature, Work
from db import accounts
from db.clockwork import Daily, days_done, first_time
from db.staff import Role, with_role

TASK = "reconcile"

LOOKED_BACK = 7
"""Days that are made up for after the bot was down."""

SHOWN = 10
PATIENCE = timedelta(minutes=15)
"""How long an event may wait for its turn before it counts as a gap."""


@dataclass(frozen=True)
class Account:
    """One day: how many events came in, under which headings they are, and the keys of those under none."""

    day: date
    total: int
    headings: dict[str, int]
    gaps: tuple[str, ...]

    def lines(self) -> list[str]:
        """As the command line prints it."""
        shown = [f"{count:8} {heading}" for heading, count in sorted(self.headings.items())]
        missing = [f"{len(self.gaps):8} unaccounted for", *(f"         {key}" for key in self.gaps)]
        return [f"{self.day:%Y-%m-%d}: {self.total} incoming", *shown, *missing]


def feature() -> Feature:
    """Nothing to press; only the clock comes here."""
    return Feature(name="reconcile", due=(account_for_yesterday,))


def account(app: App, day: date) -> Account:
    """The account of a day as it falls in Vietnam."""
    begin = datetime.combine(day, time(), VIETNAM)
    end, overdue = begin + timedelta(days=1), app.clock() - PATIENCE
    with app.database.read() as session:
        counted = accounts.outcomes(session, begin, end)
        gaps = tuple(accounts.unaccounted(session, begin, end, overdue))
    headings = Counter[str]()
    for outcome, count in counted:
        headings[outcome or "waiting or dead"] += count
    return Account(day, sum(headings.values()), dict(headings), gaps)


def account_for_yesterday(app: App) -> None:
    """In office hours, once for each of the last days; silent where there is no gap."""
    now, ward = app.clock(), app.profile()
    if not ward.calendar.is_open(now):
        return
    for day in _open_days(app, local_date(now)):
        found = account(app, day)  # before anybody has to wait for it
        with app.database.write() as session:
            if first_time(session, Daily(task=TASK, day=day, at=now)) and found.gaps:
                _tell(Work(app, session, now, ward), found)


def _open_days(app: App, today: date) -> list[date]:
    """The days before today that nobody has accounted for, the earliest first."""
    days = [today - timedelta(days=ago) for ago in range(LOOKED_BACK, 0, -1)]
    with app.database.read() as session:
        done = days_done(session, TASK, days[0])
    return [day for day in days if day not in done]


def _tell(work: Work, found: Account) -> None:
    text = work.say(
        "reconcile.gaps",
        day=in_words(found.day),
        total=found.total,
        count=len(found.gaps),
        keys="\n".join(found.gaps[:SHOWN]),
    )
    for admin in with_role(work.session, Role.ADMIN):
        work.tell(admin.person_id, Reply(text), f"reconcile:{found.day}:staff:{admin.id}")
