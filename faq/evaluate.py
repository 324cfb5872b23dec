"""Measures how well questions find their entries."""

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faq.decide import Kind, decide
from faq.index import FaqIndex
from faq.load import ContentError, read_text

DEPTH = 10
OWN = Path(__file__).parent.parent / "tests" / "evaluation"
OWN_FILES = ("questions", "near", "far")


@dataclass(frozen=True)
class Row:
    """A question with the labels that are right for it (none: out of scope) and the slice it belongs to."""

    labels: frozenset[str]
    text: str
    slice: str


@dataclass(frozen=True)
class Result:
    """What the index made of a row; `rank` counts from 1 and is 0 where no right label was among the first ten."""

    row: Row
    rank: int
    best: str
    score: float
    kind: Kind
    seconds: float

    @property
    def right(self) -> bool:
        return self.rank == 1

    @property
    def in_scope(self) -> bool:
        return bool(self.row.labels)


def read_rows(file: Path) -> list[Row]:
    """Rows of a JSON Lines file; raises ContentError with file and line."""
    lines = enumerate(read_text(file).splitlines(), start=1)
    rows = [_row(file, number, line) for number, line in lines if line.strip()]
    if not rows:
        raise ContentError(f"{file}: there is no row in it.")
    return rows


def own_rows() -> list[Row]:
    """The project's own evaluation questions: in scope, near it and far from it; raises ContentError."""
    return [row for name in OWN_FILES for row in read_rows(OWN / f"{name}.jsonl")]


def _row(file: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
        label, text = row["label"], row["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise ContentError(f'{file}, line {number}: expected {{"label": …, "text": …}}.') from error
    labels = [] if label is None else label if isinstance(label, list) else [label]
    if not isinstance(text, str):
        raise ContentError(f"{file}, line {number}: text must be a string.")
    return Row(frozenset(str(one) for one in labels), text, str(row.get("slice") or ""))


def read_index(file: Path) -> FaqIndex:
    """An index of the rows of a file; a row without a label is a phrase on what is not covered."""
    rows = read_rows(file)
    entries = [(label, [row.text]) for row in rows for label in sorted(row.labels)]
    return FaqIndex(entries, background=[row.text for row in rows if not row.labels])


def evaluated(index: FaqIndex, rows: Iterable[Row]) -> list[Result]:
    return [_result(index, row) for row in rows]


def _result(index: FaqIndex, row: Row) -> Result:
    begun = time.perf_counter()
    matches = index.match(row.text, limit=DEPTH)
    seconds = time.perf_counter() - begun
    rank = next((at for at, match in enumerate(matches, start=1) if match.id in row.labels), 0)
    best = matches[0] if matches else None
    kind = decide(row.text, index).kind
    return Result(row, rank, best.id if best else "", best.score if best else 0.0, kind, seconds)


def report(results: Sequence[Result], build_seconds: float) -> str:
    """Figures of all rows, then a line a slice."""
    lines = [_line("all", results)]
    slices = dict.fromkeys(result.row.slice for result in results if result.row.slice)
    lines += [_line(name, [result for result in results if result.row.slice == name]) for name in slices]
    if _curve(results) is not None:
        lines.append(f"AUROC, right label against out of scope: {_curve(results):.3f}")
    lines += [_decisions(results), _speed(results, build_seconds)]
    return "\n".join(lines)


def _line(name: str, results: Sequence[Result]) -> str:
    asked = [result for result in results if result.in_scope]
    outside = len(results) - len(asked)
    figures = [f"{name}: {len(asked)} in scope"]
    if asked:
        figures += [
            f"top-1 {_share(asked, lambda one: one.rank == 1)}",
            f"top-3 {_share(asked, lambda one: 1 <= one.rank <= 3)}",
            f"MRR {sum(1 / one.rank for one in asked if one.rank) / len(asked):.3f}",
            _answered(asked),
        ]
    if outside:
        strangers = [result for result in results if not result.in_scope]
        figures.append(
            f"{outside} out of scope, answered directly {_share(strangers, lambda one: one.kind == 'answer')}"
        )
    return ", ".join(figures)


def _decisions(results: Sequence[Result]) -> str:
    asked = [result for result in results if result.in_scope]
    return f"{_answered(asked)}; suggestions {_share(asked, lambda one: one.kind == 'suggest')}"


def _answered(asked: Sequence[Result]) -> str:
    answered = [result for result in asked if result.kind == "answer"]
    return (
        f"answered directly {_share(asked, lambda one: one.kind == 'answer')}, "
        f"of these right {_share(answered, lambda one: one.right)}"
    )


def _speed(results: Sequence[Result], build_seconds: float) -> str:
    times = sorted(1000 * result.seconds for result in results)
    p50, p99 = (times[min(len(times) - 1, math.floor(share * len(times)))] for share in (0.5, 0.99))
    return f"milliseconds a query: p50 {p50:.2f}, p99 {p99:.2f}; built in {build_seconds:.2f} s"


def _share(results: Sequence[Result], condition: Callable[[Result], bool]) -> str:
    if not results:
        return "-"
    return f"{100 * sum(map(condition, results)) / len(results):.1f} %"


def _curve(results: Sequence[Result]) -> float | None:
    """Area under the curve of the score telling rows in scope from rows out of scope; None without both."""
    ranked = sorted((result.score, result.in_scope) for result in results)
    inside = sum(result.in_scope for result in results)
    outside = len(results) - inside
    if not inside or not outside:
        return None
    ranks = _mean_ranks([score for score, _ in ranked])
    total = sum(rank for rank, (_, in_scope) in zip(ranks, ranked, strict=True) if in_scope)
    return (total - inside * (inside + 1) / 2) / (inside * outside)


def _mean_ranks(ascending: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    first: dict[float, int] = {}
    count: dict[float, int] = {}
    for rank, value in enumerate(ascending, start=1):
        first.setdefault(value, rank)
        count[value] = count.get(value, 0) + 1
    return [first[value] + (count[value] - 1) / 2 for value in ascending]


def misses(results: Sequence[Result]) -> str:
    """Questions whose first match is wrong, under the entry that they wanted, most missed first."""
    wrong: dict[str, list[str]] = {}
    for result in results:
        if result.in_scope and not result.right:
            wanted = " or ".join(sorted(result.row.labels))
            wrong.setdefault(wanted, []).append(f"  {result.best or 'nothing'}: {result.row.text}")
    return _listed(wrong)


def _listed(groups: Mapping[str, Sequence[str]]) -> str:
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return "\n".join(line for name, lines in ordered for line in (f"{name} ({len(lines)})", *lines))
