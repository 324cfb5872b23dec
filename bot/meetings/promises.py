"""During and after a meeting: to each question the answer that was given, or the promise: what, who, by when."""

from collections.abc import Callable
from datetime import date, timedelta

from markupsafe import Markup

from bot import dialogue
from bot.broadcasts.moments import day_of
from bot.cases import wording
from bot.cases.actor import actor_of
from bot.cases.answering import answer_of_substance
from bot.cases.outcome import numbers
from bot.core.accept import one_of
from bot.core.clock import Clock, local_date
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from bot.meetings import hearing, publishing, questions
from bot.meetings.hearing import Answered
from bot.meetings.public_wording import READERS, promised, reads, warnings
from bot.ward import Ward
from db import heard
from db.cases import Case
from db.drafts import DraftRow
from db.heard import Asked
from db.meetings import Meeting, MeetingQuestion, Promise

ANSWER, PROMISE = "meeting_answer", "meeting_promise"
THIS, ALL = "this", "all"
AT_MOST_AHEAD = timedelta(days=3 * 366)
SHOWN = 60
COUNTED = 1000

BECAME = {
    Answered.SENT: "hearing.became_sent",
    Answered.PROPOSED: "hearing.became_proposed",
    Answered.HANDED: "hearing.became_handed",
    Answered.BEFORE: "hearing.became_before",
}


