"""The acts of staff that one button does: take, assign, merge, split, close, approve; and what the card opens."""

from markupsafe import Markup

from bot.cases import attaching, card, ending, letters, outcome, service, wording
from bot.cases.actor import actor_of
from bot.cases.rules import Act, may
from bot.core.replies import Button, column
from bot.feature import ButtonRoute, Turn
from db import cases
from db import letters as written
from db.cases import Case
from db.letters import Delivery, Letter, LetterState
from db.staff import Role, Staff, with_role

EVERYBODY = frozenset(Role)
LEADERS = frozenset({Role.LEADER})


def routes() -> tuple[ButtonRoute, ...]:
    """The buttons, which exist for staff only."""
    handlers = {
        "case.open": opened,
        "case.full": full,
        "case.history": history,
        "case.files": attaching.show,
        "case.take": take,
        "case.assign": assign,
        "case.merge": ask_merge,
        "case.merged": merge,
        "case.split": split,
        "case.close": close,
        "case.approve": approve,
    }
    return tuple(ButtonRoute(name, handler, roles=EVERYBODY) for name, handler in handlers.items())


def opened(turn: Turn, argument: str) -> None:
    """The whole card."""
    case = card.readable(turn, argument)
    if case:
        card.show(turn, case)
    else:
        outcome.refuse(turn, None)


def full(turn: Turn, argument: str) -> None:
    """What was raised, uncut."""
    case = card.readable(turn, argument)
    if case:
        turn.reply(card.full_text(turn, case), card.back(turn, case))
    else:
        outcome.refuse(turn, None)


def history(turn: Turn, argument: str) -> None:
    """Everything that happened, and every letter."""
    case = card.readable(turn, argument)
    if case:
        turn.reply(card.full_history(turn, case), card.back(turn, case))
    else:
        outcome.refuse(turn, None)


def take(turn: Turn, argument: str) -> None:
    """Take the case."""
    case = outcome.workable(turn, argument, Act.TAKE)
    if case and service.take(turn, actor_of(turn), case.id):
        outcome.done(turn, case, "desk.taken")
    elif case:
        outcome.refuse(turn, case)


def split(turn: Turn, argument: str) -> None:
    """Handle a merged case by itself again."""
    case = outcome.workable(turn, argument, Act.SPLIT)
    if case and service.split(turn, actor_of(turn), case.id):
        outcome.done(turn, case, "desk.split")
    elif case:
        outcome.refuse(turn, case)


def close(turn: Turn, argument: str) -> None:
    """End an answered case; not while a letter is under way or did not arrive."""
    case = outcome.workable(turn, argument, Act.CLOSE)
    if case is None:
        return
    if ending.close(turn, actor_of(turn), case.id):
        outcome.done(turn, case, "desk.closed")
    else:
        outcome.done(turn, case, "desk.not_arrived")


def assign(turn: Turn, argument: str) -> None:
    """Offer whom the case can be given to; with a second number, give it to them."""
    case = outcome.workable(turn, argument, Act.ASSIGN)
    if case is None:
        return
    named = outcome.numbers(argument)[1:]
    to = turn.session.get(Staff, named[0]) if named else None
    if to and service.assign(turn, actor_of(turn), case.id, to):
        outcome.done(turn, case, "desk.assigned", name=to.name)
    elif named:
        outcome.refuse(turn, case)
    else:
        _offer(turn, case)


def _offer(turn: Turn, case: Case) -> None:
    officers = with_role(turn.session, Role.OFFICER, case.unit)
    able = [one for one in (*officers, *with_role(turn.session, Role.LEADER)) if service.assignable(case, one)]
    counts = service.open_counts(turn.session, [one.id for one in able])
    people = [_person(turn, case, one, counts.get(one.id, 0)) for one in able]
    key = "desk.assign" if people else "desk.nobody_else"
    turn.reply(turn.say(key, code=case.code), (*column(people), *card.back(turn, case)))


def _person(turn: Turn, case: Case, one: Staff, count: int) -> Button:
    key = "desk.colleague_away" if one.absent_on(turn.today) else "desk.colleague"
    return turn.button(key, f"case.assign:{case.id}:{one.id}", name=one.name, count=count)


def ask_merge(turn: Turn, argument: str) -> None:
    """Show both cases before they are answered together."""
    pair = _both(turn, argument)
    if pair:
        case, into = pair
        yes = turn.button("desk.merge_yes", f"case.merged:{case.id}:{into.id}", code=into.code)
        said = turn.say("desk.merge", one=_summary(turn, case), other=_summary(turn, into), code=into.code)
        turn.reply(said, ((yes,), *card.back(turn, case)))


def merge(turn: Turn, argument: str) -> None:
    """Answer the case together with the other one."""
    pair = _both(turn, argument)
    if pair is None:
        return
    case, into = pair
    if service.merge(turn, actor_of(turn), case.id, into.id):
        outcome.done(turn, into, "desk.merged", other=case.code)
    else:
        outcome.refuse(turn, case)


def _both(turn: Turn, argument: str) -> tuple[Case, Case] | None:
    """Both cases of a button, if this person may merge the one and read the other; otherwise they are told."""
    named = outcome.numbers(argument)
    case = outcome.workable(turn, argument, Act.MERGE)
    if case is None:
        return None
    into = card.readable(turn, str(named[1])) if len(named) > 1 else None
    if into is None or not may(actor_of(turn), into, Act.MERGE, turn.today):
        outcome.refuse(turn, case)
        return None
    return case, into


def _summary(turn: Turn, case: Case) -> Markup:
    return turn.say("desk.summary", code=case.code, text=wording.shortened(case.text, 300))


def approve(turn: Turn, argument: str) -> None:
    """Send what was proposed: exactly the letter that the button stood under."""
    case = outcome.workable(turn, argument, Act.APPROVE)
    if case is None:
        return
    if waits(turn, case, outcome.numbers(argument)) and (letter := letters.approve(turn, actor_of(turn), case.id)):
        outcome.done(turn, case, sent_key(letter))
    else:
        outcome.refuse(turn, case)


def waits(turn: Turn, case: Case, named: list[int]) -> bool:
    """Whether the letter that a button names, second, is the one that waits for approval; no other does from now on."""
    cases.locked(turn.session, case.id)
    letter = written.proposed(turn.session, case.id)
    return letter is not None and named[1:] == [letter.id]


def sent_key(letter: Letter) -> str:
    """What became of a letter: sent, laid before a leader, or impossible to deliver."""
    if letter.state == LetterState.PROPOSED:
        return "desk.proposed"
    return "desk.sent_nowhere" if letter.delivery == Delivery.FAILED else "desk.sent"
