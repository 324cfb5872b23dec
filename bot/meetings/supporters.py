"""Whoever wanted a question of somebody else answered hears what was answered to it."""

from markupsafe import Markup

from bot.cases.owed import ask, each
from bot.core.replies import Reply
from bot.feature import App, Feature, Work
from db import heard, letters
from db.meetings import Meeting, MeetingQuestion
from db.outbox import Lane

SLICE = 50
"""People in one transaction."""


def feature() -> Feature:
    """Only the clock comes here."""
    return Feature(name="meeting_supporters", due=(tell,))


def tell(app: App) -> bool:
    """One slice of every question whose sender has the answer; whether there are more people at once."""
    told: list[int] = []

    def tell_of(work: Work, question_id: int) -> None:
        told.append(_tell(work, question_id))

    each(app, ask(app, heard.untold), tell_of)
    return SLICE in told


def _tell(work: Work, question_id: int) -> int:
    question = work.session.get_one(MeetingQuestion, question_id, with_for_update=True)
    if question.told_at is not None or not question.wording:
        return 0
    found = heard.supporters(work.session, question.id, after=question.told_to, size=SLICE)
    said = Reply(_said(work, question))
    for person_id in found:
        work.tell(person_id, said, f"question:{question.id}:answered:{person_id}", Lane.NOTICE)
    question.told_to = found[-1] if found else question.told_to
    question.told_at = work.now if len(found) < SLICE else None
    work.session.add(question)
    return len(found)


def _said(work: Work, question: MeetingQuestion) -> Markup:
    """The words of the answer only where they are what its sender has got; a leader may have had them changed."""
    meeting = work.session.get_one(Meeting, question.meeting_id)
    letter = letters.last_sent(work.session, question.case_id)
    values = {"title": meeting.title, "wording": question.wording}
    if letter is None or letter.text != question.answer:
        return work.say("hearing.answered_too", **values, contact=meeting.contact)
    return work.say("hearing.answer_too", **values, text=question.answer)
