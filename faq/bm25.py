"""BM25 over whole entries: one document holds the question, its phrasings and, at low weight, the answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faq.features import Weights
from faq.postings import Floats, Postings, postings

SATURATION = 0.6
# Near 1, an entry is not found more easily because many phrasings were written for it.
LENGTH_WEIGHT = 0.75
# Above 1, rare words count for more than their rarity alone: it finds the matter of a long story.
SHARPNESS = 1.25


@dataclass(frozen=True)
class Bm25:
    """Values are ready to add up: what each feature contributes to each document."""

    matrix: Postings
    weights: Weights
    rarity: Mapping[str, float]
    unseen: float

    def scores(self, query: Mapping[str, float]) -> Floats:
        return self.matrix.scores(query)

    def weight(self, query: Mapping[str, float]) -> float:
        """How much a query says: the sum of its features' weighted rarities."""
        return sum(count * (self.rarity.get(feature) or self._unseen(feature)) for feature, count in query.items())

    def _unseen(self, feature: str) -> float:
        return self.unseen * self.weights.of(feature)


def bm25(documents: Sequence[Mapping[str, float]], lengths: Sequence[float], weights: Weights) -> Bm25:
    """An index of documents of the given lengths (in words); `weights` apply to what is asked."""
    counts = postings(documents)
    plain = np.log(1 + (counts.size - counts.frequencies() + 0.5) / (counts.frequencies() + 0.5))
    scale = float(plain.sum() / max(1, len(plain))) ** (1 - SHARPNESS) if len(plain) else 1.0
    rarity = scale * plain**SHARPNESS * np.array([weights.of(feature) for feature in counts.columns])
    relative = np.array(lengths) / max(1.0, sum(lengths) / max(1, len(lengths)))
    damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)[counts.documents]
    gain = counts.values * (SATURATION + 1) / (counts.values + damping)
    matrix = counts.with_values(gain * rarity[counts.feature_of_value()])
    named = dict(zip(counts.columns, rarity.tolist(), strict=True))
    return Bm25(matrix, weights, named, scale * math.log(1 + 2 * (counts.size + 0.5)) ** SHARPNESS)
