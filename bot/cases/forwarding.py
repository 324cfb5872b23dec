"""How a case gets into a dossier: from its card, or from the card of a dossier that waits for its answer."""

import re
from collections.abc import Callable

from markupsafe import Markup

from bot import dialogue
from bot.cases import gathering, wording
from bot.cases.actor import actor_of
from bot.cases.gathering import Folder
from bot.cases.notices import open_button
from bot.cases.rules import Act, Actor, may, sees
from bot.core.accept import one_of, words
from bot.core.clock import in_words
from bot.core.flow import Answers, Choice, Flow, Question, Value
from bot.core.replies import Button, column
from bot.feature import Turn
from bot.ward import Ward
from db import dossiers
from db.cases import Case
from db.dossiers import Dossier
from db.drafts import DraftRow

FORWARD = "case_forward"
NEW = "new"
MOST_OFFERED = 20
LONGEST = 3000


def forward_flow(profile: Callable[[], Ward]) -> Flow:
    """To whom, in which dossier, what the ward says about it."""

    def authorities(_answers: Answers) -> list[Choice]:
        return [Choice(authority.id, authority.name) for authority in profile().authorities]

    return Flow(
        FORWARD,
        (
            Question("authority", one_of(()), choices=authorities),
            Question("dossier", one_of(()), choices=_open_dossiers, when=lambda answers: bool(_of_authority(answers))),
            Question("text", words(LONGEST), free=True),
        ),
    )


def _of_authority(answers: Answers) -> list[Choice]:
    """The dossiers that were open when the dialogue began, each kept as "authority:id=label"."""
    rows = answers.get("open")
    parted = [row.partition("=") for row in rows] if isinstance(rows, list) else []
    pairs = [(key.partition(":"), label) for key, _, label in parted]
    return [Choice(number, label) for (authority, _, number), label in pairs if authority == answers.get("authority")]


def _open_dossiers(answers: Answers) -> list[Choice]:
    return [Choice(NEW, "dossiers.new"), *_of_authority(answers)]


def ask_forward(turn: Turn, argument: str) -> None:
    """The button on a case card."""
    found = numbers(argument)
    case = turn.session.get(Case, found[0]) if found else None
    actor = actor_of(turn)
    if case is None or not sees(actor, case):
        turn.reply(turn.say("turn.old_button"))
    elif not may(actor, case, Act.FORWARD, turn.today):
        turn.reply(turn.say("dossiers.moved_on", code=case.code), ((open_button(turn, case),),))
    else:
        _begin(turn, actor, case, {})


def _begin(turn: Turn, actor: Actor, case: Case, known: dict[str, Value]) -> None:
    last = gathering.hand_on_by(turn, case)
    if turn.today > last:
        turn.reply(turn.say("dossiers.hand_on_late", code=case.code, day=in_words(last)))
    fitting = [folder for folder in gathering.unanswered(turn, actor) if gathering.accepts(turn, folder)]
    others = [folder for folder in fitting if folder.dossier.id != case.dossier_id and not case.protected]
    others.sort(key=lambda folder: str(folder.dossier.id) != known.get("dossier"))  # a chosen one is offered
    rows = [f"{folder.dossier.authority}:{folder.dossier.id}={line(turn, folder)}" for folder in others]
    dialogue.start(turn, FORWARD, {"case": case.id, "open": list(rows[:MOST_OFFERED]), **known})


