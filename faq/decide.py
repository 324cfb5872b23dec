"""Answer directly, offer a choice, or admit not to know."""

from dataclasses import dataclass
from typing import Literal

from faq.index import FaqIndex, Match

# Chosen so that a direct answer is right 98 times in 100 and that of the questions on neighbouring subjects at most 4
# in 100 are answered: on the project's evaluation questions, and on others that nothing else was tuned on.
ANSWER_FROM = 0.88
SUGGEST_FROM = 0.18
CLEAR_LEAD = 1.5
# Where the best is at least as likely right as wrong, the second near it and the third far, it is one of the two.
ONE_OF_TWO_FROM = 0.5

Kind = Literal["answer", "suggest", "none"]


@dataclass(frozen=True)
class Decision:
    """What to do with a message; `matches` holds the entries best first, at most five.

    A suggestion of exactly two says that it is one of them: so it is 95 times in 100 for questions on what is covered.
    """

    kind: Kind
    matches: tuple[Match, ...]


def decide(text: str, index: FaqIndex) -> Decision:
    """Answer if the best match is likely and clearly likelier than the second; suggest if it is at all likely."""
    matches = tuple(index.match(text))
    kind = _kind(matches)
    return Decision(kind, matches[:2] if kind == "suggest" and _one_of_two(matches) else matches)


def _kind(matches: tuple[Match, ...]) -> Kind:
    best = _score(matches, 0)
    if best >= ANSWER_FROM and _clear(best, _score(matches, 1)):
        return "answer"
    return "suggest" if best >= SUGGEST_FROM else "none"


def _one_of_two(matches: tuple[Match, ...]) -> bool:
    return _score(matches, 0) >= ONE_OF_TWO_FROM and _clear(_score(matches, 1), _score(matches, 2))


def _score(matches: tuple[Match, ...], at: int) -> float:
    return matches[at].score if at < len(matches) else 0.0


def _clear(score: float, next_score: float) -> bool:
    return _odds(score) >= CLEAR_LEAD * _odds(next_score)


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-9)
