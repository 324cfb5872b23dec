"""Dialogues as tables: order, conditions, back, change, skip, and a deploy in the middle of one."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.core.accept import one_of, words
from bot.core.events import Text, What
from bot.core.flow import (
    TICKED,
    Answers,
    Ask,
    Choice,
    Control,
    Done,
    Draft,
    Flow,
    Question,
    Refuse,
    Review,
    Step,
    begin,
    resume,
)

KINDS = ("shop", "street")


def _kinds(_answers: Answers) -> list[Choice]:
    return [Choice(kind, kind) for kind in KINDS]


def _has_address(answers: Answers) -> bool:
    return answers.get("kind") == "shop"


KIND = Question("kind", one_of(KINDS), choices=_kinds)
ADDRESS = Question("address", words(20), when=_has_address)
WISH = Question("wish", words(20), optional=True)
FLOW = Flow("visit", (KIND, ADDRESS, WISH))


def reload(draft: Draft) -> Draft:
    """What a restart leaves of a draft: plain JSON."""
    return Draft(
        **json.loads(json.dumps({"flow": draft.flow, "answers": dict(draft.answers), "pending": draft.pending}))
    )


def after(*said: What | Control, flow: Flow = FLOW) -> Step:
    """The step at the end of what was said, with a reload between every two."""
    step = begin(flow, {})
    for what in said:
        step = resume(flow, reload(step.draft), what)
    return step


def test_a_dialogue_from_the_first_question_to_the_end() -> None:
    assert isinstance(after(), Ask)
    assert after(Text("shop")).draft.pending == "address"
    assert after(Text("shop"), Text("12 Chợ")).draft.pending == "wish"
    assert isinstance(after(Text("shop"), Text("12 Chợ"), Text("sớm")), Review)
    done = after(Text("shop"), Text("12 Chợ"), Text("sớm"), Control("", "send"))
    assert isinstance(done, Done)
    assert done.draft.answers == {"kind": "shop", "address": "12 Chợ", "wish": "sớm"}


def test_a_question_with_a_condition_is_passed_over() -> None:
    assert after(Text("street")).draft.pending == "wish"


def test_a_mistake_puts_the_same_question_again_and_keeps_the_rest() -> None:
    step = after(Text("shop"), Text("x" * 21))
    assert isinstance(step, Refuse)
    assert (step.question.name, step.why.key, step.draft.answers) == ("address", "flow.too_long", {"kind": "shop"})


def test_skip_is_for_optional_questions_only() -> None:
    assert after(Text("street"), Control("wish", "skip")).draft.answers == {"kind": "street", "wish": None}
    assert isinstance(after(Control("kind", "skip")), Ask)


def test_back_goes_to_the_question_that_was_asked_before() -> None:
    assert after(Text("street"), Control("wish", "back")).draft.pending == "kind"


def test_change_from_the_preview_asks_one_question_and_returns_to_the_preview() -> None:
    reviewed = (Text("shop"), Text("12 Chợ"), Text("sớm"), Control("address", "change"))
    assert after(*reviewed).draft.pending == "address"
    changed = after(*reviewed, Text("15 Chợ"))
    assert isinstance(changed, Review)
    assert changed.draft.answers["address"] == "15 Chợ"


def test_a_change_that_opens_another_question_asks_it_before_the_preview() -> None:
    changed = after(Text("street"), Text("sớm"), Control("kind", "change"), Control("kind", "choose", "shop"))
    assert isinstance(changed, Ask)
    assert changed.question.name == "address"


def test_a_deploy_that_inserts_a_question_misfiles_nothing() -> None:
    draft = after(Text("shop")).draft
    newer = Flow("visit", (Question("name", words(20)), KIND, ADDRESS, WISH))
    step = resume(newer, reload(draft), Text("12 Chợ"))
    assert step.draft.answers["address"] == "12 Chợ"
    assert step.draft.pending == "name"


def test_a_deploy_that_removes_the_pending_question_goes_on() -> None:
    draft = after(Text("shop")).draft
    step = resume(Flow("visit", (KIND, WISH)), reload(draft), Text("12 Chợ"))
    assert step.draft.pending == "wish"
    assert "address" not in step.draft.answers


def test_a_button_of_a_question_that_is_past_changes_nothing() -> None:
    step = after(Text("shop"), Control("kind", "choose", "street"))
    assert step.draft.answers == {"kind": "shop"}
    assert step.draft.pending == "address"


said_things = st.one_of(
    st.text(max_size=30).map(Text),
    st.builds(
        Control,
        st.sampled_from(["kind", "address", "wish", "", "gone"]),
        st.sampled_from(["choose", "skip", "back", "change", "send"]),
        st.sampled_from(["shop", "street", "", "other"]),
    ),
)


@given(st.lists(said_things, max_size=12))
def test_whatever_is_said_a_dialogue_that_ends_is_complete(said: list[What | Control]) -> None:
    step = begin(FLOW, {})
    for what in said:
        step = resume(FLOW, reload(step.draft), what)
        if isinstance(step, Done):
            asked = {question.name for question in FLOW.questions if question.when(step.draft.answers)}
            assert asked <= set(step.draft.answers)
            return
        assert step.draft.pending in {"kind", "address", "wish", None}


def _ticks(_answers: Answers) -> list[Choice]:
    return [Choice("a", "a"), Choice("b", "b"), Choice(TICKED, "done")]


def test_several_answers_are_ticked_and_unticked_until_they_are_done() -> None:
    flow = Flow("news", (Question("which", one_of(()), choices=_ticks, several=True),), preview=False)
    step: Step = begin(flow, {})
    for value, ticks in (("a", ["a"]), ("b", ["a", "b"]), ("a", ["b"]), ("b", [])):
        step = resume(flow, step.draft, Control("which", "choose", value))
        assert isinstance(step, Ask)
        assert (step.ticked, step.draft.answers["which"]) == (True, ticks)
    assert isinstance(resume(flow, step.draft, Control("which", "choose", TICKED)), Refuse)
    step = resume(flow, step.draft, Control("which", "choose", "b"))
    done = resume(flow, step.draft, Control("which", "choose", TICKED))
    assert isinstance(done, Done)
    assert done.draft.answers == {"which": ["b"]}
