"""Nobody decides on what they wrote, whatever role they had then: who changes roles is still the same person."""

from sqlmodel import Session

from bot.broadcasts.rules import SECOND_PAIR_OF_EYES, Act, may
from db.broadcasts import Broadcast
from db.staff import Staff


def wrote(session: Session, staff: Staff, author_id: int | None) -> bool:
    """Whether who holds that role now is the person who wrote it in another one, or in this one."""
    return author_id is not None and session.get_one(Staff, author_id).person_id == staff.person_id


def may_now(session: Session, staff: Staff, broadcast: Broadcast, act: Act) -> bool:
    """What the tables allow, and the person."""
    if not may(staff, broadcast, act):
        return False
    return act not in SECOND_PAIR_OF_EYES or not wrote(session, staff, broadcast.author_id)
