"""The acts on what is asked for a meeting, answered at it and promised there; all take the transaction at work."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import faq
from bot.cases import letters, notices, service, wording
from bot.cases.report_flow import OTHER
from bot.cases.rules import IN_PUBLIC, MOVES, Act, Actor, may, words_of
from bot.cases.service import Report
from bot.core.clock import in_words, local_date
from bot.core.replies import Reply
from bot.feature import Work
from bot.meetings.likeness import Group, like_of
from bot.meetings.places import is_ahead
from db import cases, heard
from db.cases import Case, Status
from db.meetings import Meeting, MeetingEvent, MeetingQuestion, MeetingState, Promise, Support, guest_of, locked
from db.staff import Role, Staff

SOURCE = "đối thoại"
"""How the case of a question came, as column 3 of the ward's table of petitions names it."""


class Answered(StrEnum):
    """What became of an answer that was recorded."""

    SENT = "sent"
    PROPOSED = "proposed"
    HANDED = "handed"
    BEFORE = "before"


def takes_questions(work: Work, meeting: Meeting | None) -> bool:
    """Whether people may still ask: until it begins."""
    return meeting is not None and is_ahead(meeting, work.now)


def has_begun(work: Work, meeting: Meeting) -> bool:
    """Whether anything can have been answered or promised there."""
    called = meeting.state in {MeetingState.CALLED, MeetingState.HELD}
    return called and work.now >= meeting.starts_at


def link(work: Work, meeting_id: int, case: Case) -> MeetingQuestion | None:
    """Put the question of a case on the list of a meeting.

    None for what only leaders read, for what looks like a denunciation or a crime, and where it is too late.
    """
    meeting = locked(work.session, meeting_id)
    if meeting is None or not takes_questions(work, meeting) or not may_be_public(case):
        return None
    like = like_of(heard.asked(work.session, meeting.id), case.text)
    place = heard.next_place(work.session, meeting.id)
    question = MeetingQuestion(meeting_id=meeting.id, case_id=case.id, place=place, like_id=like)
    work.session.add(question)
    work.session.flush()
    return question


def may_be_public(case: Case) -> bool:
    """Whether others may ever read of it: a denunciation is confidential, also where its sender calls it a petition."""
    return not case.protected and faq.grievance(case.text) not in {"denunciation", "crime"}


def word(work: Work, staff: Staff, question_id: int, public: str) -> MeetingQuestion | None:
    """Give a question its public wording; an empty one takes it back. None for a question that is not public."""
    question = work.session.get(MeetingQuestion, question_id, with_for_update=True, populate_existing=True)
    case = work.session.get(Case, question.case_id) if question else None
    if question is None or case is None or not may_be_public(case):
        return None
    question.wording, question.worded_by = public.strip(), staff.id if public.strip() else None
    record(work, question.meeting_id, "word" if question.wording else "unword", staff, str(question.id))
    work.session.add(question)
    work.session.flush()
    return question


def support(work: Work, person_id: int, question_id: int) -> bool:
    """Somebody wants the question answered too; False where that was counted already."""
    if work.session.get(Support, (question_id, person_id)):
        return False
    work.session.add(Support(question_id=question_id, person_id=person_id, at=work.now))
    work.session.flush()
    return True


def order(work: Work, staff: Staff, meeting_id: int, groups: Sequence[Group]) -> None:
    """Give the questions the places in which they stand here; the caller holds the meeting locked."""
    rows = heard.of_meeting(work.session, meeting_id)
    for place, asked in enumerate((each for group in groups for each in group), start=1):
        rows[asked.id].place = place
        work.session.add(rows[asked.id])
    record(work, meeting_id, "order", staff)
    work.session.flush()


def answer(work: Work, actor: Actor, question: MeetingQuestion, text: str) -> Answered:
    """Write down what was answered, and answer the case with it where the actor may.

    Where a subject wants a leader's approval the answer waits for that. Whoever may not answer the case hands the words
    to those who may. What its sender has got is not replaced.
    """
    meeting = work.session.get_one(Meeting, question.meeting_id)
    case = work.session.get_one(Case, question.case_id, with_for_update=True, populate_existing=True)
    is_over = (case.status, Act.REPLY) not in MOVES
    if is_over and question.answer:
        return Answered.BEFORE
    if actor.staff is not None:
        question.answer, question.answered_at, question.answered_by = text, work.now, actor.staff.id
        record(work, meeting.id, "answer", actor.staff, str(question.id))
    work.session.add(question)
    if is_over:
        return Answered.BEFORE
    if may(actor, case, Act.TAKE, work.today) and not may(actor, case, Act.REPLY, work.today):
        service.take(work, actor, case.id)
    letter = letters.reply(work, actor, case.id, text, basis_of(work, meeting))
    if letter is None:
        _hand_over(work, case, question)
        return Answered.HANDED
    return Answered.PROPOSED if letter.state == "proposed" else Answered.SENT


