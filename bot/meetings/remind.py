"""What the clock owes to guests: offers that nobody took, places that are free, reminders, a last question.

Each reminder is kept with its guest as the sequence of the meeting to which it belongs, in the transaction that tells
it: a restart, a second clock or a tick that comes twice sends nothing twice.
"""

from datetime import datetime, timedelta
from functools import partial

from bot.cases.owed import ask, each
from bot.feature import App, Feature, Work
from bot.meetings import places, seats, telling
from db import guests, meetings
from db.meetings import Guest, Meeting, locked

DAY = timedelta(days=1)
TOO_NEAR = timedelta(hours=3)
"""So long before the start nobody is told any more that it is tomorrow; they will hear an hour before."""

HOUR = timedelta(hours=1)
ASK_AFTER = timedelta(days=1)
"""So long after a change those who have not confirmed are asked again."""

LET_READ = timedelta(hours=3)
"""A change is read first: nobody is reminded so soon after it."""

SLICE = 50
"""Guests in one transaction."""


def feature() -> Feature:
    """Only the clock comes here."""
    return Feature(name="guests_due", due=(end_offers, give_places, remind))


def end_offers(app: App) -> None:
    """Offers whose time is over go to the next."""
    overdue = ask(app, lambda session: meetings.overdue_offers(session, app.clock()))
    meeting_of = {guest_id: meeting_id for meeting_id, guest_id in overdue}
    each(app, list(meeting_of), lambda work, guest_id: seats.lapse(work, meeting_of[guest_id], guest_id))


def give_places(app: App) -> None:
    """Places that became free without an answer: by a larger room, or because two guests turned out to be one."""
    each(app, ask(app, guests.with_room), _give)


def _give(work: Work, meeting_id: int) -> None:
    meeting = locked(work.session, meeting_id)
    if meeting:
        seats.refill(work, meeting)


def remind(app: App) -> bool:
    """One slice of reminders for every meeting that is near or was changed; whether there are more at once."""
    told: list[int] = []

    def remind_of(work: Work, meeting_id: int) -> None:
        told.append(_remind(work, meeting_id))

    each(app, [meeting.id for meeting in ask(app, meetings.ahead) if _is_near(app, meeting)], remind_of)
    return SLICE in told


def _is_near(app: App, meeting: Meeting) -> bool:
    """Whether the clock may owe something of it, so that the meeting is locked for nothing as seldom as can be."""
    what = owed(meeting, ask(app, partial(guests.changed_at, meeting=meeting)), app.clock())
    return bool(what) and bool(ask(app, partial(guests.not_told, meeting=meeting, what=what, limit=1)))


def owed(meeting: Meeting, changed_at: datetime | None, now: datetime) -> str:
    """What those who come should have been told by now, as `guests.not_told` names it; pure.

    The hour before from then to the start; the day before until three hours before it; the question for a confirmation
    from a day after a change until the day before. What nobody could send in its time is not sent later.
    """
    left = meeting.starts_at - now
    if not places.is_ahead(meeting, now):
        return ""
    if left <= HOUR:
        return "hour"
    since = now - changed_at if changed_at else None
    if since is not None and since < LET_READ:
        return ""
    if left <= DAY:
        return "day" if left > TOO_NEAR else ""
    return "asked" if since is not None and since >= ASK_AFTER else ""


def _remind(work: Work, meeting_id: int) -> int:
    """Under the lock of the meeting, and as it stands now: it may have been put off meanwhile. How many were told."""
    meeting = locked(work.session, meeting_id)
    what = owed(meeting, guests.changed_at(work.session, meeting), work.now) if meeting else ""
    if meeting is None or not what or (what != "hour" and work.ward.broadcasts.quiet_until(work.now)):
        return 0
    found = guests.not_told(work.session, meeting, what, SLICE)
    for guest in found:
        _say(work, meeting, guest, what)
        work.session.add(guest)
    return len(found)


def _say(work: Work, meeting: Meeting, guest: Guest, what: str) -> None:
    """The question for a confirmation is put once; after that the day before is told like to everybody."""
    asks = what != "hour" and guest.confirmed < meeting.sequence and guest.asked < meeting.sequence
    if what == "hour":
        guest.hour_told = meeting.sequence
    elif what == "day":
        guest.day_told = meeting.sequence
    if asks:
        guest.asked = meeting.sequence
        telling.ask_again(work, meeting, guest)
    elif what == "hour":
        telling.hour_before(work, meeting, guest)
    else:
        telling.day_before(work, meeting, guest)
