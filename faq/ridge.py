"""Ridge regression: how much a message resembles the phrasings of each entry, and of no other."""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faq.features import Weights
from faq.postings import Floats, Postings, postings

PENALTY = 0.3
# Features are hashed into this many signed sums, so that size and time do not grow with the vocabulary.
WIDTH = 1536


@dataclass(frozen=True)
class Ridge:
    """A linear map from the sketch of a message to one score a label; `terms` gives place and signed weight."""

    terms: Mapping[str, tuple[int, float]]
    weights: Weights
    unseen: float
    coefficients: Floats

    def scores(self, query: Mapping[str, float]) -> Floats:
        """For every label about 1 where the query is one of its phrasings, about 0 where it is far from all."""
        found: Floats = self._sketch(query) @ self.coefficients
        return found

    def _sketch(self, query: Mapping[str, float]) -> Floats:
        known = [(count, term) for feature, count in query.items() if (term := self.terms.get(feature))]
        placed = [count * weight for count, (_, weight) in known]
        lost = [count * self.weights.of(feature) for feature, count in query.items() if feature not in self.terms]
        square = sum(value * value for value in placed) + self.unseen**2 * sum(value * value for value in lost)
        places = np.array([place for _, (place, _) in known], dtype=np.int64)
        sums = np.bincount(places, np.array(placed) / (math.sqrt(square) or 1.0), minlength=WIDTH)
        return sums.astype(np.float32)


def hashed(feature: str) -> tuple[int, int]:
    """Place and sign, the same in every process."""
    code = zlib.crc32(feature.encode())
    return (code >> 1) % WIDTH, 1 if code & 1 else -1


def ridge(documents: Sequence[Mapping[str, float]], labels: Sequence[int], label_count: int, weights: Weights) -> Ridge:
    """`labels[i]` is the label of document i."""
    counts = postings(documents)
    terms = _terms(counts, weights)
    wanted = np.zeros((counts.size, label_count), dtype=np.float32)
    wanted[np.arange(counts.size), labels] = 1
    rows = _sketches(counts, list(terms.values()))
    return Ridge(terms, weights, math.log(1 + counts.size) + 1, _solved(rows, wanted))


def _terms(counts: Postings, weights: Weights) -> dict[str, tuple[int, float]]:
    """Every feature's place in the sketch and its rarity, weighted and signed."""
    rarity = np.log((1 + counts.size) / (1 + counts.frequencies())) + 1
    terms: dict[str, tuple[int, float]] = {}
    for feature, value in zip(counts.columns, rarity.tolist(), strict=True):
        place, sign = hashed(feature)
        terms[feature] = (place, sign * value * weights.of(feature))
    return terms


def _sketches(counts: Postings, terms: list[tuple[int, float]]) -> Floats:
    """One row a document: its features weighted, scaled to length one, hashed into WIDTH sums."""
    column = counts.feature_of_value()
    values = counts.values * np.array([weight for _, weight in terms])[column]
    lengths = np.sqrt(np.bincount(counts.documents, values**2, minlength=counts.size))
    cells = counts.documents * WIDTH + np.array([place for place, _ in terms], dtype=np.int64)[column]
    unit = values / np.maximum(lengths, 1e-9)[counts.documents]
    rows = np.bincount(cells, unit, minlength=counts.size * WIDTH)
    return rows.reshape(counts.size, WIDTH).astype(np.float32)


def _solved(rows: Floats, wanted: Floats) -> Floats:
    """The coefficients, by whichever of the two equal forms has the smaller matrix to solve."""
    if len(rows) <= WIDTH:
        kernel = rows @ rows.T + PENALTY * np.eye(len(rows), dtype=np.float32)
        return np.asarray(rows.T @ np.linalg.solve(kernel, wanted), dtype=np.float32)
    scatter = rows.T @ rows + PENALTY * np.eye(WIDTH, dtype=np.float32)
    return np.asarray(np.linalg.solve(scatter, rows.T @ wanted), dtype=np.float32)
