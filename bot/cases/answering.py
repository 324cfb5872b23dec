"""The answer to a case: written freely or from a template, with its basis, then sent, approved or returned."""

from collections.abc import Callable

from markupsafe import Markup

from bot import dialogue
from bot.cases import card, enclosures, handling, letters, outcome
from bot.cases.actor import actor_of
from bot.cases.rules import Act
from bot.cases.substance import is_basis, is_reason, is_substance
from bot.core.accept import words, written
from bot.core.events import File, Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.feature import ButtonRoute, FlowRoute, Handler, Turn
from bot.ward import Template, Ward
from db import attachments
from db.cases import Case
from db.drafts import DraftRow
from db.letters import Letter

REPLY, CORRECT, FILL, RETURN = "case_reply", "case_correct", "case_fill", "case_return"
WRITES = {REPLY: letters.reply, CORRECT: letters.correct}
LONGEST_ANSWER = 3500
LONGEST_BASIS = 1000
BLANK = "…"
TEMPLATE = "@"
FILES = "files"


def button_routes() -> tuple[ButtonRoute, ...]:
    """The buttons that begin these dialogues."""
    handlers: dict[str, Handler] = {
        "case.reply": _begins(REPLY, Act.REPLY),
        "case.correct": _begins(CORRECT, Act.CORRECT),
        "case.return": ask_return,
    }
    return tuple(ButtonRoute(name, handler, roles=handling.EVERYBODY) for name, handler in handlers.items())


def flow_routes(profile: Callable[[], Ward]) -> tuple[FlowRoute, ...]:
    """The dialogues; the profile has the templates."""
    written = [FlowRoute(_flow(name, profile), _written(profile), file=file, below=below) for name in WRITES]
    blank = Question("blank", _blank, free=True, values=lambda answers: {"passage": passage(str(answers["template"]))})
    mended = Question("reason", reason(LONGEST_BASIS), free=True, values=about)
    return (
        *written,
        FlowRoute(Flow(FILL, (blank,), preview=False), filled),
        FlowRoute(Flow(RETURN, (mended,), preview=False), returned),
    )


def known(case: Case) -> dict[str, Value]:
    """What every dialogue about a case knows from its beginning."""
    return {"case": case.id, "code": case.code, "subject": case.subject, "unit": case.unit}


def about(answers: Answers) -> dict[str, object]:
    """The code, for the sentence of a question."""
    return {"code": answers["code"]}


def _begins(flow: str, act: Act) -> Handler:
    def begin(turn: Turn, argument: str) -> None:
        case = outcome.workable(turn, argument, act)
        if case:
            dialogue.start(turn, flow, known(case))

    return begin


def _flow(name: str, profile: Callable[[], Ward]) -> Flow:
    def templates(answers: Answers) -> list[Choice]:
        found = profile().templates_for(str(answers["subject"]))
        return [Choice(f"{TEMPLATE}{template.id}", template.title) for template in found]

    text = Question("text", answer_of_substance, free=True, choices=templates, values=about)
    founded = Question("basis", basis(LONGEST_BASIS), free=True, choices=_enclosed)
    return Flow(name, (text, founded), ends=lambda answers: _template(profile(), answers) is not None)


def answer_of_substance(what: What) -> Value | Invalid:
    """Words that answer; "đã tiếp nhận" alone does not."""
    said = words(LONGEST_ANSWER)(what)
    return invalid("desk.hollow") if isinstance(said, str) and not is_substance(said) else said


def basis(longest: int) -> Callable[[What], Value | Invalid]:
    """What an answer rests on; "không có" is nothing."""

    def accept(what: What) -> Value | Invalid:
        said = written(longest)(what)
        return invalid("desk.no_basis") if isinstance(said, str) and not is_basis(said) else said

    return accept


def reason(longest: int) -> Callable[[What], Value | Invalid]:
    """Words that somebody else understands."""

    def accept(what: What) -> Value | Invalid:
        said = words(longest)(what)
        return invalid("desk.no_reason") if isinstance(said, str) and not is_reason(said) else said

    return accept


def _enclosed(answers: Answers) -> list[Choice]:
    return [Choice(FILES, "desk.basis_files")] if answers.get("files") else []


def _template(ward: Ward, answers: Answers) -> Template | None:
    text = str(answers.get("text") or "")
    return ward.template(text.removeprefix(TEMPLATE)) if text.startswith(TEMPLATE) else None


