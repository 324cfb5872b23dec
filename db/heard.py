"""What was asked for a meeting and promised at it, as lists and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from db.cases import Case
from db.meetings import UNTOLD, Guest, Meeting, MeetingQuestion, MeetingState, Promise, Support
from db.types import Moment


@dataclass(frozen=True)
class Asked:
    """A question with so much of its case as its lists need; `supports` are the others who want it answered."""

    id: int
    case_id: int
    code: str
    text: str
    status: str
    asker_id: int | None
    wording: str
    answered: bool
    like_id: int | None = None
    supports: int = 0

    @property
    def name(self) -> str:
        """How staff know it: its public wording, or what was asked."""
        return self.wording or self.text


def asked(session: Session, meeting_id: int) -> list[Asked]:
    """The questions in the chair's order, without those that were withdrawn, and never one that only leaders read."""
    rows = _asked().where(col(MeetingQuestion.meeting_id) == meeting_id)
    counts = _supports(session, meeting_id)
    return [replace(Asked(*row), supports=counts.get(row[0], 0)) for row in session.execute(rows)]


def one(session: Session, question_id: int) -> Asked | None:
    """One of them."""
    row = session.execute(_asked().where(col(MeetingQuestion.id) == question_id)).one_or_none()
    if row is None:
        return None
    asker = col(Support.person_id).is_distinct_from(row.reporter_id)
    count = select(func.count()).select_from(Support).where(Support.question_id == question_id, asker)
    return replace(Asked(*row), supports=session.exec(count).one())


def _asked() -> Any:
    question = MeetingQuestion
    return (
        sa.select(
            col(question.id),
            col(question.case_id),
            col(Case.code),
            col(Case.text),
            col(Case.status),
            col(Case.reporter_id),
            col(question.wording),
            col(question.answered_at).is_not(None),
            col(question.like_id),
        )
        .join(Case, col(Case.id) == col(question.case_id))
        .where(~col(Case.protected), col(Case.status) != "withdrawn")
        .order_by(col(question.place), col(question.id))
    )


def _supports(session: Session, meeting_id: int) -> dict[int, int]:
    """Whoever asked it does not count once more, also where two people turned out to be one."""
    rows = (
        sa.select(col(Support.question_id), func.count())
        .join(MeetingQuestion, col(MeetingQuestion.id) == col(Support.question_id))
        .join(Case, col(Case.id) == col(MeetingQuestion.case_id))
        .where(
            col(MeetingQuestion.meeting_id) == meeting_id,
            col(Case.reporter_id).is_distinct_from(col(Support.person_id)),
        )
        .group_by(col(Support.question_id))
    )
    return {question_id: int(count) for question_id, count in session.execute(rows)}


def supported_by(session: Session, meeting_id: int, person_id: int) -> set[int]:
    """The questions of a meeting that somebody supports."""
    rows = select(Support.question_id).join(MeetingQuestion, col(MeetingQuestion.id) == col(Support.question_id))
    return set(session.exec(rows.where(MeetingQuestion.meeting_id == meeting_id, Support.person_id == person_id)))


def untold(session: Session) -> list[int]:
    """The questions whose senders have the answer, and those who support them not yet."""
    theirs = sa.select(col(Case.status)).where(col(Case.id) == col(MeetingQuestion.case_id)).scalar_subquery()
    rows = select(MeetingQuestion.id).where(UNTOLD, theirs.in_(("answered", "closed")))
    return list(session.exec(rows.order_by(col(MeetingQuestion.id))))


def supporters(session: Session, question_id: int, *, after: int, size: int) -> list[int]:
    """The people behind `after` who want a question answered, without its sender, in their order."""
    asker = sa.select(col(Case.reporter_id)).join(MeetingQuestion, col(MeetingQuestion.case_id) == col(Case.id))
    sender = asker.where(col(MeetingQuestion.id) == question_id).scalar_subquery()
    rows = select(Support.person_id).where(Support.question_id == question_id, col(Support.person_id) > after)
    rows = rows.where(col(Support.person_id).is_distinct_from(sender))
    return list(session.exec(rows.order_by(col(Support.person_id)).limit(size)))


