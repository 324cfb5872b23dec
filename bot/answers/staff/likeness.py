"""Which questions mean the same, so that staff settle them once; pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

import faq
from bot.answers.rules import GENERIC

ALIKE = 82.0
"""How alike the words must be that name the matter, 0 to 100, in whatever order: "quán bia" is no "quán karaoke"."""

IN_ALL = 70.0
"""How alike all words must be: what it costs is not the same question as what papers it needs."""

LOOKED_AT = 20
"""How many groups of the same matter are looked at."""

OPENING = re.compile(
    r"^((da|vang|alo|chao|ad|admin|shop|xin chao) )*((cho )?(em|toi|chau|minh|to) )?((xin )?hoi )?(la )?"
)
ENDING = re.compile(r"( (a|ah|nhi|nhe|vay|the|ad|admin|shop|voi|da|oi))+$")
FRAME = frozenset(part for word in GENERIC for part in faq.fold(word).split()) - {"cho"}
"""Words of the sentence rather than of the matter; without marks "cho" may be a market or a dog."""

SHORTEST_TYPO = 3


def key_of(text: str) -> str:
    """What two texts are compared by: folded words without courtesy; empty for a text without words.

    Figures alone are none: they were meant for a button that is gone.
    """
    folded = faq.fold(text)
    if not any(letter.isalpha() for letter in folded):
        return ""
    bare = ENDING.sub("", OPENING.sub("", folded)).strip()
    return bare or folded


def _sorted(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _matter(words: list[str]) -> str:
    """The words that name something, in order of the alphabet; all of them where none does."""
    return _sorted([word for word in words if word not in FRAME] or words)


def _swapped(one: list[str], other: list[str]) -> bool:
    """Whether a word of the one stands where the other has another: a dog is no cat, in however long a sentence."""
    here, there = Counter(one) - Counter(other), Counter(other) - Counter(one)
    typos = [
        (word, near) for word in here for near in there if len(word) >= SHORTEST_TYPO and OSA.distance(word, near) == 1
    ]
    left = set(here) - {word for word, _ in typos}
    right = set(there) - {near for _, near in typos}
    return bool(left and right)


@dataclass
class Heads:
    """Groups by their keys, apart for each entry that was given: what one answer lacks is nothing to another."""

    _matters: dict[str, dict[int, str]] = field(default_factory=dict)
    _whole: dict[int, str] = field(default_factory=dict)
    _exact: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, entry: str, key: str, group_id: int) -> None:
        """One more group; of two with the same key the first one stands."""
        words = key.split()
        self._exact.setdefault((entry, key), group_id)
        self._matters.setdefault(entry, {})[group_id] = _matter(words)
        self._whole[group_id] = _sorted(words)

    def nearest(self, entry: str, key: str) -> tuple[int, float] | None:
        """The group that a question of this key belongs to, and how alike it is; None where it begins one."""
        exact = self._exact.get((entry, key))
        if exact is not None:
            return exact, 100.0
        words = key.split()
        matter, whole = _matter(words), _sorted(words)
        near = process.extract(
            matter, self._matters.get(entry, {}), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=LOOKED_AT
        )
        same = [number for other, _, number in near if not _swapped(matter.split(), other.split())]
        scored = [(fuzz.ratio(whole, self._whole[number]), -number) for number in same]
        best, number = max(scored, default=(0.0, 0))
        return (-number, best) if best >= IN_ALL else None


def different(texts: Iterable[str]) -> dict[str, str]:
    """The texts that differ in more than case, diacritics, shorthand and punctuation, by what they fold to.

    The first of each; what has no words is left out.
    """
    firsts: dict[str, str] = {}
    for text in texts:
        folded = faq.fold(text)
        if folded:
            firsts.setdefault(folded, text)
    return firsts
