"""What was wrong with an answer: short questions after a thumb down, or after it was called wrong."""

from bot.core.accept import one_of, words
from bot.core.flow import Answers, Choice, Flow, Question

REASONS = ("wrong_question", "unclear", "missing", "wrong")
WISH_LENGTH = 500


def feedback_flow() -> Flow:
    """The dialogue; nothing is asked twice, so there is no preview."""
    return Flow(
        name="faq_feedback",
        questions=(
            Question("reason", one_of(REASONS), choices=_reasons),
            Question("wish", words(WISH_LENGTH), optional=True),
        ),
        preview=False,
        gives_way=True,
    )


def wrong_flow() -> Flow:
    """The one question to whoever called an answer wrong; the report stands without it."""
    question = Question("what", words(WISH_LENGTH), optional=True)
    return Flow(name="faq_wrong", questions=(question,), preview=False, gives_way=True)


def _reasons(_answers: Answers) -> list[Choice]:
    return [Choice(reason, f"answers.reason_{reason}") for reason in REASONS]