def make_room(session: Session, source_id: int, target_id: int) -> None:
    """Two people are one: what both supported is supported once."""
    theirs = select(Support.question_id).where(Support.person_id == target_id)
    twice = sa.delete(Support).where(col(Support.person_id) == source_id, col(Support.question_id).in_(theirs))
    session.execute(twice)


def next_place(session: Session, meeting_id: int) -> int:
    """The place after the last question; the caller holds the meeting locked."""
    rows = select(func.max(MeetingQuestion.place)).where(MeetingQuestion.meeting_id == meeting_id)
    return int(session.exec(rows).one() or 0) + 1


def of_meeting(session: Session, meeting_id: int) -> dict[int, MeetingQuestion]:
    """The rows of its questions by their ids, as they stand now."""
    rows = select(MeetingQuestion).where(MeetingQuestion.meeting_id == meeting_id)
    return {row.id: row for row in session.exec(rows, execution_options={"populate_existing": True})}


@dataclass(frozen=True)
class Promised:
    """A promise, and what became of its case."""

    id: int
    meeting_id: int
    title: str
    held_on: datetime
    what: str
    who: str
    unit: str
    due_on: date
    status: str
    answered_at: datetime | None


Place = tuple[int, date, int]
"""Where a page of promises ended: meeting, day, promise."""


def promised(session: Session, *, after: Place | None, size: int) -> list[Promised]:
    """One page of all promises that leaders have seen: the newest meeting first, within it the latest day first."""
    promise = Promise
    place = (col(Meeting.starts_at), col(promise.meeting_id), col(promise.due_on), col(promise.id))
    rows = (
        sa.select(
            col(promise.id),
            col(promise.meeting_id),
            col(Meeting.title),
            col(Meeting.starts_at),
            col(promise.what),
            col(promise.who),
            col(Case.unit),
            col(promise.due_on),
            col(Case.status),
            col(Case.answered_at),
        )
        .join(Meeting, col(Meeting.id) == col(promise.meeting_id))
        .join(Case, col(Case.id) == col(promise.case_id))
        .where(col(promise.published_at).is_not(None))
        .order_by(*(column.desc() for column in place))
        .limit(size)
    )
    meeting = session.get(Meeting, after[0]) if after else None
    if after and meeting:
        began = sa.literal(meeting.starts_at, Moment)
        rows = rows.where(sa.tuple_(*place) < sa.tuple_(began, *map(sa.literal, after)))
    return [Promised(*row) for row in session.execute(rows)]


Fate = tuple[date, str, datetime | None]
"""The day that was named, the status of the case, when that was answered."""


def fates(session: Session, meeting_id: int | None = None) -> Sequence[Fate]:
    """What became of the promises of a meeting, or of all, that leaders have seen."""
    rows = sa.select(col(Promise.due_on), col(Case.status), col(Case.answered_at))
    rows = rows.join(Case, col(Case.id) == col(Promise.case_id)).where(col(Promise.published_at).is_not(None))
    if meeting_id is not None:
        rows = rows.where(col(Promise.meeting_id) == meeting_id)
    return [(day, str(status), at) for day, status, at in session.execute(rows)]


def promises_of(session: Session, question_id: int) -> list[Promise]:
    """What was promised to one question."""
    rows = select(Promise).where(Promise.question_id == question_id).order_by(col(Promise.id))
    return list(session.exec(rows))


def last_with_promises(session: Session, before: datetime) -> Meeting | None:
    """The newest meeting before that moment at which something was promised."""
    published = col(Promise.published_at).is_not(None)
    any_promise = sa.exists().where(col(Promise.meeting_id) == col(Meeting.id), published)
    rows = select(Meeting).where(Meeting.starts_at < before, Meeting.state != MeetingState.CANCELLED, any_promise)
    return session.exec(rows.order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc()).limit(1)).first()


def marks(session: Session, meeting_id: int) -> tuple[int, float]:
    """How many marked the meeting, and their average; 0.0 where nobody did."""
    rows = select(func.count(col(Guest.mark)), func.avg(Guest.mark)).where(Guest.meeting_id == meeting_id)
    count, average = session.exec(rows).one()
    return int(count), float(average or 0)
