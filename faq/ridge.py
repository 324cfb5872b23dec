"""Ridge regression: how much a message resembles the phrasings of each entry, and of no other."""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faq.postings import Floats, Postings, postings

PENALTY = 0.3
# Features are hashed into this many signed sums, so that size and time do not grow with the vocabulary.
WIDTH = 2048


@dataclass(frozen=True)
class Ridge:
    """A linear map from the sketch of a message to one score a label."""

    rarity: Mapping[str, float]
    unseen: float
    coefficients: Floats

    def scores(self, query: Mapping[str, float]) -> Floats:
        """For every label about 1 where the query is one of its phrasings, about 0 where it is far from all."""
        found: Floats = self._sketch(query) @ self.coefficients
        return found

    def _sketch(self, query: Mapping[str, float]) -> Floats:
        sums = np.zeros(WIDTH, dtype=np.float32)
        square = 0.0
        for feature, count in query.items():
            rarity = self.rarity.get(feature)
            weight = count * (self.unseen if rarity is None else rarity)
            square += weight * weight
            if rarity is not None:
                place, sign = hashed(feature)
                sums[place] += sign * weight
        return sums / np.float32(math.sqrt(square) or 1.0)


def hashed(feature: str) -> tuple[int, int]:
    """Place and sign, the same in every process."""
    code = zlib.crc32(feature.encode())
    return (code >> 1) % WIDTH, 1 if code & 1 else -1


def ridge(documents: Sequence[Mapping[str, float]], labels: Sequence[int], label_count: int) -> Ridge:
    """`labels[i]` is the label of document i."""
    counts = postings(documents)
    rarity = np.log((1 + counts.size) / (1 + counts.frequencies())) + 1
    wanted = np.zeros((counts.size, label_count), dtype=np.float32)
    wanted[np.arange(counts.size), labels] = 1
    named = dict(zip(counts.columns, rarity.tolist(), strict=True))
    return Ridge(named, math.log(1 + counts.size) + 1, _solved(_sketches(counts, rarity), wanted))


def _sketches(counts: Postings, rarity: Floats) -> Floats:
    """One row a document: its features weighted by rarity, scaled to length one, hashed into WIDTH sums."""
    column = counts.feature_of_value()
    values = counts.values * rarity[column]
    lengths = np.sqrt(np.bincount(counts.documents, weights=values**2, minlength=counts.size))
    places = np.array([hashed(feature) for feature in counts.columns], dtype=np.int64).reshape(-1, 2)
    cells = counts.documents * WIDTH + places[column, 0]
    unit = values * places[column, 1] / np.maximum(lengths, 1e-9)[counts.documents]
    rows = np.bincount(cells, weights=unit, minlength=counts.size * WIDTH)
    return rows.reshape(counts.size, WIDTH).astype(np.float32)


def _solved(rows: Floats, wanted: Floats) -> Floats:
    """The coefficients, by whichever of the two equal forms has the smaller matrix to solve."""
    if len(rows) <= WIDTH:
        kernel = rows @ rows.T + PENALTY * np.eye(len(rows), dtype=np.float32)
        return np.asarray(rows.T @ np.linalg.solve(kernel, wanted), dtype=np.float32)
    scatter = rows.T @ rows + PENALTY * np.eye(WIDTH, dtype=np.float32)
    return np.asarray(np.linalg.solve(scatter, rows.T @ wanted), dtype=np.float32)
