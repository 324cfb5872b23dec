"""What an owner does with a case: adds to it, takes it back, says whether the answer will do."""

from datetime import date

from markupsafe import Markup

from bot import dialogue
from bot.cases import enclosures, ending, service, wording
from bot.cases.actor import owner_of
from bot.cases.mine import allowed, buttons, moved_on, number
from bot.cases.rules import Act, satisfied
from bot.core.accept import one_of, words, written
from bot.core.events import File
from bot.core.flow import Answers, Choice, Flow, Question
from bot.core.replies import column
from bot.feature import ButtonRoute, Feature, FlowRoute, Turn
from db import attachments, cases
from db.cases import Case, Status
from db.drafts import DraftRow, of_person
from db.staff import Role, with_role

MARKS = (1, 2, 3, 4, 5)
"""In this order, because where choices are numbered the number that is typed must be the mark."""
LONGEST_ADDITION = 2000
LONGEST_REASON = 1000


def feature() -> Feature:
    """The routes."""
    return Feature(
        name="follow_up",
        buttons=(
            ButtonRoute("case.add", add),
            ButtonRoute("case.gather", gather),
            ButtonRoute("case.withdraw", withdraw),
            ButtonRoute("case.clear", clear),
            ButtonRoute("case.rate", rate),
            ButtonRoute("case.mark", mark),
            ButtonRoute("case.dispute", dispute),
        ),
        flows=(
            FlowRoute(_add_flow(), added, file, below),
            FlowRoute(_withdraw_flow(), withdrawn),
            FlowRoute(_dispute_flow(), disputed),
            FlowRoute(_wish_flow(), wished),
        ),
    )


def _add_flow() -> Flow:
    return Flow("case_add", (Question("text", written(LONGEST_ADDITION), free=True, optional=True),))


def _withdraw_flow() -> Flow:
    sure = Question("sure", one_of(()), choices=lambda _: [Choice("yes", "mine.withdraw")])
    return Flow(
        "case_withdraw", (sure, Question("reason", words(LONGEST_REASON), free=True, optional=True)), preview=False
    )


def _dispute_flow() -> Flow:
    return Flow("case_dispute", (Question("why", words(LONGEST_REASON), free=True),), preview=False)


def _wish_flow() -> Flow:
    wrong = Question("wrong", words(LONGEST_REASON), free=True, optional=True)
    return Flow("case_wish", (wrong,), preview=False, gives_way=True)


def add(turn: Turn, argument: str) -> None:
    """The owner wants to add something."""
    case = allowed(turn, argument, Act.SUPPLEMENT)
    if case:
        dialogue.start(turn, "case_add", {"case": case.id})


def gather(turn: Turn, argument: str) -> None:
    """A file that came alone is an addition to a case: its draft becomes one of that dialogue."""
    case_id, _, draft_id = argument.partition(":")
    draft = of_person(turn.session, number(draft_id), turn.person.id)
    if draft is None or not draft.answers.get("offered"):
        turn.reply(turn.say("turn.old_button"))
        return
    if draft.answers.get("subject"):  # it has become a report of its own
        turn.reply(turn.say("mine.file_in_report"))
        dialogue.press(turn, f"{draft.id}::resume")
        return
    case = allowed(turn, case_id, Act.SUPPLEMENT)
    if case:
        typed = enclosures.written(draft)
        draft.flow, draft.pending = "case_add", None
        draft.answers = {"case": case.id, **({"text": typed} if typed else {})}
        dialogue.press(turn, f"{draft.id}::resume")


def file(turn: Turn, draft: DraftRow, sent: File) -> None:
    """A photo or file in addition."""
    enclosures.take(turn, draft, sent, answers_by_caption={"text"})


def below(turn: Turn, draft: DraftRow) -> list[Markup]:
    """The files, in the preview."""
    return enclosures.lines(turn, draft)


