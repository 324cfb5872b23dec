"""Ridge regression: how much a message resembles the phrasings of each entry, and of no other."""

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faq.features import Weights
from faq.postings import Floats, Ints, Postings, postings

PENALTY = 0.3
# Features are hashed into this many signed sums, so that size and time do not grow with the vocabulary.
WIDTH = 1536
# Documents sketched at a time, so that building takes little memory.
BLOCK = 1024


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
    wanted = np.array(labels, dtype=np.int64)
    solved = _kernel_form if counts.size <= WIDTH else _scatter_form
    blocks = _sketches(counts, list(terms.values()))
    return Ridge(terms, weights, math.log(1 + counts.size) + 1, solved(blocks, wanted, label_count))


def _terms(counts: Postings, weights: Weights) -> dict[str, tuple[int, float]]:
    """Every feature's place in the sketch and its rarity, weighted and signed."""
    rarity = np.log((1 + counts.size) / (1 + counts.frequencies())) + 1
    terms: dict[str, tuple[int, float]] = {}
    for feature, value in zip(counts.columns, rarity.tolist(), strict=True):
        place, sign = hashed(feature)
        terms[feature] = (place, sign * value * weights.of(feature))
    return terms


def _sketches(counts: Postings, terms: list[tuple[int, float]]) -> Iterator[Floats]:
    """One row a document, a block at a time: its features weighted, scaled to length one, hashed into WIDTH sums."""
    column = counts.feature_of_value()
    values = counts.values * np.array([weight for _, weight in terms])[column]
    lengths = np.sqrt(np.bincount(counts.documents, values**2, minlength=counts.size))
    unit = values / np.maximum(lengths, 1e-9)[counts.documents]
    places = np.array([place for place, _ in terms], dtype=np.int64)[column]
    for begin in range(0, counts.size, BLOCK):
        size = min(BLOCK, counts.size - begin)
        here = (counts.documents >= begin) & (counts.documents < begin + size)
        cells = (counts.documents[here] - begin) * WIDTH + places[here]
        yield np.bincount(cells, unit[here], minlength=size * WIDTH).reshape(size, WIDTH).astype(np.float32)


# Two equal forms of the same coefficients; whichever has the smaller matrix to solve is taken.
def _kernel_form(blocks: Iterable[Floats], wanted: Ints, label_count: int) -> Floats:
    rows = np.concatenate([*blocks, np.zeros((0, WIDTH), dtype=np.float32)])
    kernel = rows @ rows.T + PENALTY * np.eye(len(rows), dtype=np.float32)
    return np.asarray(rows.T @ np.linalg.solve(kernel, _indicators(wanted, label_count)), dtype=np.float32)


def _scatter_form(blocks: Iterable[Floats], wanted: Ints, label_count: int) -> Floats:
    scatter = PENALTY * np.eye(WIDTH, dtype=np.float32)
    sums = np.zeros((WIDTH, label_count), dtype=np.float32)
    done = 0
    for rows in blocks:
        scatter += rows.T @ rows
        sums += rows.T @ _indicators(wanted[done : done + len(rows)], label_count)
        done += len(rows)
    return np.asarray(np.linalg.solve(scatter, sums), dtype=np.float32)


def _indicators(wanted: Ints, label_count: int) -> Floats:
    found = np.zeros((len(wanted), label_count), dtype=np.float32)
    found[np.arange(len(wanted)), wanted] = 1
    return found
