"""Dialogue meetings: who is invited, who comes, what they ask, and what is promised to them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, UniqueConstraint, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from db.types import Moment


class Answer(StrEnum):
    """What somebody said to the invitation, or where the waiting list has them.

    Who is `offered` a freed place holds it until `offered_until`; `lapsed` is who let that pass. Who came without an
    answer `walked_in`.
    """

    COMING = "coming"
    DECLINED = "declined"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    WALKED_IN = "walked_in"


HOLDING = (Answer.COMING, Answer.OFFERED)
"""Who has places."""

MOST_PARTY = 10
"""People with whom one answer may come, the guest included."""

# The words of the partial indexes: queries repeat them literally, only so does the database use these indexes.
WAITING = text("answer = 'waiting'")
OFFERED = text("answer = 'offered'")
TO_REMIND = text("answer = 'coming' AND person_id IS NOT NULL AND came_at IS NULL")
AHEAD = text("state = 'called'")
UNTOLD = text("answer <> '' AND wording <> '' AND told_at IS NULL")
OPEN_CHANGE = text("applied_at IS NULL")


class MeetingState(StrEnum):
    """Where a meeting stands. While its invitation waits for approval it is `planned`; `called` once that may leave."""

    PLANNED = "planned"
    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


class Meeting(SQLModel, table=True):
    """A meeting at which the ward hears its businesses.

    The invitation is a broadcast. `capacity` is 0 where the room is as large as it takes; `taken` are the places of
    those who come or are offered one. Answers are taken until `closes_at`. `sequence` counts the changes of time and
    place, as calendars want it (RFC 5545, 3.8.7.4); `uid` names it in them for good. `queued` is the last place that
    was given in the waiting list.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        # One event makes one meeting, however often its turn was tried.
        UniqueConstraint("key", name="meeting_once_an_event"),
        UniqueConstraint("uid", name="meeting_uid_once"),
        UniqueConstraint("invitation_id", name="meeting_one_an_invitation"),
        CheckConstraint("state IN ('planned', 'called', 'held', 'cancelled')", name="meeting_state_known"),
        # Nobody is ever promised a chair that is not there.
        CheckConstraint("capacity = 0 OR taken <= capacity", name="meeting_never_over_capacity"),
        CheckConstraint("taken >= 0", name="meeting_places_are_counted"),
        CheckConstraint("capacity >= 0", name="meeting_capacity_is_a_number"),
        CheckConstraint("closes_at <= starts_at", name="meeting_closes_before_it_starts"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="meeting_place_on_the_map"),
        Index("meeting_ahead", "starts_at", "id", sqlite_where=AHEAD, postgresql_where=AHEAD),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    key: str
    uid: str
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=String)
    title: str
    subject: str = ""
    starts_at: datetime = Field(sa_type=Moment, index=True)
    place: str
    latitude: float | None = None
    longitude: float | None = None
    chair: str
    takes_part: str = ""
    agenda: str = ""
    prepare: str = ""
    contact: str
    capacity: int = 0
    taken: int = 0
    queued: int = 0
    closes_at: datetime = Field(sa_type=Moment)
    sequence: int = 0
    unit: str
    author_id: int = Field(foreign_key="staff.id", index=True)
    invitation_id: int | None = Field(default=None, foreign_key="broadcast.id")
    created_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    minutes: str = ""
    minutes_id: int | None = Field(default=None, foreign_key="broadcast.id")


class MeetingChange(SQLModel, table=True):
    """Another time or place, or that there will be no meeting; it counts from when its notice may leave.

    `was_at` is when the meeting was before; with `moves` who comes is asked to confirm. `sets` is what else reads
    otherwise from then on, by the columns of the meeting. `sequence` is the meeting's once it is applied.
    """

    __tablename__ = "meeting_change"
    __table_args__ = (
        UniqueConstraint("broadcast_id", name="meeting_change_one_a_notice"),
        # Two changes at once would leave people with either.
        Index(
            "meeting_change_one_open", "meeting_id", unique=True, sqlite_where=OPEN_CHANGE, postgresql_where=OPEN_CHANGE
        ),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    cancels: bool = False
    starts_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)
    place: str
    latitude: float | None = None
    longitude: float | None = None
    was_at: datetime | None = Field(default=None, sa_type=Moment)
    moves: bool = True
    sets: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reason: str = ""
    created_at: datetime = Field(sa_type=Moment)
    applied_at: datetime | None = Field(default=None, sa_type=Moment)
    sequence: int | None = None
    dropped: bool = False