def added(turn: Turn, draft: DraftRow, answers: Answers) -> None:
    """Text, files or both go to the case."""
    case = turn.session.get_one(Case, int(str(answers["case"])))
    text, count = enclosures.written(draft), len(attachments.of_draft(turn.session, draft.id))
    if not text and not count:
        turn.reply(turn.say("mine.nothing_added"), column(buttons(turn, case)))
        return
    paused_until = case.due_on if case.status == Status.WAITING else None
    said = text or turn.app.say.label("mine.files_only", count=count)
    if service.supplement(turn, owner_of(turn), case.id, said) is None:
        moved_on(turn, case, text)
        return
    attachments.hand_over(turn.session, draft.id, case.id)
    turn.reply(_added(turn, case, paused_until), column(buttons(turn, case)))


def _added(turn: Turn, case: Case, paused_until: date | None) -> Markup:
    """What was added; where the clock had stood, the date that counts now, called new only if it is."""
    if paused_until is None:
        return turn.say("mine.added", code=case.code)
    key = "mine.added_resumed" if case.due_on != paused_until else "mine.added_in_time"
    return turn.say(key, code=case.code, deadline=wording.deadline(turn, case.due_on))


def withdraw(turn: Turn, argument: str) -> None:
    """The owner wants to take the case back: asked once more."""
    case = allowed(turn, argument, Act.WITHDRAW)
    if case:
        dialogue.start(turn, "case_withdraw", {"case": case.id})


def withdrawn(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """It is taken back."""
    case = turn.session.get_one(Case, int(str(answers["case"])))
    if ending.withdraw(turn, owner_of(turn), case.id, str(answers.get("reason") or "")) is None:
        moved_on(turn, case)
    else:
        turn.reply(turn.say("mine.withdrawn", code=case.code), column(buttons(turn, case)))


def clear(turn: Turn, argument: str) -> None:
    """The answer is understood; how good was it?"""
    case = allowed(turn, argument, Act.CLEAR)
    if case and ending.clear(turn, owner_of(turn), case.id):
        _ask_for_a_mark(turn, case)
    elif case:
        moved_on(turn, case)


def rate(turn: Turn, argument: str) -> None:
    """A mark for a case that ended before one was given."""
    case = allowed(turn, argument, Act.MARK)
    if case:
        _ask_for_a_mark(turn, case)


def _ask_for_a_mark(turn: Turn, case: Case) -> None:
    marks = [turn.button(f"mine.mark_{points}", f"case.mark:{case.id}:{points}") for points in MARKS]
    turn.reply(turn.say("mine.ask_mark", code=case.code), column(marks))


def mark(turn: Turn, argument: str) -> None:
    """The mark; a low one is asked about."""
    case_id, _, points = argument.partition(":")
    case = allowed(turn, case_id, Act.MARK)
    if case is None:
        return
    if ending.mark(turn, owner_of(turn), case.id, number(points)) is None:
        turn.reply(turn.say("turn.old_button"))
    elif satisfied(number(points)):
        turn.reply(turn.say("mine.marked"))
    else:
        dialogue.start(turn, "case_wish", {"case": case.id})


def wished(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """What was wrong stays with the case, for colleagues."""
    case = cases.locked(turn.session, int(str(answers["case"])))
    if case and answers.get("wrong"):
        service.record(turn, owner_of(turn), case, Act.NOTE, note=str(answers["wrong"]))
    turn.reply(turn.say("mine.marked"))


def dispute(turn: Turn, argument: str) -> None:
    """The answer does not do: asked why."""
    case = allowed(turn, argument, Act.DISPUTE)
    if case:
        dialogue.start(turn, "case_dispute", {"case": case.id})


def disputed(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """Somebody else handles it anew."""
    case = turn.session.get_one(Case, int(str(answers["case"])))
    if ending.dispute(turn, owner_of(turn), case.id, str(answers["why"])) is None:
        moved_on(turn, case, answers["why"])
        return
    deadline = wording.deadline(turn, case.due_on)
    turn.reply(turn.say(_anew_by(turn, case), code=case.code, deadline=deadline), column(buttons(turn, case)))


def _anew_by(turn: Turn, case: Case) -> str:
    """Somebody else is promised only where there is somebody else."""
    if case.assignee_id is not None:
        return "mine.disputed"
    return "mine.disputed_leaders" if with_role(turn.session, Role.LEADER) else "mine.disputed_ward"
