"""Dialogues in a turn: the pure steps of `core.flow` over a saved draft, and how they look to people."""

from collections.abc import Mapping
from typing import cast

from markupsafe import Markup

from bot.core.events import What
from bot.core.flow import (
    Act,
    Answers,
    Ask,
    Choice,
    Control,
    Done,
    Draft,
    Invalid,
    Question,
    Refuse,
    Review,
    Step,
    Value,
    again,
    begin,
    resume,
)
from bot.core.replies import Button, Rows
from bot.feature import FlowRoute, Turn
from db.drafts import DraftRow, DraftState, in_hand, of_person

BUTTON = "flow"


def start(turn: Turn, name: str, answers: Mapping[str, Value]) -> None:
    """Begin a dialogue with what is known already; another one in hand is set aside."""
    set_aside(turn)
    row = DraftRow(person_id=turn.person.id, flow=name, answers=dict(answers), updated_at=turn.now)
    turn.session.add(row)
    turn.session.flush()
    _apply(turn, row, begin(turn.app.routes.flows[name].flow, answers))


def set_aside(turn: Turn) -> DraftRow | None:
    """Put the dialogue in hand away, to be offered back; None when there is none."""
    row = in_hand(turn.session, turn.person.id)
    if row:
        _keep(turn, row, DraftState.ASIDE)
    return row


def offer_back(turn: Turn, row: DraftRow) -> None:
    """After something else was answered: the dialogue that was set aside can go on or end."""
    title = turn.app.say.label(f"flow.{row.flow}.title")
    resume_it = turn.button("flow.resume", f"{BUTTON}:{row.id}::resume")
    drop_it = turn.button("flow.drop", f"{BUTTON}:{row.id}::cancel")
    turn.reply(turn.say("flow.set_aside", title=title), ((resume_it, drop_it),))


def answer(turn: Turn, row: DraftRow, what: What) -> bool:
    """The person said something in a dialogue; False if it gave way and the message stands on its own."""
    flow = _route(turn, row).flow
    step = resume(flow, _draft(row), what)
    if isinstance(step, Refuse) and flow.gives_way:
        _keep(turn, row, DraftState.CANCELLED)
        return False
    if not isinstance(step, Refuse) and row.pending and turn.incoming.message:
        row.messages = {**row.messages, row.pending: turn.incoming.message}
    _apply(turn, row, step)
    return True


def correct(turn: Turn, what: What) -> bool:
    """A message that answered a question of the dialogue in hand was edited: so is the answer. False if it is none."""
    row = in_hand(turn.session, turn.person.id)
    names = [name for name, message in row.messages.items() if message == turn.incoming.message] if row else []
    if row is None or not names:
        return False
    flow = _route(turn, row).flow
    question = flow.question(names[0])
    value = question.accept(what) if question else None
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
    row = of_person(turn.session, int(number), turn.person.id) if number.isdecimal() else None
    if row is None:
        turn.reply(turn.say("turn.old_button"))
    elif act == "cancel":
        _keep(turn, row, DraftState.CANCELLED)
        turn.reply(turn.say("flow.cancelled"))
    else:
        _take_up(turn, row)
        flow, draft = _route(turn, row).flow, _draft(row)
        control = Control(question, cast("Act", act), value)
        _apply(turn, row, again(flow, draft) if act == "resume" else resume(flow, draft, control))


def _take_up(turn: Turn, row: DraftRow) -> None:
    if row.state != DraftState.OPEN:
        set_aside(turn)
        turn.session.flush()
        _keep(turn, row, DraftState.OPEN)


def _route(turn: Turn, row: DraftRow) -> FlowRoute:
    return turn.app.routes.flows[row.flow]


def _draft(row: DraftRow) -> Draft:
    return Draft(row.flow, cast("Answers", row.answers), row.pending)


def _keep(turn: Turn, row: DraftRow, state: DraftState) -> None:
    row.state, row.updated_at = state, turn.now
    turn.session.add(row)
    turn.session.flush()


def _apply(turn: Turn, row: DraftRow, step: Step) -> None:
    row.answers, row.pending = dict(step.draft.answers), step.draft.pending
    if isinstance(step, Done):
        _keep(turn, row, DraftState.DONE)
        _route(turn, row).done(turn, step.draft.answers)
        return
    _keep(turn, row, DraftState.OPEN)
    if isinstance(step, Refuse):
        turn.reply(turn.say(step.why.key, **step.why.values), _buttons(turn, row, step.question))
    elif isinstance(step, Ask):
        turn.reply(turn.say(f"flow.{row.flow}.{step.question.name}"), _buttons(turn, row, step.question))
    elif isinstance(step, Review):
        _review(turn, row)


def _buttons(turn: Turn, row: DraftRow, question: Question) -> Rows:
    draft, flow = _draft(row), _route(turn, row).flow
    prefix = f"{BUTTON}:{row.id}:{question.name}"
    choices = [
        (Button(_label(turn, choice), f"{prefix}:choose:{choice.value}"),) for choice in question.choices(draft.answers)
    ]
    controls = []
    if question.optional:
        controls.append(turn.button("flow.skip", f"{prefix}:skip"))
    if question is not flow.questions[0]:
        controls.append(turn.button("flow.back", f"{prefix}:back"))
    controls.append(turn.button("flow.cancel", f"{BUTTON}:{row.id}::cancel"))
    return (*choices, tuple(controls))


def _label(turn: Turn, choice: Choice) -> str:
    return turn.app.say.label(choice.label) if choice.label in turn.app.say.names() else choice.label


def _review(turn: Turn, row: DraftRow) -> None:
    say, flow = turn.app.say, _route(turn, row).flow
    shown = [question for question in flow.questions if row.answers.get(question.name) is not None]
    lines = [
        say("flow.line", title=say.label(f"flow.{row.flow}.{question.name}_short"), value=_shown(turn, row, question))
        for question in shown
    ]
    change = tuple(
        (
            Button(
                say.label("flow.change", title=say.label(f"flow.{row.flow}.{question.name}_short")),
                f"{BUTTON}:{row.id}:{question.name}:change",
            ),
        )
        for question in shown
    )
    last = (
        turn.button("flow.send", f"{BUTTON}:{row.id}::send"),
        turn.button("flow.cancel", f"{BUTTON}:{row.id}::cancel"),
    )
    turn.reply(
        say("flow.preview", title=say.label(f"flow.{row.flow}.title"), lines=Markup("\n").join(lines)), (*change, last)
    )


def _shown(turn: Turn, row: DraftRow, question: Question) -> str:
    value = row.answers[question.name]
    named = {choice.value: _label(turn, choice) for choice in question.choices(cast("Answers", row.answers))}
    return named.get(str(value), str(value))
