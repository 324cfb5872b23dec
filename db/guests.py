"""What is asked about guests: who is next in line, who is to be reminded, what becomes of two who are one person."""

from datetime import datetime
from functools import cache

from sqlalchemy import Integer, bindparam, exists, func, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.meetings import AHEAD, HOLDING, TO_REMIND, WAITING, Answer, Guest, Meeting, MeetingChange, locked
from db.outbox import FIRST_OF_BROADCAST, OutboxRow, OutboxState


def fresh(session: Session, guest_id: int) -> Guest | None:
    """The guest as they stand now; whoever changes them has the meeting locked."""
    return session.get(Guest, guest_id, populate_existing=True)


def guest_now(session: Session, meeting_id: int, person_id: int) -> Guest | None:
    """What somebody answered, as it stands now: the clock may have changed it while this turn waited for the lock."""
    return session.exec(_guest_now(), params={"meeting": meeting_id, "person": person_id}).one_or_none()


@cache
def _guest_now() -> SelectOfScalar[Guest]:
    mine = select(Guest).where(
        Guest.meeting_id == bindparam("meeting", type_=Integer), Guest.person_id == bindparam("person", type_=Integer)
    )
    return mine.execution_options(populate_existing=True)


def meeting_of(session: Session, guest_id: int) -> int | None:
    """The meeting of a guest, without the guest."""
    return session.exec(select(Guest.meeting_id).where(Guest.id == guest_id)).one_or_none()


def next_in_line(session: Session, meeting_id: int, free: int) -> Guest | None:
    """The first who waits and would take so many free places, or some of them."""
    return session.exec(_next_in_line(), params={"meeting": meeting_id, "free": free}).first()


@cache
def _next_in_line() -> SelectOfScalar[Guest]:
    helped = (~col(Guest.whole)) | (col(Guest.wished) <= bindparam("free", type_=Integer))
    rows = select(Guest).where(WAITING, Guest.meeting_id == bindparam("meeting", type_=Integer), _OUTSIDE, helped)
    return rows.order_by(col(Guest.turn)).limit(1).execution_options(populate_existing=True)


_OUTSIDE = col(Guest.came_at).is_(None)
"""Whoever has been let in waits no more, whatever their answer is."""


def ahead_in_line(session: Session, meeting_id: int, turn: int | None = None) -> int:
    """How many wait; with a `turn`, how many of them before it."""
    if turn is None:
        return session.exec(_in_line(), params={"meeting": meeting_id}).one()
    return session.exec(_before(), params={"meeting": meeting_id, "turn": turn}).one()


@cache
def _in_line() -> SelectOfScalar[int]:
    return select(func.count()).where(WAITING, Guest.meeting_id == bindparam("meeting", type_=Integer), _OUTSIDE)


@cache
def _before() -> SelectOfScalar[int]:
    return _in_line().where(col(Guest.turn) < bindparam("turn", type_=Integer))


def has_code(session: Session, meeting_id: int, code: str) -> bool:
    """Whether the code opens the door of this meeting already."""
    known = select(Guest.id).where(Guest.meeting_id == meeting_id, Guest.code == code)
    return session.exec(known).first() is not None


def answers_of(session: Session, person_id: int) -> list[Guest]:
    """What somebody answered to any invitation, the newest first."""
    rows = select(Guest).where(Guest.person_id == person_id)
    return sorted(session.exec(rows), key=lambda guest: guest.answered_at, reverse=True)


def got(session: Session, broadcast_id: int | None, person_id: int) -> bool:
    """Whether a broadcast has reached somebody."""
    rows = select(OutboxRow.id).where(
        text("broadcast_id IS NOT NULL"),
        OutboxRow.broadcast_id == broadcast_id,
        col(OutboxRow.state).in_((OutboxState.SENT, OutboxState.DOUBT)),
        OutboxRow.person_id == person_id,
    )
    return session.exec(rows).first() is not None


def invited(session: Session, broadcast_id: int | None, person_id: int) -> bool:
    """Whether a broadcast is, or was to be, for somebody, whatever has become of its message by now."""
    named = {"broadcast": broadcast_id, "person": person_id}
    return session.exec(_invited(), params=named).first() is not None