class Promises:
    """The dialogues over the profile and the clock."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.profile = profile
        self.clock = clock

    def feature(self) -> Feature:
        """The routes."""
        scope = Question("scope", one_of(()), choices=_scopes, when=lambda answers: bool(answers.get("others")))
        answer = Flow(ANSWER, (Question("text", answer_of_substance, free=True, values=_about), scope))
        promise = Flow(
            PROMISE,
            (
                Question("what", promised, free=True),
                Question("who", one_of(()), choices=self.units),
                Question("by", self.by, free=True),
                scope,
            ),
        )
        return Feature(
            name="meeting_promises",
            buttons=(
                ButtonRoute("meeting.answer", ask_answer, roles=READERS),
                ButtonRoute("meeting.promise", ask_promise, roles=READERS),
                ButtonRoute("meeting.promise_new", ask_other_promise, roles=READERS),
            ),
            flows=(
                FlowRoute(answer, answered, below=below),
                FlowRoute(promise, made, below=below, reads=reads),
            ),
        )

    def units(self, _answers: Answers) -> list[Choice]:
        """Who may keep it."""
        return [Choice(unit.id, unit.name) for unit in self.profile().units]

    def by(self, what: What) -> Value | Invalid:
        """The last day, as ISO text: today or later."""
        today = local_date(self.clock())
        found = day_of(what.text, today) if isinstance(what, Text) else None
        if found is None:
            return invalid("hearing.day_wanted")
        if found < today:
            return invalid("hearing.day_past")
        return invalid("hearing.day_too_far") if found > today + AT_MOST_AHEAD else found.isoformat()


def _about(answers: Answers) -> dict[str, object]:
    return {"code": answers["code"]}


def _scopes(answers: Answers) -> list[Choice]:
    return [Choice(THIS, "hearing.scope_this"), Choice(ALL, "hearing.scope_all")] if answers.get("others") else []


def ask_answer(turn: Turn, argument: str) -> None:
    """What was answered to this question."""
    _about_question(turn, argument, ANSWER)


def ask_promise(turn: Turn, argument: str) -> None:
    """What was promised to this question."""
    _about_question(turn, argument, PROMISE)


def _about_question(turn: Turn, argument: str, flow: str) -> None:
    found = questions.ours_of(turn, argument)
    if found is None:
        return
    meeting, row = found
    if not hearing.has_begun(turn, meeting):
        turn.reply(turn.say("hearing.not_begun"))
        return
    case = turn.session.get_one(Case, row.case_id)
    known: dict[str, Value] = {"meeting": meeting.id, "question": row.id, "code": case.code}
    others = [str(each.id) for each in _others(turn, meeting, row)]
    dialogue.start(turn, flow, {**known, "others": others} if others else known)


def _others(turn: Turn, meeting: Meeting, row: MeetingQuestion) -> list[Asked]:
    """The questions that seem to ask the same and were not answered either."""
    group = questions.group_of(turn, meeting, row.id)
    return [each for each in group if each.id != row.id and not each.answered and not hearing.is_ended(each.status)]


def ask_other_promise(turn: Turn, argument: str) -> None:
    """What was promised without anybody having asked beforehand."""
    named = numbers(argument)
    meeting = questions.ours(turn, named[0] if named else 0)
    if meeting and hearing.has_begun(turn, meeting):
        dialogue.start(turn, PROMISE, {"meeting": meeting.id})
    elif meeting:
        turn.reply(turn.say("hearing.not_begun"))


def below(turn: Turn, draft: DraftRow) -> list[Markup]:
    """What names somebody, and for whom else it holds."""
    named = warnings(turn, draft) if draft.flow == PROMISE else _wanted_by_others(turn, draft)
    if draft.answers.get("scope") != ALL:
        return named
    others = [turn.session.get_one(Case, row.case_id) for row in _rows(turn, draft.answers)[1:]]
    lines = [turn.say("hearing.of_group", code=case.code, text=wording.shortened(case.text, SHOWN)) for case in others]
    return [*named, turn.say("hearing.for_others"), *lines]


def _wanted_by_others(turn: Turn, draft: DraftRow) -> list[Markup]:
    """Those who support a question read its answer too."""
    question = int(str(draft.answers["question"]))
    count = len(heard.supporters(turn.session, question, after=0, size=COUNTED))
    return [turn.say("hearing.for_supporters", count=count)] if count else []


def _rows(turn: Turn, answers: Answers | dict[str, object]) -> list[MeetingQuestion]:
    """The question, and those like it where it is for all of them; none for a promise to everybody."""
    first, others = answers.get("question"), answers.get("others")
    ids = [str(first)] if first else []
    if answers.get("scope") == ALL and isinstance(others, list):
        ids += map(str, others)
    found = (turn.session.get(MeetingQuestion, int(each), with_for_update=True) for each in ids)
    return [row for row in found if row]


def answered(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """Write it down and answer the case, or all of them."""
    meeting = questions.ours(turn, int(str(answers["meeting"])))
    if meeting is None:
        return
    lines = _answer(turn, _rows(turn, answers), str(answers["text"]))
    _show(turn, meeting, [turn.say("hearing.answer_kept"), *lines])


def _answer(turn: Turn, rows: list[MeetingQuestion], text: str) -> list[Markup]:
    """The same words to each; what became of each, in a line."""
    actor, lines = actor_of(turn), []
    for row in rows:
        case = turn.session.get_one(Case, row.case_id)
        became = hearing.answer(turn, actor, row, text)
        unit = {"unit": wording.unit(turn, case.unit)} if became == Answered.HANDED else {}
        lines.append(turn.say(BECAME[became], code=case.code, **unit))
    return lines


def made(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """Write the promise down, give it to who keeps it, and tell those who asked."""
    meeting = questions.ours(turn, int(str(answers["meeting"])))
    if meeting is None:
        return
    rows = _rows(turn, answers)
    given = hearing.promise(
        turn,
        actor_of(turn),
        meeting,
        str(answers["what"]),
        unit=str(answers["who"]),
        due_on=date.fromisoformat(str(answers["by"])),
        question=rows[0] if rows else None,
    )
    if given is None:
        turn.reply(turn.say("hearing.promise_refused"))
        return
    publishing.tell_leaders(turn, given)
    lines = _answer(turn, rows, hearing.answer_of(turn, meeting, given))
    _show(turn, meeting, [_promised(turn, given), *lines], publishing.button(turn, given))


def _promised(turn: Turn, given: Promise) -> Markup:
    case = turn.session.get_one(Case, given.case_id)
    due = wording.deadline(turn, given.due_on)
    key = "hearing.promise_made" if given.published_at else "hearing.promise_waits"
    return turn.say(key, code=case.code, what=given.what, who=given.who, due=due)


def _show(turn: Turn, meeting: Meeting, lines: list[Markup], *buttons: Button) -> None:
    back = turn.button("hearing.button_back", f"meeting.questions:{meeting.id}")
    turn.reply(Markup("\n").join(lines), column((*buttons, back)))
