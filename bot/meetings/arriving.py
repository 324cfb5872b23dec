"""What is done at the door: checking in, once; taking that back; letting in who came without an invitation.

The door never touches answers and places: who said they come keeps what was promised to them, and the others get what
is there. Each act locks the meeting first, so that two officers at two phones check nobody in twice.
"""

from datetime import datetime

from bot.core.clock import local_date
from bot.feature import Work
from bot.meetings import life, seats
from db import door, guests
from db.door import TAKES_PLACE
from db.meetings import MOST_PARTY, Answer, Guest, Meeting, MeetingState, locked
from db.staff import Staff

UNDONE = "door_undone"


def takes_place_today(meeting: Meeting, now: datetime) -> bool:
    """Whether people are let in now."""
    return meeting.state in TAKES_PLACE and local_date(meeting.starts_at) == local_date(now)


def is_walk_in(guest: Guest) -> bool:
    """Whether the row was made at the door."""
    return guest.answer == Answer.WALKED_IN


def expected(guest: Guest) -> int:
    """With how many people they are let in unless they say otherwise."""
    return guest.wished if guest.answer == Answer.WAITING else guest.party


def check_in(work: Work, staff: Staff, guest_id: int) -> tuple[Guest, bool] | None:
    """They are here; False where they had been checked in before. None where nobody is let in, or it is nobody."""
    meeting = _open(work, guest_id)
    guest = guests.fresh(work.session, guest_id) if meeting else None
    if meeting is None or guest is None:
        return None
    if guest.came_at is not None:
        return guest, False
    if guest.answer == Answer.OFFERED:
        guest = seats.accept(work, guest_id) or guest
    guest.came_at, guest.came_party, guest.checked_by = work.now, expected(guest), staff.id
    work.session.add(guest)
    work.session.flush()
    return guest, True


def _open(work: Work, guest_id: int) -> Meeting | None:
    meeting = locked(work.session, guests.meeting_of(work.session, guest_id) or 0)
    return meeting if meeting and takes_place_today(meeting, work.now) else None


def recount(work: Work, guest_id: int, party: int) -> Guest | None:
    """As many came with them, 1 to 10; None where they have not come."""
    meeting = _open(work, guest_id) if 1 <= party <= MOST_PARTY else None
    guest = guests.fresh(work.session, guest_id) if meeting else None
    if guest is None or guest.came_at is None:
        return None
    guest.came_party = party
    work.session.add(guest)
    return guest


def undo(work: Work, staff: Staff, guest_id: int) -> Guest | None:
    """They were checked in by mistake; of who was only known at the door nothing stays. None where they had not come.

    Who took it back stays written down.
    """
    meeting = _open(work, guest_id)
    guest = guests.fresh(work.session, guest_id) if meeting else None
    if meeting is None or guest is None or guest.came_at is None:
        return None
    life.happened(work, meeting, UNDONE, staff, str(guest.id))
    if is_walk_in(guest):
        work.session.delete(guest)
    else:
        guest.came_at = guest.came_party = guest.checked_by = None
        work.session.add(guest)
    work.session.flush()
    return guest


def let_in(
    work: Work, staff: Staff, meeting_id: int, party: int, *, person_id: int | None = None, name: str = "", phone: str
) -> tuple[Guest, bool] | None:
    """Somebody without a code: the guest if the ward knows them as one, otherwise a new one who holds no place.

    False where they had been checked in before; None where nobody is let in.
    """
    meeting = locked(work.session, meeting_id)
    if meeting is None or not takes_place_today(meeting, work.now):
        return None
    known = guests.guest_now(work.session, meeting_id, person_id) if person_id is not None else None
    if known is None and phone and person_id is None:
        known = door.unlinked(work.session, meeting_id, phone)
    if known:
        met = check_in(work, staff, known.id)
        return (recount(work, known.id, party) or known, True) if met and met[1] else met
    guest = Guest(
        meeting_id=meeting_id,
        person_id=person_id,
        name=name,
        phone=phone,
        answer=Answer.WALKED_IN,
        party=party,
        wished=party,
        answered_at=work.now,
        code=seats.new_code(work, meeting_id),
        came_at=work.now,
        came_party=party,
        checked_by=staff.id,
    )
    work.session.add(guest)
    work.session.flush()
    return guest, True


def why_not(meeting: Meeting) -> str:
    """The key of the sentence that says why nobody is let in now."""
    if meeting.state == MeetingState.CANCELLED:
        return "door.cancelled"
    return "door.not_called" if meeting.state == MeetingState.PLANNED else "door.not_today"
