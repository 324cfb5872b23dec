"""Gửi câu hỏi: a question for a meeting becomes a case; others read it in its public wording and may support it."""

from collections.abc import Callable

from markupsafe import Markup

from bot import dialogue
from bot.cases import enclosures, mine, other_ways, report, service
from bot.cases.actor import owner_of
from bot.cases.report_flow import (
    FEWEST_WORDS,
    LONGEST_NAME,
    LONGEST_STORY,
    PETITION,
    Questions,
    is_about_conduct,
    is_named,
    looks_like_grievance,
    readers,
    report_of,
    unnamed,
    ways,
)
from bot.core.accept import one_of, phone, words
from bot.core.events import File, What
from bot.core.flow import Answers, Choice, Elsewhere, Flow, Invalid, Question, Value
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from bot.meetings import hearing, saying
from bot.ward import Ward
from db import attachments, heard
from db.drafts import DraftRow
from db.heard import Asked
from db.meetings import Meeting, MeetingQuestion, of_invitation

NAME = "meeting_ask"
BY_CAPTION = frozenset({"subject", "what"})
PAGE = 5
CONSENT = "doi-thoai"


class ForMeeting(Questions):
    """What a report asks, without the place and the wish: a question happens nowhere.

    It has a notice of its own, for more people read a question than a report.
    """

    def consent(self, _answers: Answers) -> list[Choice]:
        """Agreeing to this version of the notice."""
        return [Choice(self._version, "report.agree")]

    def agreed(self, what: What) -> Value | Invalid | Elsewhere:
        """The notice in one of the usual words."""
        said = super().agreed(what)
        return self._version if said == self.profile().cases.consent_version else said

    @property
    def _version(self) -> str:
        return f"{self.profile().cases.consent_version}-{CONSENT}"

    def flow(self) -> Flow:
        """The dialogue. It is complete at once when the person says that it is no petition."""
        by_choice = one_of(())
        return Flow(
            NAME,
            (
                Question("consent", self.agreed, choices=self.consent, shown=False),
                Question("subject", self.subject, choices=self.subjects),
                Question(
                    "what",
                    words(LONGEST_STORY, FEWEST_WORDS),
                    free=True,
                    values=lambda given: {"title": given["title"]},
                ),
                Question("way", by_choice, choices=ways, when=looks_like_grievance, shown=False),
                Question("conduct", by_choice, choices=readers, when=is_about_conduct),
                Question("business", words(LONGEST_NAME), choices=unnamed),
                Question("phone", phone, when=is_named, optional=True),
            ),
            ends=lambda answers: answers.get("way", PETITION) != PETITION,
        )


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes."""
    flow = ForMeeting(profile).flow()
    return Feature(
        name="meeting_asking",
        buttons=(
            ButtonRoute("meeting.ask", ask),
            ButtonRoute("meeting.ask_new", ask_new),
            ButtonRoute("meeting.heard", show_list),
            ButtonRoute("meeting.support", support),
        ),
        flows=(FlowRoute(flow, done, file, report.below, report.answered),),
    )


def ask(turn: Turn, argument: str) -> None:
    """Under an invitation: what others asked first, where there is something; otherwise the first question at once."""
    meeting = of_invitation(turn.session, mine.number(argument))
    if meeting is None or not saying.is_known(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
    elif hearing.takes_questions(turn, meeting) and not public(turn, meeting):
        _begin(turn, meeting)
    else:
        _page(turn, meeting, 0)


def ask_new(turn: Turn, argument: str) -> None:
    """A question of one's own."""
    meeting = turn.session.get(Meeting, mine.number(argument))
    if meeting is None or not saying.is_known(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
    elif hearing.takes_questions(turn, meeting):
        _begin(turn, meeting)
    else:
        _too_late(turn, meeting)


def _begin(turn: Turn, meeting: Meeting) -> None:
    known: dict[str, Value] = {"meeting": meeting.id, "title": meeting.title, **report.agreed(turn, CONSENT)}
    subject = turn.ward.subject(meeting.subject)
    if subject and not subject.protected:
        known["subject"] = subject.id
    dialogue.start(turn, NAME, known)


def _too_late(turn: Turn, meeting: Meeting) -> None:
    turn.reply(turn.say("hearing.too_late", title=meeting.title), column((turn.button("mine.button_new", "case.new"),)))


def file(turn: Turn, draft: DraftRow, sent: File) -> None:
    """A photo or file at any question."""
    enclosures.take(turn, draft, sent, answers_by_caption=BY_CAPTION)


def done(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """It is sent, or it turned out to be no petition; what may be public stands on the list of the meeting."""
    if answers.get("way", PETITION) != PETITION:
        other_ways.leave(turn, draft, str(answers["way"]))
        return
    case = service.log(
        turn, owner_of(turn), report_of(turn.ward, answers), reporter_id=turn.person.id, source=hearing.SOURCE
    )
    attachments.hand_over(turn.session, draft.id, case.id)
    draft.answers = {**draft.answers, "case": case.id}
    linked = hearing.link(turn, int(str(answers["meeting"])), case)
    key = "hearing.received" if linked else "hearing.received_apart"
    back = [turn.button("hearing.button_list", f"meeting.heard:{linked.meeting_id}")] if linked else []
    said = report.receipt(turn, case, key, title=answers["title"])
    turn.reply(said, column([*report.after(turn, case), *back]))


def public(turn: Turn, meeting: Meeting) -> list[Asked]:
    """What everybody may read: the questions that have a public wording."""
    return [each for each in heard.asked(turn.session, meeting.id) if each.wording]


def show_list(turn: Turn, argument: str) -> None:
    """Các câu hỏi đã gửi, `<meeting>` or `<meeting>:<how many were shown>`."""
    number, _, shown = argument.partition(":")
    meeting = turn.session.get(Meeting, mine.number(number))
    if meeting is None or not saying.is_known(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
    else:
        _page(turn, meeting, mine.number(shown))


def _page(turn: Turn, meeting: Meeting, at: int) -> None:
    found = public(turn, meeting)
    open_still = hearing.takes_questions(turn, meeting)
    if not found and not open_still:
        _too_late(turn, meeting)
        return
    shown = found[at : at + PAGE]
    mine_already = heard.supported_by(turn.session, meeting.id, turn.person.id)
    lines = [_line(turn, number, each) for number, each in enumerate(shown, start=at + 1)]
    key = _heading(open_still=open_still, anything=bool(found))
    buttons = [
        turn.button("hearing.button_support", f"meeting.support:{each.id}", number=number)
        for number, each in enumerate(shown, start=at + 1)
        if open_still and each.id not in mine_already and each.asker_id != turn.person.id
    ]
    said = Markup("\n\n").join((turn.say(key, title=meeting.title), *lines))
    turn.reply(said, (*column(buttons), *_below(turn, meeting, at + PAGE < len(found), at)))


def _heading(*, open_still: bool, anything: bool) -> str:
    if not anything:
        return "hearing.public_none"
    return "hearing.public" if open_still else "hearing.public_closed"


def _below(turn: Turn, meeting: Meeting, more: bool, at: int) -> Rows:
    rows: list[Button] = []
    if more:
        rows.append(turn.button("hearing.next", f"meeting.heard:{meeting.id}:{at + PAGE}"))
    if hearing.takes_questions(turn, meeting):
        rows.append(turn.button("hearing.button_ask", f"meeting.ask_new:{meeting.id}"))
    return column(rows)


def _line(turn: Turn, number: int, question: Asked) -> Markup:
    key = "hearing.public_answered" if question.answered else "hearing.public_line"
    return turn.say(key, number=number, wording=question.wording, count=1 + question.supports)


def support(turn: Turn, argument: str) -> None:
    """Tôi cũng quan tâm: counted once, however often it is pressed, and not for one's own question."""
    row = turn.session.get(MeetingQuestion, mine.number(argument))
    meeting = turn.session.get(Meeting, row.meeting_id) if row else None
    if row is None or meeting is None or not saying.is_known(turn, meeting):
        turn.reply(turn.say("turn.old_button"))
        return
    question = heard.one(turn.session, row.id)
    if question is None or not question.wording:
        turn.reply(turn.say("turn.old_button"))
    elif not hearing.takes_questions(turn, meeting):
        _too_late(turn, meeting)
    else:
        _count(turn, meeting, question)


def _count(turn: Turn, meeting: Meeting, question: Asked) -> None:
    if question.asker_id == turn.person.id:
        key, count = "hearing.own", 1 + question.supports
    elif hearing.support(turn, turn.person.id, question.id):
        key, count = "hearing.supported", 2 + question.supports
    else:
        key, count = "hearing.supported_before", 1 + question.supports
    back = turn.button("hearing.button_list", f"meeting.heard:{meeting.id}")
    turn.reply(turn.say(key, wording=question.wording, count=count), column((back,)))
