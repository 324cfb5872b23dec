"""Mistyped words become the nearest known word; words typed without blanks are split.

A real Vietnamese syllable is left alone even if the FAQ does not have it: it is the best sign of another subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.fold import spelt
from faq.syllables import is_syllable

SHORTEST_REPAIRED = 3
TWO_MISTAKES_FROM = 8
SHORTEST_GLUED = 5
LONGEST_SYLLABLE = 7


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
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            found = [
                [*head, syllable]
                for start in range(max(0, end - LONGEST_SYLLABLE), end)
                if (head := best[start]) is not None and (syllable := self._syllable(word[start:end]))
            ]
            best[end] = min(found, key=len, default=None)
        whole = best[-1]
        return " ".join(whole) if whole and len(whole) > 1 else None

    def _syllable(self, piece: str) -> str:
        """The known syllable that a piece spells, or nothing."""
        spelling = spelt(piece)
        return spelling if len(piece) > 1 and spelling in self.known and is_syllable(spelling) else ""


def repairer(*texts: Iterable[str]) -> Repair:
    """Texts given as their words or as their features, of which only the words count."""
    known: dict[str, int] = {}
    for text in texts:
        for word in text:
            if word.isalnum():
                known[word] = known.get(word, 0) + 1
    return Repair(known)
