"""Which entries a message is about: an immutable index built once from entries and their phrasings."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from faq.bm25 import Bm25, bm25
from faq.features import MARKED_SIGN, Weights, added, features
from faq.fold import fold, plain_words
from faq.load import Content
from faq.postings import Floats
from faq.render import render
from faq.repair import repairer
from faq.ridge import ridge

ASKED = Weights(word=1, pair=0.5, run=0.1, marked=0.5)
COMPARED = Weights(word=1, pair=0.7, run=0.5, marked=0.3)
BODY_WEIGHT = 0.5
# What is not ours counts for more than what is: an answer to the wrong matter is worse than a question back.
RIVALRY = 2.0
# Which part of the weight of a text is that of its marks, if it is typed with all of them.
USUAL_MARKS = 0.17
# How many entries are compared with the message letter by letter.
ALIGNED = 10
# Decimals of evidence that count: what differs less is a tie, whatever order the processor added in.
ROUNDED = 4
# A text that is a phrasing of one entry, word for word, is about that entry: ahead of all others by this much evidence.
CERTAIN = 5.0


@dataclass(frozen=True)
class _Blend:
    """How much resemblance and likeness in letters add to relevance, and how all of it becomes a likelihood.

    At `even` a match is as likely right as wrong, and `step` more makes it e times likelier: fitted on three public
    chat bots and on the project's own evaluation questions.
    """

    resemblance: float
    alignment: float
    even: float
    step: float


# Answers tell BM25 what phrasings alone do not, so that resemblance to phrasings counts for less.
WITH_ANSWERS = _Blend(resemblance=1.5, alignment=0.0, even=1.3, step=0.65)
PHRASINGS_ONLY = _Blend(resemblance=6.0, alignment=6.0, even=7.3, step=2.0)


@dataclass(frozen=True)
class Match:
    """An entry and how sure the index is of it, from 0 to 1."""

    id: str
    score: float


@dataclass(frozen=True)
class _Text:
    """The features of a text and its length in words."""

    counts: Mapping[str, float]
    length: int


class FaqIndex:
    """Answers `match`; nothing in it changes after it is built, so threads may share it.

    `entries` are pairs of id and phrases (an id given twice keeps all of them), `bodies` the answers by id, and
    `background` phrases on what the entries are not about: the nearest of them is held against every match.
    """

    def __init__(
        self,
        entries: Iterable[tuple[str, Sequence[str]]],
        bodies: Mapping[str, str] | None = None,
        background: Sequence[str] = (),
    ) -> None:
        phrases = _gathered(entries)
        raw = [text for texts in phrases.values() for text in texts]
        self._known = frozenset(word for text in (*raw, *background) for word in plain_words(text))
        self._ids = tuple(sorted(phrases))  # so that a stable sort breaks ties by id
        self._spelt = [[fold(text, self._known) for text in phrases[name]] for name in self._ids]
        own = {
            name: [_counted(folded, text) for folded, text in zip(spelt, phrases[name], strict=True)]
            for name, spelt in zip(self._ids, self._spelt, strict=True)
        }
        answers = {name: self._read(text) for name, text in (bodies or {}).items() if name in own}
        outside = [self._read(text) for text in background]
        self._blend = WITH_ANSWERS if answers else PHRASINGS_ONLY
        self._repair = repairer(
            *(text.counts for texts in (*own.values(), answers.values(), outside) for text in texts)
        )
        self._exact = _belonging(self._spelt)
        self._bm25 = _documents(own, answers, outside)
        self._ridge = ridge(*_examples(own, outside), len(own) + 1, COMPARED)
        self._settled: dict[str, str] = {}
        self._gone: list[int] = []

    def with_exact(self, texts: Mapping[str, Sequence[str]], among: Container[str]) -> "FaqIndex":
        """A copy that shares everything built, in which no entry is found that is not `among` these.

        Somebody settled of which entry each of `texts` is, by id: typed word for word it is certain, ahead of all
        else, though the entry be unknown to the index. A text of two entries settles nothing.
        """
        owners: dict[str, set[str]] = {}
        for name, phrases in texts.items():
            for text in phrases:
                owners.setdefault(self._repair(fold(text, self._known)), set()).add(name)
        other = copy(self)
        other._settled = {text: min(names) for text, names in owners.items() if text and len(names) == 1}
        other._gone = [at for at, name in enumerate(self._ids) if name not in among]
        return other

    def _read(self, text: str) -> _Text:
        return _counted(fold(text, self._known), text)

    def match(self, text: str, limit: int = 5) -> list[Match]:
        """The entries nearest to `text`, best first, ties by id; none for a text without a word of theirs."""
        folded = self._repair(fold(text, self._known))
        found = self._found(folded, text, limit) if folded and self._ids else []
        if settled := self._settled.get(folded):
            return [Match(settled, 1.0), *(match for match in found if match.id != settled)][:limit]
        return found

    def _found(self, folded: str, text: str, limit: int) -> list[Match]:
        evidence = self._evidence(_counted(folded, text).counts)
        if self._blend.alignment:
            self._align(folded, evidence)
        if folded in self._exact:
            evidence[self._exact[folded]] = max(evidence.max() + CERTAIN, CERTAIN)
        evidence[self._gone] = -np.inf
        best = np.argsort(-evidence.round(ROUNDED), kind="stable")[:limit]
        return [
            Match(self._ids[at], _likelihood(round(float(evidence[at]), ROUNDED), self._blend))
            for at in best
            if evidence[at] > -np.inf
        ]

    def _evidence(self, asked: Mapping[str, float]) -> Floats:
        """For every entry what speaks for it, less what speaks for something else; -inf where nothing does."""
        relevance = self._bm25.scores(asked)
        own, outside = relevance[: len(self._ids)], relevance[len(self._ids) :]
        rival = outside.max() if len(outside) else 0.0
        *_, stranger = resemblance = self._ridge.scores(asked)
        relevant = (own - RIVALRY * rival) * self._scale(asked)
        alike = self._blend.resemblance * (resemblance[: len(own)] - stranger)
        found: Floats = np.where(own > 0, relevant + alike, -np.inf)
        return found

    def _scale(self, asked: Mapping[str, float]) -> float:
        """Makes relevance comparable: of long and short texts, and of texts typed with marks and without."""
        weight = self._bm25.weight(asked)
        marks = self._bm25.weight({feature: count for feature, count in asked.items() if feature[0] == MARKED_SIGN})
        missing = max(0.0, USUAL_MARKS - marks / max(1.0, weight))
        return (1 + missing) / math.sqrt(max(1.0, weight))

    def _align(self, folded: str, evidence: Floats) -> None:
        """Add to the best entries how much the nearest of their phrases is spelt like the message."""
        found = np.flatnonzero(evidence > -np.inf)
        for at in found[np.argsort(-evidence[found], kind="stable")[:ALIGNED]]:
            _, likeness, _ = process.extractOne(folded, self._spelt[at], scorer=fuzz.ratio)
            evidence[at] += self._blend.alignment * likeness / 100


def content_index(content: Content) -> FaqIndex:
    """The index of the FAQ's own content: questions and phrasings, answers at low weight, what is not ours."""
    entries = [(entry.id, (entry.question, *entry.phrasings)) for entry in content.entries.values()]
    bodies = {entry.id: render(entry.body, {}) for entry in content.entries.values()}
    return FaqIndex(entries, bodies, content.background)


