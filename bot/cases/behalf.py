"""/ghiho: an officer or a neighbourhood head logs a case for a seller at the stall, who takes it over by a code."""

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

import faq
from bot import dialogue
from bot.cases import claims, enclosures, other_ways, wording
from bot.cases.actor import actor_of
from bot.cases.notices import open_button
from bot.cases.report_flow import (
    FEWEST_WORDS,
    LONGEST_NAME,
    LONGEST_STORY,
    LONGEST_WISH,
    PETITION,
    PROTECTED,
    Questions,
    is_about_a_place,
    looks_like_grievance,
    place,
    report_of,
    story,
    ways,
)
from bot.cases.service import Report, log
from bot.core.accept import one_of, phone, words
from bot.core.events import File
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import column
from bot.feature import CommandRoute, Feature, FlowRoute, Turn
from bot.ward import Ward
from db import attachments
from db.cases import Case
from db.drafts import DraftRow
from db.staff import Role

NAME = "case_behalf"
UNNAMED = "-"
AGREED = "agreed"
LOGGERS = frozenset({Role.OFFICER, Role.HEAD, Role.CLERK, Role.LEADER})
COUNTER, GROUP = "TTPVHCC", "TDP"
"""How a case came, as column 3 of the ward's table names it: at the counter, or through a neighbourhood group."""

BY_CAPTION = frozenset({"subject", "what", "where", "suggestion"})


def feature(profile: Callable[[], Ward]) -> Feature:
    """The routes of this feature."""
    return Feature(
        name="behalf",
        commands=(CommandRoute("ghiho", begin, "behalf.menu", ("ghi hộ",), roles=LOGGERS),),
        flows=(FlowRoute(AtTheStall(profile).flow(), done, file, extra),),
    )


def _agreed(_answers: Answers) -> list[Choice]:
    return [Choice(AGREED, "behalf.agreed")]


class AtTheStall(Questions):
    """What the owner's own dialogue asks, put to an officer, and that the sender agrees."""

    def flow(self) -> Flow:
        """The dialogue; it is complete at once where it turns out to be no petition."""
        by_choice = one_of(())
        return Flow(
            NAME,
            (
                Question("subject", self.subject, choices=self.subjects),
                Question("what", words(LONGEST_STORY, FEWEST_WORDS), free=True),
                Question("way", by_choice, choices=ways, when=looks_like_grievance, shown=False),
                Question("where", place, choices=self.groups, when=is_about_a_place, optional=True),
                Question("suggestion", words(LONGEST_WISH), when=is_about_a_place, optional=True),
                Question(
                    "business", words(LONGEST_NAME), choices=lambda _answers: (Choice(UNNAMED, "behalf.unnamed"),)
                ),
                Question("phone", phone, optional=True),
                Question("consent", by_choice, choices=_agreed),
            ),
            ends=lambda answers: answers.get("way", PETITION) != PETITION,
        )

    def subjects(self, answers: Answers) -> list[Choice]:
        """Who complains of an official writes alone: no member of staff comes between them and the leader."""
        return [choice for choice in super().subjects(answers) if choice.value != PROTECTED]


def begin(turn: Turn, _argument: str) -> None:
    """/ghiho."""
    turn.reply(turn.say("behalf.begin"))
    dialogue.start(turn, NAME, {})


def file(turn: Turn, draft: DraftRow, sent: File) -> None:
    """A photo or file at any question."""
    enclosures.take(turn, draft, sent, answers_by_caption=BY_CAPTION)


def extra(turn: Turn, draft: DraftRow) -> list[Markup]:
    """What else the preview says: no telephone number, the files, and that some matters are better sent by oneself."""
    unreached = [] if draft.answers.get("phone") else [turn.say("behalf.no_phone")]
    official = faq.is_about_official(story(draft.answers))
    hint = [turn.say("behalf.about_official", committee=turn.ward.names.committee)] if official else []
    return [*enclosures.lines(turn, draft), *unreached, *hint]


def done(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """Log it, say when the answer is due, and show the code for the seller."""
    staff = turn.staff
    if staff is None or staff.role not in LOGGERS:
        turn.reply(turn.say("turn.old_button"))
    elif answers.get("way", PETITION) != PETITION:
        other_ways.leave(turn, draft, str(answers["way"]))
    else:
        note = turn.app.say.label("behalf.note", name=staff.name)
        source = GROUP if staff.role == Role.HEAD else COUNTER
        report = _report(turn, answers)
        case = log(turn, actor_of(turn), report, reporter_id=None, source=source, note=note)
        attachments.hand_over(turn.session, draft.id, case.id)
        draft.answers = {**draft.answers, "case": case.id}
        _hand_out(turn, case)


def _report(turn: Turn, answers: Answers) -> Report:
    report = report_of(turn.ward, answers)
    return replace(report, business="") if report.business == UNNAMED else report


def _hand_out(turn: Turn, case: Case) -> None:
    said = turn.say(
        "behalf.logged",
        code=case.code,
        unit=wording.unit(turn, case.unit),
        deadline=wording.deadline(turn, case.due_on),
    )
    turn.reply(said, column((open_button(turn, case),)))
    code = claims.invite(turn, actor_of(turn), case.id)
    if code:
        claims.hand_out(turn, case, code)
