"""Mistyped words become the nearest known word; words typed without blanks are split.

A real Vietnamese syllable is left alone even if the FAQ does not have it: it is the best sign of another subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.syllables import is_syllable

SHORTEST_REPAIRED = 3
TWO_MISTAKES_FROM = 8
SHORTEST_GLUED = 5


@dataclass(frozen=True)
class Repair:
    """`known` maps every word of the FAQ (folded) to how often it occurs."""

    known: Mapping[str, int]

    def __call__(self, folded: str) -> str:
        return " ".join(self._word(word) for word in folded.split())

    def _word(self, word: str) -> str:
        if word in self.known or word.isdigit() or len(word) < SHORTEST_REPAIRED or is_syllable(word):
            return word
        return self._split(word) or self._nearest(word) or word

    def _nearest(self, word: str) -> str | None:
        """The commonest of the words that are fewest mistakes away."""
        allowed = 2 if len(word) >= TWO_MISTAKES_FROM else 1
        found = process.extract(word, self.known.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near = [(distance, -self.known[other], other) for other, distance, _ in found if not other.isdigit()]
        return min(near)[2] if near else None

    def _split(self, word: str) -> str | None:
        """The split into the fewest known syllables, if there is one."""
        if len(word) < SHORTEST_GLUED:
            return None
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 7), end):
                head, tail = best[start], word[start:end]
                if (
                    head is not None
                    and self._whole(tail)
                    and (best[end] is None or len(head) + 1 < len(best[end] or []))
                ):
                    best[end] = [*head, tail]
        found = best[-1]
        return " ".join(found) if found and len(found) > 1 else None

    def _whole(self, piece: str) -> bool:
        return len(piece) > 1 and piece in self.known and is_syllable(piece)


def repairer(folded_texts: Iterable[str]) -> Repair:
    known: dict[str, int] = {}
    for text in folded_texts:
        for word in text.split():
            known[word] = known.get(word, 0) + 1
    return Repair(known)
