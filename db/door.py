"""What is asked at the door of a meeting: whose code it is, who is behind a telephone number, how many have come."""

from datetime import datetime

from sqlalchemy import Select, func, text
from sqlmodel import Session, col, select

from db.businesses import Business
from db.cases import Case
from db.meetings import Guest, Meeting, MeetingState
from db.outbox import OutboxRow, OutboxState
from db.people import Person

TAKES_PLACE = (MeetingState.CALLED, MeetingState.HELD)


def by_code(session: Session, meeting_id: int, code: str) -> Guest | None:
    """The guest of a code, as they stand now."""
    rows = select(Guest).where(Guest.meeting_id == meeting_id, Guest.code == code)
    return session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def other_meeting(session: Session, code: str, besides: int, since: datetime) -> Meeting | None:
    """Another meeting that starts or started after a moment, whose door the code opens."""
    recent = select(Meeting.id).where(Meeting.starts_at >= since, Meeting.id != besides)
    rows = select(Guest.meeting_id).where(col(Guest.meeting_id).in_(recent), Guest.code == code)
    found = session.exec(rows.limit(1)).first()
    return session.get(Meeting, found) if found is not None else None


def between(session: Session, since: datetime, until: datetime) -> list[Meeting]:
    """The meetings that take place and begin within that time, in their order."""
    rows = select(Meeting).where(
        Meeting.starts_at >= since, Meeting.starts_at < until, col(Meeting.state).in_(TAKES_PLACE)
    )
    return list(session.exec(rows.order_by(col(Meeting.starts_at), col(Meeting.id))))


def arrived(session: Session, meeting_id: int) -> tuple[int, int]:
    """How many guests have come, and how many people with them."""
    rows = select(func.count(), func.sum(Guest.came_party))
    count, people = session.exec(rows.where(Guest.meeting_id == meeting_id, col(Guest.came_at).is_not(None))).one()
    return count, int(people or 0)


def person_of_phone(session: Session, meeting: Meeting, phone: str) -> int | None:
    """Whose number it is, of those who answered the invitation, or else of those who got it.

    The number is one that they gave with a case of their own that is neither protected nor unnamed.
    """
    answered = select(Guest.person_id).where(Guest.meeting_id == meeting.id, col(Guest.person_id).is_not(None))
    invited = select(OutboxRow.person_id).where(
        text("outbox.broadcast_id IS NOT NULL"),
        OutboxRow.broadcast_id == meeting.invitation_id,
        col(OutboxRow.state).in_((OutboxState.SENT, OutboxState.DOUBT)),
    )
    return _of_phone(session, phone, answered) or _of_phone(session, phone, invited)


def _of_phone(session: Session, phone: str, people: Select[int | None]) -> int | None:
    own = select(Case.reporter_id).where(col(Case.reporter_id).in_(people), Case.phone == phone)
    rows = own.where(~col(Case.protected), ~col(Case.anonymous)).order_by(col(Case.id).desc())
    return session.exec(rows.limit(1)).first()


def unlinked(session: Session, meeting_id: int, phone: str) -> Guest | None:
    """Who came without an invitation and is known by that number alone."""
    rows = select(Guest).where(Guest.meeting_id == meeting_id, col(Guest.person_id).is_(None), Guest.phone == phone)
    return session.exec(rows.order_by(col(Guest.id)).limit(1)).first()


def name_of(session: Session, guest: Guest) -> str:
    """The business, or the person, or whatever was said at the door."""
    if guest.person_id is None:
        return guest.name or guest.phone
    return name_of_person(session, guest.person_id) or guest.phone


def name_of_person(session: Session, person_id: int) -> str:
    """The business, or the person; empty where neither has a name."""
    business = session.get(Business, person_id)
    return (business.name if business else "") or session.get_one(Person, person_id).name
