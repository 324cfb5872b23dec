"""Dialogues in a turn: the pure steps of `core.flow` over a saved draft, and how they look to people."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from markupsafe import Markup

from bot.core.events import File, Text, What
from bot.core.flow import (
    TICKED,
    Act,
    Answers,
    Ask,
    Choice,
    Control,
    Done,
    Draft,
    Elsewhere,
    Invalid,
    Question,
    Refuse,
    Review,
    Step,
    Value,
    again,
    begin,
    invalid,
    resume,
)
from bot.core.replies import Button, Rows
from bot.feature import FlowRoute, Turn
from db.drafts import DraftRow, DraftState, in_hand, of_person, set_aside_since

BUTTON = "flow"
REMEMBERED = timedelta(days=1)
"""How long a dialogue that was set aside is offered back after another one."""


def start(turn: Turn, name: str, answers: Mapping[str, Value]) -> DraftRow:
    """Begin a dialogue with what is known already; another one in hand is set aside.

    The same one with the same beginning is in hand, or was until this turn: it goes on where it stands.
    """
    row = in_hand(turn.session, turn.person.id) or set_aside_since(turn.session, turn.person.id, turn.now)
    if row and row.flow == name and all(row.answers.get(known) == value for known, value in answers.items()):
        take_up(turn, row)
        _apply(turn, row, again(_route(turn, row).flow, _draft(row)))
        return row
    set_aside(turn)
    row = DraftRow(person_id=turn.person.id, flow=name, answers=dict(answers), updated_at=turn.now)
    turn.session.add(row)
    turn.session.flush()
    _apply(turn, row, begin(turn.app.routes.flows[name].flow, answers))
    return row


def current(turn: Turn) -> DraftRow | None:
    """The dialogue in hand. One that this version has no more ends here, so that its person is not stuck in it."""
    row = in_hand(turn.session, turn.person.id)
    if row and row.flow not in turn.app.routes.flows:
        _keep(turn, row, DraftState.CANCELLED)
        return None
    return row


def set_aside(turn: Turn) -> DraftRow | None:
    """Put the dialogue in hand away, to be offered back; None when there is none."""
    row = in_hand(turn.session, turn.person.id)
    if row:
        _keep(turn, row, DraftState.ASIDE)
    return row


def offer_what_waits(turn: Turn) -> None:
    """A dialogue has ended: one that was set aside for it within a day is offered back."""
    row = set_aside_since(turn.session, turn.person.id, turn.now - REMEMBERED)
    if row and row.flow in turn.app.routes.flows and in_hand(turn.session, turn.person.id) is None:
        offer_back(turn, row)


def takes(turn: Turn, row: DraftRow) -> bool:
    """Whether the pending question takes whatever is said."""
    question = _route(turn, row).flow.question(row.pending)
    return question is not None and question.free


def takes_files(turn: Turn, row: DraftRow) -> bool:
    """Whether the dialogue takes enclosures."""
    return _route(turn, row).file is not None


def offer_back(turn: Turn, row: DraftRow) -> None:
    """After something else was answered: the dialogue that was set aside can go on or end."""
    title = turn.app.say.label(f"flow.{row.flow}.title")
    resume_it = turn.button("flow.resume", f"{BUTTON}:{row.id}::resume")
    drop_it = turn.button("flow.drop", f"{BUTTON}:{row.id}::cancel")
    turn.reply(turn.say("flow.set_aside", title=title), ((resume_it, drop_it),))


def answer(turn: Turn, row: DraftRow, what: What) -> bool:
    """The person said something in a dialogue; False if it gave way and the message stands on its own."""
    route = _route(turn, row)
    row.keys = [*row.keys, turn.incoming.key]
    if isinstance(what, File) and route.file:
        route.file(turn, row, what)
        return True
    return said(turn, row, what)


def said(turn: Turn, row: DraftRow, what: What) -> bool:
    """The same of words that did not come as a message of their own, such as those under a photo."""
    flow = _route(turn, row).flow
    if isinstance(what, Text):
        for alert in turn.app.routes.alerts:
            alert(turn, what.text)
    step = resume(flow, _draft(row), what)
    if isinstance(step, Refuse) and flow.gives_way:
        _keep(turn, row, DraftState.CANCELLED)
        return False
    answered = _answered(row, step)
    if answered and turn.incoming.message:
        row.messages = {**row.messages, answered: turn.incoming.message}
    _apply(turn, row, step)
    return True


def _answered(row: DraftRow, step: Step) -> str | None:
    """The question that was answered; None where nothing was taken."""
    if not isinstance(step, Refuse):
        return row.pending
    return next((name for name in step.draft.answers if name not in row.answers), None)


def remind(turn: Turn, row: DraftRow, text: Markup) -> None:
    """Say something in the middle of a dialogue, with the pending question and its buttons below."""
    question = _route(turn, row).flow.question(row.pending)
    if question is None:
        turn.reply(text, (_last_buttons(turn, row),))
        return
    turn.reply(Markup("\n\n").join((text, _asked(turn, row, question))), _buttons(turn, row, question))


def _asked(turn: Turn, row: DraftRow, question: Question) -> Markup:
    return turn.say(f"flow.{row.flow}.{question.name}", **question.values(cast("Answers", row.answers)))


def correct(turn: Turn, what: What) -> bool:
    """A message that answered a question of the dialogue in hand was edited: so is the answer. False if it is none."""
    what = Text(what.caption) if isinstance(what, File) else what
    row = current(turn)
    names = [name for name, message in row.messages.items() if message == turn.incoming.message] if row else []
    if row is None or not names:
        return False
    flow = _route(turn, row).flow
    row.keys = [*row.keys, turn.incoming.key]
    question = flow.question(names[0])
    value = question.accept(what) if question else None
    if isinstance(value, Elsewhere):
        value = invalid("flow.choice_wanted")
    if isinstance(value, Invalid):
        turn.reply(turn.say(value.key, **value.values))
    elif question:
        row.answers = {**row.answers, question.name: value}
        turn.reply(turn.say("flow.corrected", title=turn.app.say.label(f"flow.{row.flow}.{question.name}_short")))
        _apply(turn, row, again(flow, _draft(row)))
    return True


def press(turn: Turn, argument: str) -> None:
    """A button of a dialogue. One of somebody else's, or of a finished one, is refused without telling anything."""
    number, question, act, value = (*argument.split(":", 3), "", "", "")[:4]
    row = of_person(turn.session, int(number), turn.person.id) if re.fullmatch(r"\d{1,9}", number) else None
    if row is None or row.flow not in turn.app.routes.flows:
        turn.reply(turn.say("turn.old_button"))
    elif act == "cancel":
        _keep(turn, row, DraftState.CANCELLED)
        turn.reply(turn.say("flow.cancelled"))
    else:
        take_up(turn, row)
        flow, draft = _route(turn, row).flow, _draft(row)
        control = Control(question, cast("Act", act), value)
        _apply(turn, row, again(flow, draft) if act == "resume" else resume(flow, draft, control))


