"""What guests do with places: come, decline, accept, let an offer pass; freed places go to the next in line.

Each act locks the meeting first, so that two answers never share a place, and returns the guest as they stand then, or
None where the act may not be done any more.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.feature import Work
from bot.meetings import places, telling
from bot.people.codes import ALPHABET
from db import guests
from db.meetings import HOLDING, MOST_PARTY, Answer, Guest, Meeting, locked

CODE_LENGTH = 6
TRIES = 10
DAY = timedelta(days=1)


def come(work: Work, meeting_id: int, person_id: int, party: int, *, whole: bool = False) -> Guest | None:
    """Say that they come, so many people (1 to 10), or come with more or fewer.

    They get what is free, or nothing less than all with `whole`, and otherwise wait; who waits keeps their turn. For
    more than the room holds nobody waits in vain: then `whole` means nothing. Raises ValueError for a party of another
    size.
    """
    if not 1 <= party <= MOST_PARTY:
        raise ValueError(f"so many do not come with one answer: {party}")
    found = hold(work, meeting_id, person_id)
    return seat(work, found, party, whole=whole) if found else None


@dataclass(frozen=True)
class Held:
    """A meeting that nobody else changes before the transaction ends, and what somebody answered to it."""

    meeting: Meeting
    person_id: int
    guest: Guest | None

    @property
    def is_full(self) -> bool:
        """Whether nobody new finds a place."""
        return places.free(self.meeting) <= 0


def hold(work: Work, meeting_id: int, person_id: int) -> Held | None:
    """Lock the meeting for somebody; None where it is not ahead.

    What is free belongs first to those who wait, also where no answer has made it free.
    """
    meeting = _ahead(work, meeting_id)
    if meeting is None:
        return None
    refill(work, meeting)
    return Held(meeting, person_id, guests.guest_now(work.session, meeting_id, person_id))


def seat(work: Work, held: Held, party: int, *, whole: bool = False) -> Guest | None:
    """What `come` does, for whom the meeting is locked already."""
    meeting, guest = held.meeting, held.guest
    if not places.may_come(meeting, guest, party, work.now, whole=whole):
        return None
    guest = guest or _new(work, meeting, held.person_id)
    whole = whole and places.holds(meeting, party)
    left = places.free(meeting) + _held(guest)
    guest.wished, guest.whole, guest.reason, guest.answered_at = party, whole, "", work.now
    _seat_or_queue(work, meeting, guest, places.share(left, party, whole=whole))
    refill(work, meeting)
    return guest


def decline(work: Work, meeting_id: int, person_id: int) -> Guest | None:
    """Say that they do not come; possible until the meeting starts."""
    meeting = _ahead(work, meeting_id)
    guest = guests.guest_now(work.session, meeting_id, person_id) if meeting else None
    if meeting is None or (guest and guest.came_at is not None):
        return None
    guest = guest or _new(work, meeting, person_id)
    if guest.answer != Answer.DECLINED:
        guest.answered_at = work.now
    _stand(work, meeting, guest, Answer.DECLINED, 1)
    refill(work, meeting)
    return guest


def accept(work: Work, guest_id: int) -> Guest | None:
    """Take the places that were offered; as long as the clock has not given them on."""
    meeting = _ahead(work, guests.meeting_of(work.session, guest_id) or 0)
    guest = guests.fresh(work.session, guest_id) if meeting else None
    return take(work, meeting, guest) if meeting and guest else None


def take(work: Work, meeting: Meeting, guest: Guest) -> Guest | None:
    """What `accept` does, where the meeting is locked already."""
    if guest.answer not in HOLDING:
        return None
    if guest.answer == Answer.OFFERED:
        guest.answered_at = work.now
        _seat_or_queue(work, meeting, guest, guest.party)
    return guest


def lapse(work: Work, meeting_id: int, guest_id: int) -> Guest | None:
    """End an offer whose time is over; its places go on. Where there is still a meeting they are told."""
    meeting = locked(work.session, meeting_id)
    guest = guests.fresh(work.session, guest_id) if meeting else None
    if meeting is None or guest is None or guest.offered_until is None or guest.offered_until > work.now:
        return None
    told = f"{int(guest.offered_until.timestamp())}"
    _stand(work, meeting, guest, Answer.LAPSED, guest.party)
    if places.is_ahead(meeting, work.now):
        telling.lapsed(work, meeting, guest, told)
    refill(work, meeting)
    return guest


def confirm(work: Work, meeting_id: int, person_id: int) -> Guest | None:
    """Say that they still come, now that it is at another time or place."""
    meeting = _ahead(work, meeting_id)
    guest = guests.guest_now(work.session, meeting_id, person_id) if meeting else None
    if meeting is None or guest is None or guest.answer != Answer.COMING:
        return None
    guest.confirmed = meeting.sequence
    work.session.add(guest)
    return guest


def resize(work: Work, meeting_id: int, capacity: int) -> Meeting | None:
    """Another number of places, 0 for as many as want to come; None where more than that are promised already."""
    meeting = _ahead(work, meeting_id)
    if meeting is None or capacity < 0 or 0 < capacity < meeting.taken:
        return None
    meeting.capacity = capacity
    work.session.add(meeting)
    refill(work, meeting)
    return meeting


def refill(work: Work, meeting: Meeting) -> list[Guest]:
    """Offer what is free to those who wait, in their order; the caller has the meeting locked.

    Who can be told nowhere that it is their turn loses it to the next.
    """
    offered: list[Guest] = []
    if not meeting.queued or not places.is_ahead(meeting, work.now):
        return offered
    work.session.flush()
    until = offer_until(work, meeting)
    while left := places.free(meeting):
        guest = guests.next_in_line(work.session, meeting.id, left)
        if guest is None:
            break
        got = places.share(left, guest.wished, whole=guest.whole)
        _stand(work, meeting, guest, Answer.OFFERED, got, until=until)
        if telling.offered(work, meeting, guest):
            offered.append(guest)
        else:
            _stand(work, meeting, guest, Answer.LAPSED, guest.party)
    return offered


def offer_until(work: Work, meeting: Meeting) -> datetime:
    """When an offer that is made now ends: not at night where the meeting leaves the time."""
    ends = work.now + timedelta(hours=work.ward.meetings.accept_hours)
    ends = work.ward.broadcasts.quiet_until(ends) or ends
    return min(ends, places.latest_offer(meeting, work.now))


def _ahead(work: Work, meeting_id: int) -> Meeting | None:
    meeting = locked(work.session, meeting_id)
    return meeting if meeting and places.is_ahead(meeting, work.now) else None


def _held(guest: Guest) -> int:
    return guest.party if guest.answer in HOLDING else 0


def _seat_or_queue(work: Work, meeting: Meeting, guest: Guest, got: int) -> None:
    if not got:
        _stand(work, meeting, guest, Answer.WAITING, guest.wished)
        return
    if guest.answer != Answer.COMING:
        guest.confirmed = meeting.sequence
        if meeting.starts_at - work.now <= DAY:
            guest.day_told = meeting.sequence  # they have just read when and where it is
    _stand(work, meeting, guest, Answer.COMING, got)


def _stand(
    work: Work, meeting: Meeting, guest: Guest, answer: Answer, party: int, *, until: datetime | None = None
) -> None:
    """Put a guest where they stand from now on, and count the places again."""
    before = _held(guest)
    guest.answer, guest.party, guest.offered_until = answer, party, until
    if answer not in {Answer.WAITING, Answer.OFFERED}:
        guest.turn = None
    elif guest.turn is None:
        meeting.queued += 1
        guest.turn = meeting.queued
    meeting.taken += _held(guest) - before
    work.session.add_all((meeting, guest))
    work.session.flush()


def _new(work: Work, meeting: Meeting, person_id: int) -> Guest:
    """Somebody who has not answered before; they stand nowhere yet."""
    return Guest(
        meeting_id=meeting.id,
        person_id=person_id,
        answer=Answer.LAPSED,
        answered_at=work.now,
        code=new_code(work, meeting.id),
    )


def new_code(work: Work, meeting_id: int) -> str:
    """A code of six characters that nobody else has at this meeting. Raises RuntimeError after ten that somebody has.

    22^6 are 113 million: with 10,000 guests one guess in 11,000 opens the door, to an officer who sees another name.
    """
    for _ in range(TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not guests.has_code(work.session, meeting_id, code):
            return code
    raise RuntimeError("no free code was found")


def payload(guest: Guest) -> str:
    """What the guest's personal link carries."""
    return f"mt{guest.meeting_id}_{guest.code}"