def _likelihood(evidence: float, blend: _Blend) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, (evidence - blend.even) / blend.step))))


def _counted(folded: str, raw: str) -> _Text:
    return _Text(features(folded, raw), folded.count(" ") + 1)


def _belonging(spelt: Sequence[Sequence[str]]) -> dict[str, int]:
    """The folded phrases that only one entry has, with the place of that entry."""
    owners: dict[str, set[int]] = {}
    for at, phrases in enumerate(spelt):
        for folded in phrases:
            owners.setdefault(folded, set()).add(at)
    return {folded: min(places) for folded, places in owners.items() if len(places) == 1}


def _gathered(entries: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, phrases in entries:
        found.setdefault(name, []).extend(phrases)
    return found


def _documents(own: Mapping[str, list[_Text]], answers: Mapping[str, _Text], outside: list[_Text]) -> Bm25:
    """One document an entry, then one a background phrase."""
    weighted = [
        [*((text, 1.0) for text in texts), *((text, BODY_WEIGHT) for text in (answers.get(name),) if text)]
        for name, texts in own.items()
    ] + [[(text, 1.0)] for text in outside]
    documents = [added((text.counts, weight) for text, weight in texts) for texts in weighted]
    return bm25(documents, [sum(weight * text.length for text, weight in texts) for texts in weighted], ASKED)


def _examples(own: Mapping[str, list[_Text]], outside: list[_Text]) -> tuple[list[Mapping[str, float]], list[int]]:
    """Every phrase with the number of its entry; background phrases are one more label."""
    labelled = [(text, number) for number, texts in enumerate(own.values()) for text in texts]
    labelled += [(text, len(own)) for text in outside]
    return [text.counts for text, _ in labelled], [number for _, number in labelled]
