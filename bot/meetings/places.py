"""Who gets how many of the places that are left, and until when; pure."""

from datetime import datetime, timedelta

from db.meetings import HOLDING, Answer, Guest, Meeting, MeetingState

UNLIMITED = 1_000_000
"""Places in a room that is as large as it takes."""

LAST_OFFER = timedelta(hours=1)
"""So long before the start the offers of freed places end, so that whoever comes has time to come."""

SHORTEST = timedelta(minutes=30)
"""Less time to accept than this is none: from then on an offer holds until the start."""


def free(meeting: Meeting) -> int:
    """The places that nobody has."""
    return meeting.capacity - meeting.taken if meeting.capacity else UNLIMITED


def holds(meeting: Meeting, party: int) -> bool:
    """Whether the room is large enough for a party at all."""
    return not meeting.capacity or party <= meeting.capacity


def share(left: int, wished: int, *, whole: bool) -> int:
    """How many of the places that are left somebody gets who wishes so many; 0 means to wait.

    Who wants them `whole` gets all or none.
    """
    got = min(left, wished)
    return 0 if whole and got < wished else max(got, 0)


def is_ahead(meeting: Meeting, now: datetime) -> bool:
    """Whether it is still to come, as far as anybody knows."""
    return meeting.state in {MeetingState.PLANNED, MeetingState.CALLED} and now < meeting.starts_at


def may_come(meeting: Meeting, guest: Guest | None, party: int, now: datetime, *, whole: bool = False) -> bool:
    """Whether somebody may say now that they come with so many.

    After the closing nobody new comes, and nobody with more people; who is in the room already says nothing more here.
    """
    if guest is not None and guest.came_at is not None:
        return False
    if not is_ahead(meeting, now):
        return False
    return now < meeting.closes_at or (party <= _had(guest) and (not whole or (guest is not None and guest.whole)))


def _had(guest: Guest | None) -> int:
    if guest is None:
        return 0
    return guest.party if guest.answer in HOLDING else guest.wished if guest.answer == Answer.WAITING else 0


def latest_offer(meeting: Meeting, now: datetime) -> datetime:
    """Until when an offer that is made now may hold at most."""
    latest = meeting.starts_at - LAST_OFFER
    return latest if latest - now >= SHORTEST else meeting.starts_at
