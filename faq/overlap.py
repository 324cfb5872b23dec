"""Finds entries that take each other's phrasings.

Each fifth of the phrasings is matched by BM25 against the entries without it. That one phrasing in five then lands on
a neighbour is normal, so only two things are defects: a phrasing that lands far from home (its own entry is not even
among the first two, and another leads by FAR), and an entry that takes more than a few of another's.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from faq.bm25 import Bm25, bm25
from faq.features import added, features
from faq.fold import fold
from faq.index import ASKED, BODY_WEIGHT
from faq.load import Content, Entry
from faq.render import render

PARTS = 5
FIRST_FEW = 2
FAR = 2.3
TAKEN_AT_MOST = 5


@dataclass(frozen=True)
class Leaver:
    """A phrasing that matches another entry better than its own, by so much."""

    phrasing: str
    home: str
    taken_by: str
    lead: float
    rank: int

    def far(self) -> bool:
        return self.rank >= FIRST_FEW and self.lead >= FAR


@dataclass(frozen=True)
class _Counted:
    """An entry's features: of each phrasing, and of question and answer together."""

    entry: Entry
    phrasings: list[dict[str, float]]
    rest: dict[str, float]

    def without(self, part: int) -> dict[str, float]:
        kept = [(counts, 1.0) for at, counts in enumerate(self.phrasings) if at % PARTS != part]
        return added([*kept, (self.rest, 1.0)])


def overlaps(content: Content) -> list[str]:
    """A sentence for each pair of entries that overlap, worst first."""
    found = list(leavers(content))
    taken = Counter((leaver.home, leaver.taken_by) for leaver in found)
    stray = {(leaver.home, leaver.taken_by): leaver.phrasing for leaver in found if leaver.far()}
    bad = {pair for pair, count in taken.items() if count > TAKEN_AT_MOST} | set(stray)
    worst_first = sorted(bad, key=lambda pair: (-taken[pair], pair))
    return [_sentence(pair, taken[pair], stray.get(pair)) for pair in worst_first]


def neighbours(content: Content, most: int) -> list[str]:
    """A sentence for each of the pairs that take most of each other's phrasings, those that take most first."""
    taken = Counter((leaver.home, leaver.taken_by) for leaver in leavers(content))
    both = Counter({(one, other): taken[one, other] + taken[other, one] for one, other in map(sorted, taken)})
    worst_first = sorted(both, key=lambda pair: (-both[pair], pair))[:most]
    return [
        f"{one} and {other} take {both[one, other]} of each other's phrasings: "
        f"{taken[other, one]} go to {one}, {taken[one, other]} to {other}."
        for one, other in worst_first
    ]


def _sentence(pair: tuple[str, str], count: int, example: str | None) -> str:
    shown = f", such as “{example}”" if example else ""
    return f"{pair[0]}: {count} of its phrasings match {pair[1]} better{shown}."


def leavers(content: Content) -> Iterator[Leaver]:
    counted = [_counted(entry) for entry in content.entries.values()]
    names = [one.entry.id for one in counted]
    for part in range(PARTS):
        documents = [one.without(part) for one in counted]
        index = bm25(documents, [_length(document) for document in documents], ASKED)
        for number, one in enumerate(counted):
            for phrasing in one.entry.phrasings[part::PARTS]:
                if leaver := _leaver(index, phrasing, number, names):
                    yield leaver


def _counted(entry: Entry) -> _Counted:
    body = render(entry.body, {})
    answer = features(fold(body), body)
    question = features(fold(entry.question), entry.question)
    phrasings = [features(fold(text), text) for text in entry.phrasings]
    return _Counted(entry, phrasings, added([(question, 1.0), (answer, BODY_WEIGHT)]))


def _length(document: Mapping[str, float]) -> float:
    return sum(count for feature, count in document.items() if feature.isalnum())


def _leaver(index: Bm25, phrasing: str, home: int, names: list[str]) -> Leaver | None:
    asked = features(fold(phrasing), phrasing)
    scores = index.scores(asked) / math.sqrt(max(1.0, index.weight(asked)))
    best = int(np.argmax(scores))
    if best == home:
        return None
    rank = int(np.sum(scores > scores[home]))
    return Leaver(phrasing, names[home], names[best], float(scores[best] - scores[home]), rank)
