"""Finds entries that take each other's phrasings.

Each fifth of the phrasings is matched against an index built without it. That one phrasing in eight then lands on a
neighbour is normal, so only two things are defects: a phrasing that lands far from home (its own entry is not even
among the first three, and another is e**3 times likelier), and a pair of entries of which one takes several of the
other's.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from faq.index import FaqIndex, Match
from faq.load import Content
from faq.render import render

PARTS = 5
FIRST_FEW = 3
FAR = 3.0
TAKEN_AT_MOST = 4


@dataclass(frozen=True)
class Leaver:
    """A phrasing that matches another entry better than its own, by so much in log-odds."""

    phrasing: str
    home: str
    taken_by: str
    lead: float
    rank: int

    def far(self) -> bool:
        return self.rank >= FIRST_FEW and self.lead >= FAR


def overlaps(content: Content) -> list[str]:
    """A sentence for each pair of entries that overlap, worst first."""
    found = list(leavers(content))
    taken = Counter((leaver.home, leaver.taken_by) for leaver in found)
    stray = {(leaver.home, leaver.taken_by): leaver.phrasing for leaver in found if leaver.far()}
    bad = {pair for pair, count in taken.items() if count > TAKEN_AT_MOST} | set(stray)
    worst_first = sorted(bad, key=lambda pair: (-taken[pair], pair))
    return [_sentence(pair, taken[pair], stray.get(pair)) for pair in worst_first]


def _sentence(pair: tuple[str, str], count: int, example: str | None) -> str:
    shown = f", such as “{example}”" if example else ""
    return f"{pair[0]}: {count} of its phrasings match {pair[1]} better{shown}."


def leavers(content: Content) -> Iterator[Leaver]:
    for part in range(PARTS):
        index = _index_without(content, part)
        for entry in content.entries.values():
            for phrasing in entry.phrasings[part::PARTS]:
                leaver = _leaver(phrasing, entry.id, index.match(phrasing, limit=len(content.entries)))
                if leaver:
                    yield leaver


def _index_without(content: Content, part: int) -> FaqIndex:
    entries = [
        (entry.id, [entry.question, *(text for at, text in enumerate(entry.phrasings) if at % PARTS != part)])
        for entry in content.entries.values()
    ]
    return FaqIndex(entries, {entry.id: render(entry.body, {}) for entry in content.entries.values()})


def _leaver(phrasing: str, home: str, matches: list[Match]) -> Leaver | None:
    if not matches or matches[0].id == home:
        return None
    rank = next((at for at, match in enumerate(matches) if match.id == home), len(matches))
    own = _log_odds(matches[rank].score) if rank < len(matches) else _log_odds(0)
    return Leaver(phrasing, home, matches[0].id, _log_odds(matches[0].score) - own, rank)


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
