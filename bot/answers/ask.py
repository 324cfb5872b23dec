"""An owner asks: a typed question, a suggestion chosen, the subjects menu, a thumb up or down."""

from functools import partial

import faq
from bot import dialogue
from bot.answers import service, wording, wrong
from bot.answers.feedback import feedback_flow, wrong_flow
from bot.answers.library import Held, Library
from bot.answers.rules import INTERRUPTS, JOINED_WITHIN, SURE, Said, Understood, in_context, looks_asked
from bot.core.clock import local_date
from bot.core.flow import Answers
from bot.core.replies import Button, Reply, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, FlowRoute, Turn
from db.drafts import DraftRow
from db.inbox import another_waits

SUGGESTED = 3
CLOSE = 2
"""So many are left where the matcher cannot tell two entries apart."""

HOW_TO_REPORT = "pa-gui-o-dau"


class Asking:
    """The handlers of this feature over what the ward answers at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def feature(self) -> Feature:
        """The routes."""
        return Feature(
            name="answers",
            commands=(
                CommandRoute(
                    "chude",
                    self.subjects,
                    "answers.menu_subjects",
                    ("chủ đề", "danh mục", "các chủ đề", "quay lại"),
                    in_groups=True,
                ),
            ),
            buttons=(
                ButtonRoute("faq.show", self.show, in_groups=True),
                ButtonRoute("faq.more", self.more, in_groups=True),
                ButtonRoute("faq.good", self.good, in_groups=True),
                ButtonRoute("faq.bad", self.bad),
                ButtonRoute("faq.none", self.none_of_these),
                ButtonRoute("faq.wrong", self.wrong, in_groups=True),
                ButtonRoute("faq.write", wrong.write),
                ButtonRoute("faq.subjects", self.subjects, in_groups=True),
                ButtonRoute("faq.subject", self.subject, in_groups=True),
            ),
            flows=(FlowRoute(feedback_flow(), self.feedback_given), FlowRoute(wrong_flow(), self.written)),
            text=self.asked,
            interrupts=self.is_question,
            start_with={"faq": self.show, "hoi": self.subjects},
            alert=self.alert,
            due=(self.library.due,),
        )

    def alert(self, turn: Turn, text: str) -> None:
        """An emergency told in the middle of a dialogue is answered with the numbers to call, and kept as an answer."""
        if faq.danger(text):
            turn.reply(turn.say("answers.danger"))

    def asked(self, turn: Turn, text: str) -> None:
        """A typed message that nothing else took."""
        before, held = service.before(turn), self.library.held(turn.session)
        understood = in_context(held.content, held.index, text, before)
        row = service.log(turn, understood)
        told = turn.incoming.private and faq.grievance(text) is not None
        if understood.alert == "danger":
            turn.reply(turn.say("answers.danger"))
        if not told or understood.decision == "answer":
            _respond(turn, held, understood, row.id, before)
        if told:
            _two_ways(turn, row.id)

    def is_question(self, text: str) -> bool:
        """Whether a message in the middle of a dialogue is plainly a question of its own."""
        if not looks_asked(text):
            return False
        best = next(iter(self.library.current.index.match(text, limit=1)), None)
        return best is not None and best.score >= INTERRUPTS

    def show(self, turn: Turn, argument: str) -> None:
        """Open an entry: a suggestion, a related question, a subject's list, a deep link."""
        held = self.library.held(turn.session)
        entry_id, _, question = argument.partition(":")
        if entry_id not in held.content.entries:
            turn.reply(turn.say("answers.no_such_entry"), _ways_on(turn))
            return
        asked = service.mark_chosen(turn, question, entry_id)
        _answer(turn, held, entry_id, service.log_shown(turn, entry_id, asked).id)

    def more(self, turn: Turn, argument: str) -> None:
        """The part that goes beyond the short answer."""
        entry = self.library.held(turn.session).content.entries.get(argument)
        if entry is None:
            turn.reply(turn.say("answers.no_such_entry"), _ways_on(turn))
            return
        _leave(turn, wording.more(turn.app.say, turn.ward, entry, turn.today))

    def subjects(self, turn: Turn, _argument: str) -> None:
        """All categories."""
        _leave(turn, wording.subjects(turn.app.say, self.library.held(turn.session).content))

    def subject(self, turn: Turn, argument: str) -> None:
        """One page of a category."""
        held = self.library.held(turn.session)
        category, _, page = argument.partition(":")
        if category not in held.content.categories:
            self.subjects(turn, "")
            return
        number = int(page) if page.isdecimal() else 1
        _leave(turn, wording.subject(turn.app.say, held.content, category, number))

    def good(self, turn: Turn, argument: str) -> None:
        """It helped."""
        kept = service.mark(turn, argument, 1)
        turn.reply(turn.say("answers.feedback_good" if kept else "turn.old_button"))

    def bad(self, turn: Turn, argument: str) -> None:
        """It did not help: two short questions, so that staff know what to mend."""
        if service.mark(turn, argument, -1):
            dialogue.start(turn, "faq_feedback", {"question": argument})
        else:
            turn.reply(turn.say("turn.old_button"))

    def feedback_given(self, turn: Turn, _draft: DraftRow, answers: Answers) -> None:
        """What was missing goes beside the question in the log."""
        said = [str(answers[name]) for name in ("reason", "wish") if answers.get(name)]
        row = service.mark(turn, str(answers["question"]), -1, ": ".join(said))
        if row and row.entry:
            wrong.tell_leaders(turn, self.library.held(turn.session).content, row)
        turn.reply(turn.say("answers.feedback_kept"))

    def wrong(self, turn: Turn, argument: str) -> None:
        """The answer is wrong."""
        wrong.report(turn, self.library.held(turn.session).content, argument)

    def written(self, turn: Turn, _draft: DraftRow, answers: Answers) -> None:
        """What is wrong with it."""
        wrong.written(turn, self.library.held(turn.session).content, answers)

    def none_of_these(self, turn: Turn, argument: str) -> None:
        """No suggestion was right: the question stays for staff."""
        kept = service.mark(turn, argument, -1, "none of these")
        offered = _offer(turn, "answers.button_send_question", kept.id) if kept else ()
        turn.reply(turn.say("answers.not_these" if kept else "turn.old_button"), (*offered, *_ways_on(turn)))


