"""What guests are told without having asked: that a place is free, that its time is over, that the meeting is near."""

from datetime import datetime

from markupsafe import Markup

from bot.broadcasts.wording import moment
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import Work
from bot.meetings import places
from db.meetings import Guest, Meeting
from db.outbox import Lane


def essentials(work: Work, meeting: Meeting) -> dict[str, object]:
    """What every message about a meeting names: its title, when and where it is."""
    return {"title": meeting.title, "at": moment(work, meeting.starts_at), "place": meeting.place}


def offered(work: Work, meeting: Meeting, guest: Guest) -> int:
    """A place is free, until when; the number of messages, 0 where they are reached nowhere."""
    until = guest.offered_until or meeting.starts_at
    # Somebody can be offered places twice in one turn of the waiting list: after another answer, and for less time.
    times = f"{int(guest.answered_at.timestamp())}:{int(until.timestamp())}"
    reply = Reply(offer(work, meeting, guest), offer_rows(work, meeting, guest))
    return _tell(work, meeting, guest, f"offer:{guest.id}:{guest.turn}:{guest.party}:{times}", reply, until=until)


def offer(work: Work, meeting: Meeting, guest: Guest) -> Markup:
    """What was offered to somebody, and for how long."""
    said = essentials(work, meeting)
    said |= {"party": guest.party, "until": moment(work, guest.offered_until or meeting.starts_at)}
    if guest.party < guest.wished:
        return work.say("guests.offered_some", **said, wished=guest.wished)
    return work.say("guests.offered", **said)


def offer_rows(work: Work, meeting: Meeting, guest: Guest) -> Rows:
    """To take it or not; of fewer than were wished also to wait for all."""
    rows = [work.button("guests.accept", f"meeting.accept:{meeting.id}")]
    if guest.party < guest.wished and places.holds(meeting, guest.wished):
        rows.append(whole_button(work, meeting, guest.wished))
    return column((*rows, work.button("guests.refuse", f"meeting.quit:{meeting.id}")))


def whole_button(work: Work, meeting: Meeting, wished: int) -> Button:
    """To have all places or none."""
    return work.button("guests.wait_whole", f"meeting.whole:{meeting.id}:{wished}", wished=wished)


def lapsed(work: Work, meeting: Meeting, guest: Guest, offer_ended: str) -> int:
    """The offer's time is over; said once."""
    rows = column((join_button(work, meeting),)) if work.now < meeting.closes_at else ()
    said = work.say("guests.lapsed", title=meeting.title)
    return _tell(work, meeting, guest, f"lapse:{guest.id}:{offer_ended}", Reply(said, rows))


def join_button(work: Work, meeting: Meeting) -> Button:
    """To say yes after all."""
    return work.button("guests.join", f"meeting.join:{meeting.id}")


def quit_button(work: Work, meeting: Meeting) -> Button:
    """To say no after all."""
    return work.button("guests.quit", f"meeting.quit:{meeting.id}")


def day_before(work: Work, meeting: Meeting, guest: Guest) -> int:
    """Soon it is."""
    return _remind(work, meeting, guest, f"day:{guest.id}", lane=Lane.NOTICE)


def ask_again(work: Work, meeting: Meeting, guest: Guest) -> int:
    """It is at another time or place, and they have not said whether they come then."""
    said = work.say("guests.ask_again", **essentials(work, meeting), party=guest.party)
    yes = work.button("guests.confirm", f"meeting.confirm:{meeting.id}")
    rows = column((yes, quit_button(work, meeting)))
    return _tell(work, meeting, guest, f"ask:{guest.id}", Reply(said, rows), lane=Lane.NOTICE)


def hour_before(work: Work, meeting: Meeting, guest: Guest) -> int:
    """It is about to begin; this goes at any hour."""
    return _remind(work, meeting, guest, f"hour:{guest.id}", lane=Lane.URGENT)


def _remind(work: Work, meeting: Meeting, guest: Guest, what: str, *, lane: Lane) -> int:
    key = "guests.hour_before" if lane == Lane.URGENT else "guests.day_before"
    said = work.say(key, **essentials(work, meeting), party=guest.party, code=guest.code)
    rows = column((ticket_button(work, meeting), quit_button(work, meeting)))
    return _tell(work, meeting, guest, what, Reply(said, rows), lane=lane)


def ticket_button(work: Work, meeting: Meeting) -> Button:
    """To see the code that opens the door."""
    return work.button("guests.ticket", f"meeting.ticket:{meeting.id}")


def _tell(
    work: Work,
    meeting: Meeting,
    guest: Guest,
    what: str,
    reply: Reply,
    *,
    lane: Lane = Lane.ANSWER,
    until: datetime | None = None,
) -> int:
    """Nothing of it makes sense once the meeting has begun, or after `until`."""
    if guest.person_id is None:
        return 0
    dedupe = f"meeting:{meeting.id}:{meeting.sequence}:{what}"
    return work.tell(guest.person_id, reply, dedupe, lane, until=until or meeting.starts_at)