def file(turn: Turn, row: DraftRow, sent: File) -> None:
    """A photo or file at any step goes with the letter; what is written under it answers the question."""
    said = enclosures.keep(turn, row, sent)
    row.answers = {**row.answers, "files": len(attachments.of_draft(turn.session, row.id))}
    if sent.caption.strip() and row.pending:
        turn.reply(said)
        dialogue.said(turn, row, Text(sent.caption))
        return
    enclosures.caption(row, sent.caption.strip())
    dialogue.remind(turn, row, said)


def below(turn: Turn, row: DraftRow) -> list[Markup]:
    """What else the preview says: the files, and what was written under them."""
    captions = row.answers.get("captions")
    said = [turn.say("desk.captions", captions=captions)] if captions else []
    return [*said, *enclosures.lines(turn, row)]


def _written(profile: Callable[[], Ward]) -> Callable[[Turn, DraftRow, Answers], None]:
    def written(turn: Turn, row: DraftRow, answers: Answers) -> None:
        template = _template(profile(), answers)
        if template:
            _fill(turn, row, {**answers, "template": template.text, "flow": row.flow})
        else:
            _send(turn, row, answers)

    return written


def _fill(turn: Turn, row: DraftRow, answers: Answers) -> None:
    """Ask for the next blank of a template; without any left, go on with the text as the answer."""
    text = str(answers["template"])
    kept = {name: value for name, value in answers.items() if name not in {"text", "blank", "template", "flow"}}
    if BLANK in text:
        begun = dialogue.start(turn, FILL, {**kept, "template": text, "flow": answers["flow"]})
    else:
        begun = dialogue.start(turn, str(answers["flow"]), {**kept, "text": text.strip()})
    for attachment in attachments.of_draft(turn.session, row.id):
        attachment.draft_id = begun.id
        turn.session.add(attachment)


def _blank(what: What) -> Value | Invalid:
    said = written(LONGEST_BASIS)(what)
    return invalid("desk.blank_left") if isinstance(said, str) and (BLANK in said or "..." in said) else said


def passage(template: str) -> str:
    """The line of a template with its first blank, and what stands before it."""
    before, _, after = template.partition(BLANK)
    return f"{before[before.rfind(chr(10)) + 1 :]}[{BLANK}]{after.partition(chr(10))[0]}".strip()


def filled(turn: Turn, row: DraftRow, answers: Answers) -> None:
    """One blank has its words."""
    before, _, after = str(answers["template"]).partition(BLANK)
    said = str(answers["blank"])
    ended = said.rstrip(".") if after.startswith(".") else said
    _fill(turn, row, {**answers, "template": f"{before}{ended}{after}"})


def _send(turn: Turn, row: DraftRow, answers: Answers) -> None:
    case_id, text = int(str(answers["case"])), str(answers["text"])
    files = attachments.of_draft(turn.session, row.id)
    letter = WRITES[row.flow](turn, actor_of(turn), case_id, text, _basis(turn, answers), files=files)
    ended(turn, case_id, letter, text)


def _basis(turn: Turn, answers: Answers) -> str:
    typed = str(answers["basis"])
    named = turn.app.say.label("desk.basis_files") if typed == FILES else typed
    captions = str(answers.get("captions") or "")
    return f"{named}\n{captions}".strip()


def ended(turn: Turn, case_id: int, letter: Letter | None, typed: str) -> None:
    """A letter was written, or it was not possible any more, and what was typed is shown for another use."""
    case = card.readable(turn, str(case_id))
    if letter and case:
        outcome.done(turn, case, handling.sent_key(letter))
    else:
        outcome.refuse(turn, case, typed)


def ask_return(turn: Turn, argument: str) -> None:
    """What is to be mended in the proposal that the button stood under."""
    case = outcome.workable(turn, argument, Act.RETURN)
    if case is None:
        return
    named = outcome.numbers(argument)
    if handling.waits(turn, case, named):
        dialogue.start(turn, RETURN, {**known(case), "letter": named[1]})
    else:
        outcome.refuse(turn, case)


def returned(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The proposal goes back, if it is still the one that was read."""
    case_id, letter_id, wish = int(str(answers["case"])), int(str(answers["letter"])), str(answers["reason"])
    case = card.readable(turn, str(case_id))
    waits = case is not None and handling.waits(turn, case, [case_id, letter_id])
    if case and waits and letters.give_back(turn, actor_of(turn), case_id, wish):
        outcome.done(turn, case, "desk.returned")
    else:
        outcome.refuse(turn, case, wish)
