"""A dialogue is a table of named questions over a saved draft; the functions here decide what comes next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.core.events import What

Value = str | int | float | bool | None | list[str]
Answers = Mapping[str, Value]
Act = Literal["choose", "skip", "back", "change", "send"]


@dataclass(frozen=True)
class Invalid:
    """An answer that cannot be taken: the key of the sentence that says why, and its values."""

    key: str
    values: Mapping[str, object]


def invalid(key: str, **values: object) -> Invalid:
    """Short for an `Invalid` with named values."""
    return Invalid(key, values)


@dataclass(frozen=True)
class Elsewhere:
    """What came answers another question, or adds to what that has; the pending one is put again, and `why` said.

    Where the pending one is only being changed, it is no answer at all.
    """

    question: str
    text: str
    why: Invalid


@dataclass(frozen=True)
class Choice:
    """An answer offered as a button; `label` is a key of the text catalogue unless it comes from data."""

    value: str
    label: str


def no_choices(_answers: Answers) -> Sequence[Choice]:
    """The question is answered freely."""
    return ()


def always(_answers: Answers) -> bool:
    """The question is asked of everybody."""
    return True


def no_values(_answers: Answers) -> Mapping[str, object]:
    """The sentence of the question has nothing to fill in."""
    return {}


@dataclass(frozen=True)
class Question:
    """One question. `accept` turns what came into a value to keep, or says why not.

    It is asked `when` the answers so far call for it; an `optional` one can be skipped; one that is not `shown` does
    not stand in the preview. A `free` one takes whatever is said, also what would be a question elsewhere. `values` are
    what its sentence is filled in with. Of `several` choices each press ticks one or takes its tick away; they end with
    the choice TICKED.
    """

    name: str
    accept: Callable[[What], Value | Invalid | Elsewhere]
    choices: Callable[[Answers], Sequence[Choice]] = no_choices
    when: Callable[[Answers], bool] = always
    optional: bool = False
    shown: bool = True
    free: bool = False
    values: Callable[[Answers], Mapping[str, object]] = no_values
    several: bool = False


TICKED = "done"
"""The choice that ends a question with `several` answers."""


def never(_answers: Answers) -> bool:
    """The dialogue goes through all its questions."""
    return False


@dataclass(frozen=True)
class Flow:
    """A dialogue: its questions in order.

    With `preview` the person sees everything once more before it counts. One that `gives_way` ends by itself when a
    message is no answer to its question, and the message stands on its own. It is complete at once when `ends` says so.
    """

    name: str
    questions: tuple[Question, ...]
    preview: bool = True
    gives_way: bool = False
    ends: Callable[[Answers], bool] = never

    def question(self, name: str | None) -> Question | None:
        """The question of that name, None where a newer version no longer asks it."""
        return next((question for question in self.questions if question.name == name), None)


@dataclass(frozen=True)
class Draft:
    """What was answered so far, and the question that the next message belongs to; None at the preview."""

    flow: str
    answers: Answers
    pending: str | None = None


@dataclass(frozen=True)
class Control:
    """A button of the dialogue itself, as it was pressed."""

    question: str
    act: Act
    value: str = ""


@dataclass(frozen=True)
class Ask:
    """Put this question; `ticked` in the place of itself."""

    draft: Draft
    question: Question
    ticked: bool = False


@dataclass(frozen=True)
class Refuse:
    """Say why this was no answer to the question, and put it again; in the draft nothing but that is missing."""

    draft: Draft
    question: Question
    why: Invalid


@dataclass(frozen=True)
class Review:
    """Show everything and ask whether it may be sent."""

    draft: Draft


@dataclass(frozen=True)
class Done:
    """The draft is complete."""

    draft: Draft


Step = Ask | Refuse | Review | Done


def begin(flow: Flow, answers: Answers) -> Step:
    """The first step, with what is known already."""
    return _next(flow, Draft(flow.name, answers))


def resume(flow: Flow, draft: Draft, what: What | Control) -> Step:
    """The step after `what`.

    A question that a newer version removed is passed over; one that it inserted is asked before the preview. A button
    of a question that is no longer pending puts the pending one again.
    """
    if isinstance(what, Control):
        return _controlled(flow, draft, what)
    question = flow.question(draft.pending)
    if question is None:
        return _next(flow, draft)
    return _taken(flow, draft, question, question.accept(what))


def _controlled(flow: Flow, draft: Draft, control: Control) -> Step:
    question = flow.question(control.question)
    if draft.pending is None:
        return _at_preview(flow, draft, control, question)
    if question is None or control.question != draft.pending:
        return again(flow, draft)
    if control.act == "choose" and control.value in {choice.value for choice in question.choices(draft.answers)}:
        if question.several:
            return _ticked(flow, draft, question, control.value)
        return _taken(flow, draft, question, control.value)
    if control.act == "skip" and question.optional:
        return _taken(flow, draft, question, None)
    return _back(flow, draft, question) if control.act == "back" else again(flow, draft)


def _ticked(flow: Flow, draft: Draft, question: Question, value: str) -> Step:
    before = draft.answers.get(question.name)
    ticks = list(before) if isinstance(before, list) else []
    if value == TICKED:
        return _next(flow, draft) if ticks else Refuse(draft, question, invalid("flow.tick_wanted"))
    ticks = [tick for tick in ticks if tick != value] if value in ticks else [*ticks, value]
    return Ask(replace(draft, answers={**draft.answers, question.name: ticks}), question, ticked=True)


def _at_preview(flow: Flow, draft: Draft, control: Control, question: Question | None) -> Step:
    if control.act == "send":
        return _next(flow, draft) if _missing(flow, draft) else Done(draft)
    if control.act == "change" and question:
        return Ask(replace(draft, pending=question.name), question)
    return again(flow, draft)


def again(flow: Flow, draft: Draft) -> Step:
    """Put the pending question once more, or the preview: after days, after a restart, after an old button."""
    question = flow.question(draft.pending)
    return Ask(draft, question) if question else _next(flow, draft)


def _taken(flow: Flow, draft: Draft, question: Question, value: Value | Invalid | Elsewhere) -> Step:
    if isinstance(value, Elsewhere):
        return _taken_elsewhere(draft, question, value)
    if isinstance(value, Invalid):
        return Refuse(draft, question, value)
    return _next(flow, replace(draft, answers={**draft.answers, question.name: value}))


def _taken_elsewhere(draft: Draft, question: Question, value: Elsewhere) -> Step:
    if question.name in draft.answers:
        return Refuse(draft, question, invalid("flow.choice_wanted"))
    told = "\n".join(part for part in (str(draft.answers.get(value.question) or ""), value.text) if part)
    return Refuse(replace(draft, answers={**draft.answers, value.question: told}), question, value.why)


def _next(flow: Flow, draft: Draft) -> Step:
    if flow.ends(draft.answers):
        return Done(replace(draft, pending=None))
    missing = _missing(flow, draft)
    if missing:
        return Ask(replace(draft, pending=missing.name), missing)
    complete = replace(draft, pending=None)
    return Review(complete) if flow.preview else Done(complete)


def _missing(flow: Flow, draft: Draft) -> Question | None:
    asked = (question for question in flow.questions if question.when(draft.answers))
    return next((question for question in asked if question.name not in draft.answers), None)


def _back(flow: Flow, draft: Draft, question: Question) -> Step:
    before = [other for other in flow.questions[: flow.questions.index(question)] if other.when(draft.answers)]
    if not before:
        return Ask(draft, question)
    return Ask(replace(draft, pending=before[-1].name), before[-1])