@cache
def _invited() -> SelectOfScalar[int]:
    return select(OutboxRow.id).where(
        FIRST_OF_BROADCAST,
        OutboxRow.broadcast_id == bindparam("broadcast", type_=Integer),
        OutboxRow.person_id == bindparam("person", type_=Integer),
    )


def with_room(session: Session) -> list[int]:
    """The meetings ahead where somebody waits although places are free, or may be."""
    somebody = exists().where(text("guest.answer = 'waiting'"), col(Guest.meeting_id) == col(Meeting.id), _OUTSIDE)
    room = (col(Meeting.capacity) == 0) | (col(Meeting.taken) < col(Meeting.capacity))
    rows = select(Meeting.id).where(AHEAD, room, col(Meeting.queued) > 0, somebody)
    return list(session.exec(rows.order_by(col(Meeting.starts_at), col(Meeting.id))))


def changed_at(session: Session, meeting: Meeting) -> datetime | None:
    """Since when the meeting is when and where it is now; None where that never changed."""
    rows = select(MeetingChange.applied_at).where(
        MeetingChange.meeting_id == meeting.id, MeetingChange.sequence == meeting.sequence
    )
    return session.exec(rows.order_by(col(MeetingChange.applied_at).desc()).limit(1)).first()


def latest_notice(session: Session, meeting: Meeting) -> int | None:
    """The broadcast that said last when and where the meeting is."""
    rows = select(MeetingChange.broadcast_id).where(
        MeetingChange.meeting_id == meeting.id, MeetingChange.sequence == meeting.sequence
    )
    return session.exec(rows.order_by(col(MeetingChange.id).desc()).limit(1)).first() or meeting.invitation_id


def not_told(session: Session, meeting: Meeting, what: str, limit: int) -> list[Guest]:
    """Who comes and was not told of the meeting as it is now; `what` is "day", "hour", or "asked" again to confirm.

    Whoever is inside already needs nothing of it.
    """
    rows = select(Guest).where(TO_REMIND, Guest.meeting_id == meeting.id, col(TOLD[what]) < meeting.sequence)
    order = [col(TOLD[what]), col(Guest.id)]
    if what == "asked":
        rows = rows.where(col(Guest.confirmed) < meeting.sequence)
        order.insert(0, col(Guest.confirmed))
    known = rows.order_by(*order).limit(limit)
    return list(session.exec(known.execution_options(populate_existing=True)))


TOLD = {"day": Guest.day_told, "hour": Guest.hour_told, "asked": Guest.asked}


def make_room(session: Session, source: int, target: int) -> None:
    """Two people are one: where both answered the same invitation one answer stays, and the other's places are free.

    Who was at the door stays, then who has places, then who waits, unless the other said no later; of two answers alike
    the later one. The clock gives the places on.
    """
    for meeting_id in _of_both(session, source, target):
        meeting = locked(session, meeting_id)
        rows = select(Guest).where(Guest.meeting_id == meeting_id, col(Guest.person_id).in_((source, target)))
        one, other = session.exec(rows.execution_options(populate_existing=True)).all()
        dropped = other if _weight(one, other) >= _weight(other, one) else one
        if meeting and dropped.answer in HOLDING:
            meeting.taken -= dropped.party
            session.add(meeting)
        session.delete(dropped)
        session.flush()


def _of_both(session: Session, source: int, target: int) -> list[int]:
    theirs = aliased(Guest, name="theirs")
    both = exists().where(col(theirs.person_id) == target, col(theirs.meeting_id) == col(Guest.meeting_id))
    rows = select(Guest.meeting_id).where(Guest.person_id == source, both)
    return sorted(session.exec(rows))


STRENGTH = {Answer.WALKED_IN: 0, Answer.LAPSED: 0, Answer.WAITING: 1, Answer.OFFERED: 2, Answer.COMING: 3}


def _weight(one: Guest, other: Guest) -> tuple[bool, int, datetime]:
    """How much speaks for keeping this answer beside the other; a no counts as much as what it took back."""
    answers = {Answer(one.answer), Answer(other.answer)}
    strength = 0 if Answer.DECLINED in answers else STRENGTH[Answer(one.answer)]
    return one.came_at is not None, strength, one.answered_at
