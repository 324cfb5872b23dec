"""Answers that hold until a day: a task for the unit before it, once more when it has come."""

from datetime import date, timedelta

import faq
from bot.answers.library import Library
from bot.answers.staff import telling_staff
from bot.cases.owed import is_open
from bot.core.clock import in_words, local_date
from bot.feature import App, Feature, Work
from db.clockwork import Daily, first_time

STILL_TOLD = timedelta(days=14)
"""The day may fall on a holiday, or the bot be away: how long afterwards it is still told that it has come."""


class Expiring:
    """The days of the answers, looked at once a day and whenever an answer changes."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._looked: tuple[date, int, int] | None = None

    def feature(self) -> Feature:
        """What is due."""
        return Feature(name="entries_expiring", due=(self.warn,))

    def warn(self, app: App) -> None:
        """In office hours; each answer and day once, whatever restarts and however many processes tick."""
        if not is_open(app):
            return
        with app.database.read() as session:
            held = self.library.held(session)
        today, warn_days = local_date(app.clock()), app.profile().faq.warn_days
        looked = (today, held.version, warn_days)
        if looked == self._looked:
            return
        due = [entry for entry in held.content.entries.values() if _is_near(entry, today, warn_days)]
        if due:
            with app.database.write() as session:
                work = Work(app, session, app.clock(), app.profile())
                for entry in due:
                    _task(work, entry)
        self._looked = looked


def _is_near(entry: faq.Entry, today: date, warn_days: int) -> bool:
    day = entry.valid_until
    return day is not None and today - STILL_TOLD <= day <= today + timedelta(days=warn_days)


def _task(work: Work, entry: faq.Entry) -> None:
    """Which of the two it is by now; the earlier one is not sent after the later. It waits for somebody to hear it."""
    day = entry.valid_until or work.today
    has_come = day <= work.today
    task = f"faq.expired:{entry.id}" if has_come else f"faq.expiring:{entry.id}"
    minders = telling_staff.minders(work, entry.category)
    if not minders or not first_time(work.session, Daily(task=task, day=day, at=work.now)):
        return
    key = "entries.task_expired" if has_come else "entries.task_expiring"
    said = work.say(key, question=entry.question, day=in_words(day))
    prolong = work.button("entries.button_prolong", f"entry.prolong:{entry.id}")
    opened = telling_staff.open_button(work, entry.id)
    for one in minders:
        reply = telling_staff.task(work, one, said, prolong, opened)
        work.tell(one.person_id, reply, f"{task}:{day:%Y%m%d}:{one.id}")
