"""Which questions may be about the same matter, and in which order the chair takes them; pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.core.choices import plain
from db.heard import Asked

ALIKE = 76.0
"""How much of the shorter of two questions the longer one must hold, 0 to 100."""
OF_LENGTH = 50.0
"""How alike they must be as a whole: two words are in many questions."""
MOST_TYPED = 500

Group = list[Asked]


def like_of(known: Sequence[Asked], text: str) -> int | None:
    """The first question of the group to which a new one seems to belong; None where it is the first of its own.

    Where the first was withdrawn the next one stands for it.
    """
    said = plain(text)
    heads = sorted(map(head_of, grouped(known)), key=lambda each: each.id)
    return next((each.like_id or each.id for each in heads if alike(plain(each.text), said)), None)


def grouped(questions: Sequence[Asked]) -> list[Group]:
    """Questions like the first that was asked of a group stand with it; groups and their questions keep their order.

    It suggests: each question is still answered by itself, unless somebody decides otherwise.
    """
    groups: dict[int, Group] = {}
    for question in questions:
        groups.setdefault(question.like_id or question.id, []).append(question)
    return list(groups.values())


def alike(one: str, other: str) -> bool:
    """Whether two texts, already plain, may ask the same."""
    shared = fuzz.token_set_ratio(one, other, score_cutoff=ALIKE)
    return shared > 0 and fuzz.token_sort_ratio(one, other, score_cutoff=OF_LENGTH) > 0


def wanted_by(group: Group) -> int:
    """How many people want it answered: those who asked and those who support it."""
    return sum(1 + question.supports for question in group)


def head_of(group: Group) -> Asked:
    """The question that names the group: the first that was asked."""
    return min(group, key=lambda each: each.id)


def typed_order(text: str, count: int) -> list[int] | None:
    """An order as it is typed, "3, 1 2": places from 0, those left out behind in their order; None for anything else.

    `count` is how many there are.
    """
    if len(text) > MOST_TYPED or not re.fullmatch(r"\s*\d{1,4}(?:[\s,;.]+\d{1,4})*[\s,;.]*", text):
        return None
    named = [int(number) - 1 for number in re.findall(r"\d+", text)]
    if len(set(named)) != len(named) or not all(0 <= place < count for place in named):
        return None
    return [*named, *(place for place in range(count) if place not in named)]


def moved(groups: Sequence[Group], at: int, by: int) -> list[Group]:
    """The groups with one of them a place up (-1) or down (1); as they were where it stands at the end already."""
    order, to = list(groups), at + by
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return order
