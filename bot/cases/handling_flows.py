"""The dialogues of staff about a case: transfer, ask for more, note, extend, decline, tell otherwise."""

from collections.abc import Callable

from bot import dialogue
from bot.cases import answering, card, handling, letters, outcome, service, wording
from bot.cases.actor import actor_of
from bot.cases.answering import about, known
from bot.cases.rules import Act
from bot.cases.substance import is_basis
from bot.core.accept import one_of, words
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.feature import ButtonRoute, FlowRoute, Handler, Turn
from bot.ward import Ward
from db.cases import Case
from db.drafts import DraftRow

LONGEST_REQUEST = 2000
LONGEST_REASON = 1000
LONGEST_NOTE = 2000
LONGEST_DETAIL = 300
DAYS = {"3": "desk.extend_3", "5": "desk.extend_5", "10": "desk.extend_10"}
MOST_DAYS = 30

FLOWS = {
    Act.TRANSFER: "case_transfer",
    Act.REQUEST: "case_request",
    Act.NOTE: "case_note",
    Act.EXTEND: "case_extend",
    Act.DECLINE: "case_decline",
    Act.TELL: "case_tell",
}

WAYS = {"call": "desk.told_call", "post": "desk.told_post", "meet": "desk.told_meet"}


def button_routes() -> tuple[ButtonRoute, ...]:
    """The buttons that begin these dialogues."""
    return tuple(ButtonRoute(f"case.{act}", _begins(act), roles=handling.EVERYBODY) for act in FLOWS)


def flow_routes(profile: Callable[[], Ward]) -> tuple[FlowRoute, ...]:
    """The dialogues; units and authorities come from the profile."""
    return (
        FlowRoute(_flow(Act.TRANSFER, _unit(profile), _reason("reason", LONGEST_REASON)), transferred),
        FlowRoute(_flow(Act.REQUEST, _reason("text", LONGEST_REQUEST)), requested),
        FlowRoute(_flow(Act.NOTE, _words("text", LONGEST_NOTE), preview=False), noted),
        FlowRoute(_flow(Act.EXTEND, _days(), _reason("reason", LONGEST_REASON)), extended),
        FlowRoute(_flow(Act.DECLINE, _reason("reason", LONGEST_REASON), _where(profile)), declined),
        FlowRoute(_flow(Act.TELL, _way(), _words("detail", LONGEST_DETAIL), preview=False), told),
    )


def _begins(act: Act) -> Handler:
    def begin(turn: Turn, argument: str) -> None:
        case = outcome.workable(turn, argument, act)
        if case:
            dialogue.start(turn, FLOWS[act], known(case))

    return begin


def _flow(act: Act, *questions: Question, preview: bool = True) -> Flow:
    return Flow(FLOWS[act], questions, preview=preview)


def _words(name: str, longest: int) -> Question:
    return Question(name, words(longest), free=True, values=about)


def _reason(name: str, longest: int) -> Question:
    return Question(name, answering.reason(longest), free=True, values=about)


def _unit(profile: Callable[[], Ward]) -> Question:
    def others(answers: Answers) -> list[Choice]:
        return [Choice(unit.id, unit.name) for unit in profile().units if unit.id != answers["unit"]]

    return Question("to", one_of(()), choices=others, values=about)


def _where(profile: Callable[[], Ward]) -> Question:
    def authorities(_answers: Answers) -> list[Choice]:
        return [Choice(authority.id, authority.name) for authority in profile().authorities]

    return Question("where", office, free=True, choices=authorities, values=about)


def office(what: What) -> Value | Invalid:
    """Where to go instead: an office, an address."""
    said = words(LONGEST_REASON)(what)
    return invalid("desk.no_office") if isinstance(said, str) and not is_basis(said) else said


def _days() -> Question:
    choices = [Choice(days, key) for days, key in DAYS.items()]
    return Question("days", working_days, choices=lambda _answers: choices, values=about)


def working_days(what: What) -> Value | Invalid:
    """A number of working days, 1 to 30."""
    typed = what.text.strip() if isinstance(what, Text) else ""
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= 2 and 1 <= int(typed) <= MOST_DAYS
    return str(int(typed)) if fits else invalid("desk.days_wanted", most=MOST_DAYS)


def _way() -> Question:
    choices = [Choice(way, key) for way, key in WAYS.items()]
    return Question("way", one_of(()), choices=lambda _answers: choices, values=about)


def transferred(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The other unit has it."""
    unit, reason = str(answers["to"]), str(answers["reason"])
    case = service.transfer(turn, actor_of(turn), _case_id(answers), unit, reason)
    _ended(turn, answers, case, "desk.transferred", reason, unit=wording.unit(turn, unit))


def requested(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The owner is asked."""
    text = str(answers["text"])
    answering.ended(turn, _case_id(answers), letters.request(turn, actor_of(turn), _case_id(answers), text), text)


def noted(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The note stands in the history."""
    text = str(answers["text"])
    _ended(turn, answers, service.note(turn, actor_of(turn), _case_id(answers), text), "desk.noted", text)


def extended(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The owner hears of the new date."""
    reason = str(answers["reason"])
    case = service.extend(turn, actor_of(turn), _case_id(answers), int(str(answers["days"])), reason)
    deadline = wording.deadline(turn, case.due_on) if case else ""
    _ended(turn, answers, case, "desk.extended", reason, deadline=deadline)


def declined(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """The owner hears why, and where to go."""
    reason, where = str(answers["reason"]), wording.authority(turn, str(answers["where"]))
    letter = letters.decline(turn, actor_of(turn), _case_id(answers), reason, where)
    answering.ended(turn, _case_id(answers), letter, reason)


def told(turn: Turn, _row: DraftRow, answers: Answers) -> None:
    """What did not arrive was told otherwise."""
    how = f"{turn.app.say.label(WAYS[str(answers['way'])])}: {answers['detail']}"
    _ended(turn, answers, letters.tell(turn, actor_of(turn), _case_id(answers), how), "desk.told", how)


def _case_id(answers: Answers) -> int:
    return int(str(answers["case"]))


def _ended(turn: Turn, answers: Answers, case: Case | None, key: str, typed: str, **values: object) -> None:
    if case:
        outcome.done(turn, case, key, **values)
    else:
        outcome.refuse(turn, card.readable(turn, str(answers["case"])), typed)