def take_up(turn: Turn, row: DraftRow) -> None:
    """It is in hand, whatever was done meanwhile."""
    if row.state != DraftState.OPEN:
        set_aside(turn)
        turn.session.flush()
        _keep(turn, row, DraftState.OPEN)


def _route(turn: Turn, row: DraftRow) -> FlowRoute:
    return turn.app.routes.flows[row.flow]


def _draft(row: DraftRow) -> Draft:
    return Draft(row.flow, cast("Answers", row.answers), row.pending)


def _keep(turn: Turn, row: DraftRow, state: DraftState) -> None:
    turn.ended = state in {DraftState.DONE, DraftState.CANCELLED}
    row.state, row.updated_at = state, turn.now
    turn.session.add(row)
    turn.session.flush()


def _apply(turn: Turn, row: DraftRow, step: Step) -> None:
    new = [name for name, value in step.draft.answers.items() if name not in row.answers or row.answers[name] != value]
    row.answers, row.pending = dict(step.draft.answers), step.draft.pending
    hears = _route(turn, row).answered
    for name in new:
        if hears:
            hears(turn, row, name)
    if isinstance(step, Done):
        _keep(turn, row, DraftState.DONE)
        _route(turn, row).done(turn, row, step.draft.answers)
        return
    _keep(turn, row, DraftState.OPEN)
    if isinstance(step, Refuse):
        turn.reply(turn.say(step.why.key, **step.why.values), _buttons(turn, row, step.question))
    elif isinstance(step, Ask):
        turn.replaces = step.ticked
        turn.reply(_asked(turn, row, step.question), _buttons(turn, row, step.question))
    elif isinstance(step, Review):
        _review(turn, row)


