"""What is counted in a text: words, pairs of neighbours, runs of three letters, and words with their marks."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

MARKED_WORD = re.compile(r"[^\W\d_]+")
RUN = 3
RUN_SIGN = "#"
MARKED_SIGN = "~"


@dataclass(frozen=True)
class Weights:
    """How much one occurrence of each kind of feature counts."""

    word: float
    pair: float
    run: float
    marked: float

    def of(self, feature: str) -> float:
        if feature[0] == RUN_SIGN:
            return self.run
        if feature[0] == MARKED_SIGN:
            return self.marked
        return self.pair if " " in feature else self.word


def pairs(words: list[str]) -> Iterator[str]:
    return (f"{one} {two}" for one, two in pairwise(words))


def runs(folded: str) -> Iterator[str]:
    """Runs of three letters, blanks between words and at the ends included; a typo spoils three of them at most."""
    padded = f" {folded} "
    return (f"{RUN_SIGN}{padded[at : at + RUN]}" for at in range(len(padded) - RUN + 1))


def marked_words(text: str) -> Iterator[str]:
    """Words that carry marks, with them: these tell thu from thư, thủ and thử."""
    for word in MARKED_WORD.findall(unicodedata.normalize("NFC", text).lower()):
        if not word.isascii():
            yield f"{MARKED_SIGN}{word}"


def features(folded: str, raw: str) -> dict[str, float]:
    """How often every feature occurs in a text (`raw` as typed, `folded` the same folded)."""
    words = folded.split()
    found: dict[str, float] = {}
    for feature in chain(words, pairs(words), runs(folded), marked_words(raw)):
        found[feature] = found.get(feature, 0.0) + 1.0
    return found


def added(documents: Iterable[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """The weighted sum of several texts' features."""
    total: dict[str, float] = {}
    for counts, weight in documents:
        for feature, count in counts.items():
            total[feature] = total.get(feature, 0.0) + weight * count
    return total