def _respond(turn: Turn, held: Held, understood: Understood, question_id: int, before: Said | None) -> None:
    if understood.alert == "retype":
        turn.reply(turn.say("answers.retype"))
    elif understood.decision == "answer":
        _answer(turn, held, understood.matches[0].id, question_id)
    elif understood.decision == "smalltalk":
        _smalltalk(turn, understood.tone, before)
    elif understood.alert:
        return
    elif understood.decision == "suggest":
        _suggest(turn, held, understood, question_id)
    elif understood.decision == "report":
        _report(turn, held, understood, question_id)
    else:
        offered = _offer(turn, "answers.button_send_question", question_id)
        turn.reply(turn.say("answers.none"), (*offered, *_ways_on(turn)))


def _answer(turn: Turn, held: Held, entry_id: str, question_id: int) -> None:
    entry, today = held.content.entries[entry_id], local_date(turn.now)
    said = partial(wording.answer, turn.app.say, turn.ward, held.content, entry)
    _leave(turn, said(today=today, question_id=question_id))


def _suggest(turn: Turn, held: Held, understood: Understood, question_id: int) -> None:
    entries = [held.content.entries[match.id] for match in understood.matches[:SUGGESTED]]
    if len(entries) == CLOSE:
        _leave(turn, wording.which(turn.app.say, entries, question_id))
    else:
        _leave(turn, wording.suggestions(turn.app.say, entries, question_id))


def _smalltalk(turn: Turn, tone: str, before: Said | None) -> None:
    # A greeting whose question is already on its way is answered by the answer.
    if tone == "greeting" and another_waits(turn.session, turn.incoming.key):
        return
    greeted = before is not None and before.decision == "smalltalk" and before.ago <= JOINED_WITHIN
    turn.reply(turn.say("answers.greeting_again" if tone == "greeting" and greeted else f"answers.{tone}"))


def _report(turn: Turn, held: Held, understood: Understood, question_id: int) -> None:
    """A difficulty told; what the FAQ has on its matter stands below, because telling may also be asking."""
    how = Button(turn.app.say.label("answers.button_how_to_report"), f"faq.show:{HOW_TO_REPORT}")
    close = [match.id for match in understood.matches if match.score >= SURE and match.id != HOW_TO_REPORT]
    shown = [wording.entry_button(held.content.entries[name], question_id) for name in close[:2]]
    offered = _offer(turn, "answers.button_send_report", question_id)
    turn.reply(turn.say("answers.report"), (*offered, *column((*shown, how)), *_ways_on(turn)))


def _leave(turn: Turn, reply: Reply) -> None:
    turn.replies.append(reply)


def _offer(turn: Turn, key: str, question_id: int) -> Rows:
    """Sending it to the ward; in a group nobody starts a report."""
    return column((turn.button(key, f"case.from:{question_id}"),)) if turn.incoming.private else ()


def _two_ways(turn: Turn, question_id: int) -> None:
    """The law may call it no petition: the person decides, before the words are kept any longer."""
    petition = turn.button("answers.button_petition", f"case.from:{question_id}")
    other = turn.button("answers.button_other_way", f"other.way:{question_id}")
    turn.reply(turn.say("answers.grievance"), column((petition, other)))


def _ways_on(turn: Turn) -> Rows:
    return column(
        (turn.button("people.button_subjects", "faq.subjects"), turn.button("people.button_contact", "contact"))
    )
