"""A sparse matrix of features by documents, stored by feature, for adding up scores of a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Postings:
    """Column `feature` holds `documents[starts[i]:starts[i + 1]]` with their `values`."""

    columns: Mapping[str, int]
    starts: Ints
    documents: Ints
    values: Floats
    size: int

    def frequencies(self) -> Ints:
        """In how many documents each feature occurs."""
        return np.diff(self.starts)

    def feature_of_value(self) -> Ints:
        return np.repeat(np.arange(len(self.columns)), self.frequencies())

    def with_values(self, values: NDArray[np.floating]) -> "Postings":
        return Postings(self.columns, self.starts, self.documents, values.astype(np.float32), self.size)

    def scores(self, query: Mapping[str, float]) -> Floats:
        """For every document the sum over the query's features of weight times value."""
        known = [
            (column, weight) for feature, weight in query.items() if (column := self.columns.get(feature)) is not None
        ]
        columns = np.array([column for column, _ in known], dtype=np.int64)
        begin = self.starts[columns]
        counts = self.starts[columns + 1] - begin
        # Places of all values of all columns in one go: far faster than a loop over hundreds of features.
        places = np.repeat(begin - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        weights = np.repeat(np.array([weight for _, weight in known]), counts)
        totals = np.bincount(self.documents[places], self.values[places] * weights, minlength=self.size)
        return totals.astype(np.float32)


def postings(documents: Sequence[Mapping[str, float]]) -> Postings:
    columns: dict[str, int] = {}
    rows = [columns.setdefault(feature, len(columns)) for counts in documents for feature in counts]
    owner = np.repeat(np.arange(len(documents)), [len(counts) for counts in documents])
    values = np.array([count for counts in documents for count in counts.values()], dtype=np.float32)
    column = np.array(rows, dtype=np.int64)
    order = np.argsort(column, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=len(columns)))))
    return Postings(columns, starts, owner[order], values[order], len(documents))