class Guest(SQLModel, table=True):
    """Somebody who answered the invitation, or came without one (`person_id` None: known by `name` or `phone`).

    `party` are the people who come, the guest included; who is offered a place is offered that many. `turn` is the
    place in the waiting list, kept as long as somebody waits. With `whole` fewer places than `party` are no help.
    `confirmed` is the sequence of the meeting to which they said yes. `code` opens the door. `day_told` and `hour_told`
    are the sequences of which they were reminded, -1 for none; `asked` the one that they were asked again to confirm.
    `reason` is why somebody does not come, where they said it. `mark` is what they thought of it, 1 to 5.
    """

    __tablename__ = "guest"
    __table_args__ = (
        # One answer of one person: a second press changes it.
        UniqueConstraint("meeting_id", "person_id", name="guest_once_a_meeting"),
        # A code opens one door for one party.
        UniqueConstraint("meeting_id", "code", name="guest_code_once"),
        # The waiting list has one order.
        UniqueConstraint("meeting_id", "turn", name="guest_turn_once"),
        CheckConstraint(
            "answer IN ('coming', 'declined', 'waiting', 'offered', 'lapsed', 'walked_in')", name="guest_answer_known"
        ),
        CheckConstraint(f"party BETWEEN 1 AND {MOST_PARTY}", name="guest_party_is_small"),
        CheckConstraint("(answer = 'offered') = (offered_until IS NOT NULL)", name="guest_offer_ends"),
        CheckConstraint("(answer IN ('waiting', 'offered')) = (turn IS NOT NULL)", name="guest_who_waits_has_a_turn"),
        # Whoever is there is counted with their people.
        CheckConstraint("(came_at IS NULL) = (came_party IS NULL)", name="guest_checked_in_with_party"),
        CheckConstraint("mark BETWEEN 1 AND 5", name="guest_mark_of_five"),
        CheckConstraint("person_id IS NOT NULL OR name <> '' OR phone <> ''", name="guest_is_somebody"),
        Index("guest_of_person", "person_id"),
        Index("guest_waiting", "meeting_id", "turn", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("guest_offered", "offered_until", sqlite_where=OFFERED, postgresql_where=OFFERED),
        # Who has been told moves to the end of these: each slice of reminders begins where the one before ended.
        Index("guest_day", "meeting_id", "day_told", "id", sqlite_where=TO_REMIND, postgresql_where=TO_REMIND),
        Index("guest_hour", "meeting_id", "hour_told", "id", sqlite_where=TO_REMIND, postgresql_where=TO_REMIND),
        Index(
            "guest_asked", "meeting_id", "confirmed", "asked", "id", sqlite_where=TO_REMIND, postgresql_where=TO_REMIND
        ),
        Index("guest_answers", "meeting_id", "answer", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    name: str = ""
    phone: str = ""
    answer: Answer = Field(sa_type=String)
    party: int = 1
    wished: int = 1
    whole: bool = False
    turn: int | None = None
    offered_until: datetime | None = Field(default=None, sa_type=Moment)
    answered_at: datetime = Field(sa_type=Moment)
    confirmed: int = 0
    code: str
    day_told: int = -1
    hour_told: int = -1
    asked: int = -1
    reason: str = ""
    came_at: datetime | None = Field(default=None, sa_type=Moment)
    came_party: int | None = None
    checked_by: int | None = Field(default=None, foreign_key="staff.id")
    mark: int | None = None


class MeetingQuestion(SQLModel, table=True):
    """A question for a meeting; its case holds what was asked, and by whom.

    Others see only the public `wording`, once somebody of the staff wrote it. `place` is the chair's order; `like_id`
    is the first question that seems to ask the same. `told_at` is when all who support it had the answer, `told_to` the
    last person who has it meanwhile.
    """

    __tablename__ = "meeting_question"
    __table_args__ = (
        UniqueConstraint("case_id", name="meeting_question_one_a_case"),
        CheckConstraint("(wording <> '') = (worded_by IS NOT NULL)", name="meeting_question_worded_by_somebody"),
        CheckConstraint("(answer <> '') = (answered_at IS NOT NULL)", name="meeting_question_answered_once"),
        Index("meeting_question_order", "meeting_id", "place", "id"),
        Index("meeting_question_untold", "id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    case_id: int = Field(foreign_key="case.id")
    place: int = 0
    wording: str = ""
    worded_by: int | None = Field(default=None, foreign_key="staff.id")
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: int | None = Field(default=None, foreign_key="staff.id")
    like_id: int | None = None
    told_to: int = 0
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class Support(SQLModel, table=True):
    """Somebody wants a question of another to be answered too; once."""

    __tablename__ = "support"
    __table_args__ = (Index("support_of_person", "person_id"),)

    question_id: int = Field(
        primary_key=True, foreign_key="meeting_question.id", sa_column_kwargs={"autoincrement": False}
    )
    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)


class Promise(SQLModel, table=True):
    """What was promised at a meeting, in public words without names; its case has the deadline and what became of it.

    `who` keeps it, as people read it; `due_on` is the day that was named. A promise is kept when its case is answered.
    Others read it from when a leader saw it, at `published_at`.
    """

    __tablename__ = "promise"
    __table_args__ = (
        UniqueConstraint("case_id", name="promise_one_a_case"),
        CheckConstraint("what <> '' AND who <> ''", name="promise_says_what_and_who"),
        Index("promise_of_meeting", "meeting_id", "due_on", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    question_id: int | None = Field(default=None, foreign_key="meeting_question.id", index=True)
    case_id: int = Field(foreign_key="case.id")
    what: str
    who: str
    due_on: date
    made_at: datetime = Field(sa_type=Moment)
    made_by: int = Field(foreign_key="staff.id")
    published_at: datetime | None = Field(default=None, sa_type=Moment)


class MeetingEvent(SQLModel, table=True):
    """One thing that happened to a meeting. Rows are only ever added; `staff_id` is None for the clock."""

    __tablename__ = "meeting_event"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    at: datetime = Field(sa_type=Moment)
    act: str
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    note: str = ""


def locked(session: Session, meeting_id: int) -> Meeting | None:
    """The meeting as it stands now; nobody else takes or frees a place before the transaction ends."""
    rows = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True)).one_or_none()


def of_invitation(session: Session, broadcast_id: int) -> Meeting | None:
    """The meeting to which a broadcast invites."""
    return session.exec(select(Meeting).where(Meeting.invitation_id == broadcast_id)).one_or_none()


def guest_of(session: Session, meeting_id: int, person_id: int) -> Guest | None:
    """What somebody answered."""
    mine = select(Guest).where(Guest.meeting_id == meeting_id, Guest.person_id == person_id)
    return session.exec(mine).one_or_none()


def overdue_offers(session: Session, now: datetime) -> list[tuple[int, int]]:
    """The meetings and guests whose time to accept a place is over, the oldest first."""
    rows = select(Guest.meeting_id, Guest.id).where(OFFERED, col(Guest.offered_until) <= now)
    return list(session.exec(rows.order_by(col(Guest.offered_until), col(Guest.id))).all())


def ahead(session: Session) -> list[Meeting]:
    """The meetings to which people are invited and which were not held yet, the next first."""
    return list(session.exec(select(Meeting).where(AHEAD).order_by(col(Meeting.starts_at), col(Meeting.id))))


def counted(session: Session, meeting_id: int) -> dict[str, tuple[int, int]]:
    """How many guests gave each answer, and with how many people they come."""
    rows = select(Guest.answer, func.count(), func.sum(Guest.party)).where(Guest.meeting_id == meeting_id)
    return {str(answer): (int(n), int(people)) for answer, n, people in session.exec(rows.group_by(Guest.answer))}