def forwarded(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The dialogue is complete; the case and the dossier are asked again."""
    actor, case = actor_of(turn), turn.session.get(Case, int(str(answers["case"])))
    text, authority = str(answers["text"]), str(answers["authority"])
    chosen = str(answers.get("dossier") or NEW) if _of_authority(answers) else NEW
    if case is None or not sees(actor, case):
        not_any_more(turn, text, turn.say("turn.old_button"))
    elif not may(actor, case, Act.FORWARD, turn.today) or turn.ward.authority(authority) is None:
        not_any_more(turn, text, turn.say("dossiers.moved_on", code=case.code), open_button(turn, case))
    elif gathering.forward(
        turn, actor, case.id, authority, text=text, dossier_id=None if chosen == NEW else int(chosen)
    ):
        dossier = turn.session.get_one(Dossier, case.dossier_id)
        turn.reply(
            turn.say(
                "dossiers.forwarded",
                code=case.code,
                authority=wording.authority(turn, authority),
                dossier=dossier.code,
                deadline=wording.deadline(turn, dossier.due_on),
            ),
            column((open_dossier(turn, dossier), open_button(turn, case))),
        )
    else:  # that dossier was answered meanwhile: what was typed is kept, and the dossier is asked anew
        turn.reply(turn.say("dossiers.takes_no_more"))
        _begin(turn, actor, case, {"authority": authority, "text": text})


def offer_more(turn: Turn, argument: str) -> None:
    """One's own open cases that could go into the dossier too."""
    folder = named(turn, argument)
    if folder is None:
        return
    buttons = [
        Button(
            turn.app.say.label("dossiers.offer", code=case.code, summary=wording.shortened(case.text, 40)),
            f"dossier.put:{folder.dossier.id}:{case.id}",
        )
        for case in _mine(turn, folder)[:MOST_OFFERED]
    ]
    key = "dossiers.more" if buttons else "dossiers.no_more"
    turn.reply(turn.say(key, code=folder.dossier.code), column([*buttons, open_dossier(turn, folder.dossier)]))


def _mine(turn: Turn, folder: Folder) -> list[Case]:
    if not gathering.accepts(turn, folder):
        return []
    actor = actor_of(turn)
    held = dossiers.open_of(turn.session, actor.hands)
    fitting = [case for case in held if not case.protected and case.dossier_id != folder.dossier.id]
    return [case for case in fitting if may(actor, case, Act.FORWARD, turn.today)]


def ask_put(turn: Turn, argument: str) -> None:
    """A further case for the dossier: only the ward's words are missing."""
    found, actor = numbers(argument), actor_of(turn)
    folder = gathering.opened(turn, actor, found[0]) if len(found) == 2 else None
    case = turn.session.get(Case, found[1]) if folder else None
    if folder is None or case is None or not sees(actor, case):
        turn.reply(turn.say("turn.old_button"))
    elif not may(actor, case, Act.FORWARD, turn.today):
        turn.reply(turn.say("dossiers.moved_on", code=case.code), ((open_button(turn, case),),))
    elif not gathering.accepts(turn, folder):
        turn.reply(turn.say("dossiers.takes_no_more"), column((open_dossier(turn, folder.dossier),)))
    else:
        known = {"authority": folder.dossier.authority, "dossier": str(folder.dossier.id)}
        _begin(turn, actor, case, dict(known))


def numbers(argument: str) -> list[int]:
    """The ids in a button's data; none in a forged one."""
    parts = argument.split(":")
    return [int(part) for part in parts] if all(re.fullmatch("[0-9]{1,9}", part) for part in parts) else []


def named(turn: Turn, argument: str) -> Folder | None:
    """The dossier that a button names; one that this person may not read looks like an old button."""
    found = numbers(argument)
    folder = gathering.opened(turn, actor_of(turn), found[0]) if found else None
    if folder is None:
        turn.reply(turn.say("turn.old_button"))
    return folder


def not_any_more(turn: Turn, typed: str, said: Markup, *buttons: Button) -> None:
    """What was typed is not lost."""
    turn.reply(said + "\n\n" + turn.say("dossiers.typed", text=typed), column(buttons))


def open_dossier(turn: Turn, dossier: Dossier) -> Button:
    """A button that shows the dossier."""
    return turn.button("dossiers.button_open", f"dossier.open:{dossier.id}", code=dossier.code)


def line(turn: Turn, folder: Folder) -> str:
    """A dossier on a button."""
    return turn.app.say.label(
        "dossiers.line",
        code=folder.dossier.code,
        authority=wording.shortened(wording.authority(turn, folder.dossier.authority), 30),
        count=len(folder.cases),
        standing=standing(turn, folder.dossier),
    )


def standing(turn: Turn, dossier: Dossier) -> str:
    """What its deadline means today."""
    left = turn.ward.calendar.left(turn.today, dossier.due_on)
    key = "cases.standing_left" if left >= 0 else "cases.standing_late"
    return turn.app.say.label(key, **({"left": left} if left >= 0 else {"days": -left}))
