"""How somebody's answer reads, and what they can do with it now."""

from markupsafe import Markup

from bot.broadcasts.wording import moment
from bot.core.clock import VIETNAM
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import Work
from bot.meetings import places, telling
from db import guests
from db.meetings import MOST_PARTY, Answer, Guest, Meeting

OFFERED_PARTIES = range(1, 6)
"""The numbers of people that stand as buttons; more are typed."""


def shown(work: Work, meeting: Meeting, guest: Guest | None) -> Reply:
    """The answer as it stands, with the buttons that change it."""
    if guest is None:
        said = work.say("guests.not_answered", **telling.essentials(work, meeting))
        return Reply(said, _yes_or_no(work, meeting))
    if guest.came_at is not None:
        return _inside(work, meeting, guest)
    views = {Answer.COMING: _coming, Answer.WAITING: _waiting, Answer.OFFERED: _offered, Answer.LAPSED: _lapsed}
    view = views.get(Answer(guest.answer))
    return view(work, meeting, guest) if view else declined(work, meeting)


def _offered(work: Work, meeting: Meeting, guest: Guest) -> Reply:
    return Reply(telling.offer(work, meeting, guest), telling.offer_rows(work, meeting, guest))


def _lapsed(work: Work, meeting: Meeting, _guest: Guest) -> Reply:
    return Reply(work.say("guests.lapsed", title=meeting.title), _again(work, meeting))


def _inside(work: Work, meeting: Meeting, guest: Guest) -> Reply:
    """They have come; nothing is left to be said here."""
    at = f"{(guest.came_at or work.now).astimezone(VIETNAM):%H:%M}"
    return Reply(work.say("guests.inside", title=meeting.title, at=at, party=guest.came_party))


def _yes_or_no(work: Work, meeting: Meeting) -> Rows:
    no = work.button("guests.decline", f"meeting.quit:{meeting.id}")
    return column((telling.join_button(work, meeting), no)) if work.now < meeting.closes_at else column((no,))


def _again(work: Work, meeting: Meeting) -> Rows:
    return column((telling.join_button(work, meeting),)) if work.now < meeting.closes_at else ()


def _coming(work: Work, meeting: Meeting, guest: Guest) -> Reply:
    lines = [work.say("guests.coming", **telling.essentials(work, meeting), party=guest.party, code=guest.code)]
    rows = _numbers(work, meeting, guest)
    if guest.wished > guest.party:
        could = places.holds(meeting, guest.wished) and work.now < meeting.closes_at
        key = "guests.fewer" if could else "guests.fewer_only"
        lines.append(work.say(key, wished=guest.wished, party=guest.party))
        rows += column((telling.whole_button(work, meeting, guest.wished),)) if could else ()
    if places.is_ahead(meeting, work.now):
        lines.append(how_many(work, meeting))
        rows += column((telling.quit_button(work, meeting),))
    return Reply(Markup("\n\n").join(lines), rows)


def how_many(work: Work, meeting: Meeting) -> Markup:
    """Asks with how many they come, as long as that can grow; later what can still be said."""
    if work.now < meeting.closes_at:
        return work.say("guests.how_many", closes=moment(work, meeting.closes_at))
    return work.say("guests.closed_for_changes", contact=meeting.contact)


def _waiting(work: Work, meeting: Meeting, guest: Guest) -> Reply:
    place = 1 + guests.ahead_in_line(work.session, meeting.id, guest.turn or 0)
    key = "guests.waiting_whole" if guest.whole else "guests.waiting"
    said = work.say(key, title=meeting.title, place=place, wished=guest.wished)
    stop = work.button("guests.stop_waiting", f"meeting.quit:{meeting.id}")
    return Reply(said, (*_numbers(work, meeting, guest), (stop,)))


def _numbers(work: Work, meeting: Meeting, guest: Guest) -> Rows:
    """How many people can be said now, in one tap."""
    most = MOST_PARTY if work.now < meeting.closes_at else guest.party - 1
    can = [party for party in range(1, most + 1) if places.may_come(meeting, guest, party, work.now)]
    pressed = [Button(str(party), f"meeting.party:{meeting.id}:{party}") for party in can if party in OFFERED_PARTIES]
    more = (work.button("guests.more", f"meeting.more:{meeting.id}"),)
    return ((tuple(pressed),) if pressed else ()) + ((more,) if len(can) > len(pressed) else ())


def declined(work: Work, meeting: Meeting) -> Reply:
    """They do not come; why may be said, and that they come after all."""
    why = work.button("guests.say_why", f"meeting.reason:{meeting.id}")
    return Reply(work.say("guests.declined", title=meeting.title), (*column((why,)), *_again(work, meeting)))


def full(work: Work, meeting: Meeting) -> Reply:
    """There is no place; they may wait for one."""
    said = work.say(
        "guests.full",
        title=meeting.title,
        capacity=meeting.capacity,
        waiting=guests.ahead_in_line(work.session, meeting.id),
    )
    wait = work.button("guests.wait", f"meeting.wait:{meeting.id}:1")
    return Reply(said, column((wait, work.button("guests.decline", f"meeting.quit:{meeting.id}"))))


def closed(work: Work, meeting: Meeting) -> Reply:
    """Why nothing can be said to this any more."""
    if places.is_ahead(meeting, work.now):
        closes = moment(work, meeting.closes_at)
        return Reply(work.say("guests.closed", title=meeting.title, closes=closes, contact=meeting.contact))
    return Reply(work.say("guests.over", title=meeting.title))