def _buttons(turn: Turn, row: DraftRow, question: Question) -> Rows:
    draft, flow = _draft(row), _route(turn, row).flow
    prefix = f"{BUTTON}:{row.id}:{question.name}"
    choices = [
        (Button(_offered(turn, draft, question, choice), f"{prefix}:choose:{choice.value}"),)
        for choice in question.choices(draft.answers)
    ]
    controls = []
    if question.optional:
        controls.append(turn.button("flow.skip", f"{prefix}:skip"))
    if question is not flow.questions[0]:
        controls.append(turn.button("flow.back", f"{prefix}:back"))
    controls.append(turn.button("flow.cancel", f"{BUTTON}:{row.id}::cancel"))
    return (*choices, tuple(controls))


def _offered(turn: Turn, draft: Draft, question: Question, choice: Choice) -> str:
    label = _label(turn, choice)
    if not question.several or choice.value == TICKED:
        return label
    ticks = draft.answers.get(question.name)
    key = "flow.ticked" if isinstance(ticks, list) and choice.value in ticks else "flow.not_ticked"
    return turn.app.say.label(key, label=label)


def _label(turn: Turn, choice: Choice) -> str:
    return turn.app.say.label(choice.label) if choice.label in turn.app.say.names() else choice.label


def _review(turn: Turn, row: DraftRow) -> None:
    say, route = turn.app.say, _route(turn, row)
    shown = [question for question in route.flow.questions if _is_shown(row, question)]
    lines = [
        say("flow.line", title=say.label(f"flow.{row.flow}.{question.name}_short"), value=_shown(turn, row, question))
        for question in shown
    ]
    if route.below:
        lines += route.below(turn, row)
    offers = route.offers(turn, row) if route.offers else ()
    change = tuple(
        (
            Button(
                say.label("flow.change", title=say.label(f"flow.{row.flow}.{question.name}_short")),
                f"{BUTTON}:{row.id}:{question.name}:change",
            ),
        )
        for question in shown
    )
    preview = say(
        _worded(turn, row, "preview"), title=say.label(f"flow.{row.flow}.title"), lines=Markup("\n").join(lines)
    )
    turn.reply(preview, (*change, *offers, _last_buttons(turn, row)))


def _is_shown(row: DraftRow, question: Question) -> bool:
    answers = cast("Answers", row.answers)
    return question.shown and answers.get(question.name) is not None and question.when(answers)


def _last_buttons(turn: Turn, row: DraftRow) -> tuple[Button, ...]:
    return (
        turn.button(_worded(turn, row, "send"), f"{BUTTON}:{row.id}::send"),
        turn.button("flow.cancel", f"{BUTTON}:{row.id}::cancel"),
    )


def _worded(turn: Turn, row: DraftRow, name: str) -> str:
    """The dialogue's own word for it, where it has one."""
    own = f"flow.{row.flow}.{name}"
    return own if own in turn.app.say.names() else f"flow.{name}"


def _shown(turn: Turn, row: DraftRow, question: Question) -> str:
    value = row.answers[question.name]
    reads = _route(turn, row).reads
    read = reads(turn, row, question.name) if reads else None
    if read is not None:
        return read
    named = {choice.value: _label(turn, choice) for choice in question.choices(cast("Answers", row.answers))}
    return named.get(str(value), str(value))