def basis_of(work: Work, meeting: Meeting) -> str:
    """What an answer that was given at a meeting rests on."""
    day = in_words(local_date(meeting.starts_at))
    return work.app.say.label("hearing.basis", title=meeting.title, day=day)


def _hand_over(work: Work, case: Case, question: MeetingQuestion) -> None:
    text = work.say("hearing.handed_over", code=case.code, text=question.answer)
    rows = ((notices.open_button(work, case),),)
    for one in notices.handlers(work, case):
        work.tell(one.person_id, Reply(text, rows), f"{work.key}:question:{question.id}:staff:{one.id}")


def promise(
    work: Work,
    actor: Actor,
    meeting: Meeting,
    what: str,
    *,
    unit: str,
    due_on: date,
    question: MeetingQuestion | None = None,
) -> Promise | None:
    """Write down what was promised: a case of the unit that keeps it, due on the day that was named.

    None without a role, before the meeting, or for a unit that the profile does not have. The same event promises once.
    """
    kept_by = work.ward.unit(unit)
    if actor.staff is None or kept_by is None or not has_begun(work, meeting):
        return None
    report = Report(subject=_subject(work, meeting, question), text=what)
    source, note = IN_PUBLIC, basis_of(work, meeting)
    case = service.log(work, actor, report, reporter_id=None, source=source, note=note, unit=unit, due_on=due_on)
    row = Promise(
        meeting_id=meeting.id,
        question_id=question.id if question else None,
        case_id=case.id,
        what=what,
        who=kept_by.name,
        due_on=due_on,
        made_at=work.now,
        made_by=actor.staff.id,
        published_at=work.now if actor.staff.role == Role.LEADER else None,
    )
    work.session.add(row)
    record(work, meeting.id, "promise", actor.staff, case.code)
    work.session.flush()
    return row


def mend_case(work: Work, made: Promise, before: date) -> None:
    """The case of a promise asks for what the promise says now; those whose task it is are told.

    It follows the day too, which was `before`, unless its own was put off since.
    """
    case = work.session.get_one(Case, made.case_id)
    case.text, case.due_on = made.what, made.due_on if case.due_on == before else case.due_on
    work.session.add(case)
    cases.index_words(work.session, case.id, words_of(case))
    due = wording.deadline(work, case.due_on)
    said = Reply(
        work.say("publishing.mended", code=case.code, what=made.what, due=due), ((notices.open_button(work, case),),)
    )
    for one in notices.handlers(work, case):
        work.tell(one.person_id, said, f"{work.key}:mended:{made.id}:staff:{one.id}")


def _subject(work: Work, meeting: Meeting, question: MeetingQuestion | None) -> str:
    """That of the question, else that of the meeting; what was said to everybody is no secret of leaders."""
    asked = work.session.get_one(Case, question.case_id).subject if question else ""
    found = [work.ward.subject(name) for name in (asked, meeting.subject, OTHER)]
    return next((each.id for each in found if each and not each.protected), work.ward.subjects[-1].id)


def answer_of(work: Work, meeting: Meeting, made: Promise) -> str:
    """What the sender of a question is told of the promise."""
    return work.app.say.label(
        "hearing.promise_answer",
        title=meeting.title,
        day=in_words(local_date(meeting.starts_at)),
        what=made.what,
        who=made.who,
        due=wording.deadline(work, made.due_on),
    )


def mark(work: Work, person_id: int, meeting_id: int, points: int) -> bool:
    """What somebody who was there thought of the meeting, 1 to 5; the last one counts. False for anybody else."""
    guest = guest_of(work.session, meeting_id, person_id)
    if guest is None or guest.came_at is None or not 1 <= points <= 5:
        return False
    guest.mark = points
    work.session.add(guest)
    work.session.flush()
    return True


def record(work: Work, meeting_id: int, act: str, staff: Staff, note: str = "") -> None:
    """Into the history of the meeting."""
    work.session.add(MeetingEvent(meeting_id=meeting_id, at=work.now, act=act, staff_id=staff.id, note=note))


def is_ended(status: str) -> bool:
    """Whether nothing more is to be answered."""
    return status in {Status.ANSWERED, Status.CLOSED, Status.DECLINED}
