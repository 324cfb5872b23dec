"""How an act of staff ends: done and told, or not possible any more, with nothing lost that was typed."""

import re

from bot.cases import card
from bot.cases.actor import actor_of
from bot.cases.rules import Act, may
from bot.feature import Turn
from db.cases import Case


def numbers(argument: str) -> list[int]:
    """The ids in a button, `12:7`; none where anything else stands there."""
    return (
        [int(part) for part in argument.split(":")] if re.fullmatch(r"[1-9]\d{0,8}(:[1-9]\d{0,8})*", argument) else []
    )


def workable(turn: Turn, argument: str, act: Act) -> Case | None:
    """The case behind a button if the act may be done with it now; otherwise None, and the person is told."""
    case = card.readable(turn, argument.partition(":")[0])
    if case and may(actor_of(turn), case, act, turn.today):
        return case
    refuse(turn, case)
    return None


def refuse(turn: Turn, case: Case | None, typed: str = "") -> None:
    """The case has moved on; who may not read it learns no more than from a button that never was."""
    if typed:
        turn.reply(turn.say("desk.typed", text=typed))
    if case is None:
        turn.reply(turn.say("turn.old_button"))
    else:
        turn.reply(turn.say("desk.moved_on", code=case.code))
        card.show_short(turn, case)


def done(turn: Turn, case: Case, key: str, **values: object) -> None:
    """The act was done: say so, and show where the case stands if it can still be read."""
    turn.reply(turn.say(key, code=case.code, **values))
    if card.readable(turn, str(case.id)):
        card.show_short(turn, case)
