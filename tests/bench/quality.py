"""How well questions are matched: the project's own evaluation questions against the usual ways to do it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import faq
from bot.answers.rules import understand
from tests.bench.table import table

QUESTIONS = Path(__file__).parent.parent / "evaluation"
LEARNING = (0, 3, 5, 10, 15, 20)
UNSEEN = ("unseen/questions", "unseen/near", "unseen/far", "unseen/reports")
"""By authors who saw neither phrasings nor the other questions; nothing but the thresholds was chosen on them."""

LABELLED = ("reports", "unseen/reports", "danger", "smalltalk")
SLICES = ("clean", "folded", "chat", "story")

Ranked = list[str]
Matcher = Callable[[str], Ranked]


def rows(name: str) -> list[dict[str, Any]]:
    """One file of evaluation questions."""
    return [json.loads(line) for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def phrases(content: faq.Content) -> list[tuple[str, str]]:
    """Every question and phrasing with its entry."""
    return [(entry.id, text) for entry in content.entries.values() for text in (entry.question, *entry.phrasings)]


def _distinct(ids: Sequence[str]) -> Ranked:
    return list(dict.fromkeys(ids))[:3]


def by_fuzz(content: faq.Content, scorer: Callable[..., float], prepare: Callable[[str], str]) -> Matcher:
    """rapidfuzz over all phrases; `extractOne` is the first of these."""
    known = phrases(content)
    prepared = [prepare(text) for _, text in known]

    def match(text: str) -> Ranked:
        found = process.extract(prepare(text), prepared, scorer=scorer, limit=40)
        return _distinct([known[at][0] for _, _, at in found])

    return match


def by_tfidf(content: faq.Content) -> Matcher:
    """Character n-grams of 2 to 4 on folded text, cosine."""
    known = phrases(content)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    matrix = vectors.fit_transform(faq.fold(text) for _, text in known)

    def match(text: str) -> Ranked:
        scores = (matrix @ vectors.transform([faq.fold(text)]).T).toarray().ravel()
        return _distinct([known[at][0] for at in scores.argsort(kind="stable")[::-1][:60]])

    return match


def by_classifier(content: faq.Content, classifier: Any) -> Matcher:
    """A linear classifier on TF-IDF of character n-grams and of words, folded."""
    known = phrases(content)
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        ),
        classifier,
    )
    model.fit([faq.fold(text) for _, text in known], [name for name, _ in known])

    def match(text: str) -> Ranked:
        scores = model.decision_function([faq.fold(text)])[0]
        return [str(model.classes_[at]) for at in scores.argsort()[::-1][:3]]

    return match


def ours(index: faq.FaqIndex) -> Matcher:
    """This project."""
    return lambda text: [match.id for match in index.match(text, limit=3)]


def answers() -> str:
    """Top-1/top-3 in percent by slice, of both sets of questions."""
    content = faq.load_content()
    matchers = {
        "extractOne(WRatio)": by_fuzz(content, fuzz.WRatio, str),
        "token_set_ratio, folded": by_fuzz(content, fuzz.token_set_ratio, faq.fold),
        "TF-IDF char 2-4, folded": by_tfidf(content),
        "LinearSVC, char + word TF-IDF, folded": by_classifier(content, LinearSVC()),
        "logistic regression, the same": by_classifier(content, LogisticRegression(C=10, max_iter=200)),
        "this project": ours(faq.content_index(content)),
    }
    return "\n\n".join(_by_slice(matchers, name) for name in ("questions", "unseen/questions"))


def _by_slice(matchers: dict[str, Matcher], name: str) -> str:
    asked = rows(name)
    shown = [[matcher, *(hits(match, asked, part) for part in (*SLICES, ""))] for matcher, match in matchers.items()]
    return table(f"{name} ({len(asked)}), top-1/top-3 in %", ("matcher", *SLICES, "all"), shown)


def learning() -> str:
    """Top-1/top-3 in percent by the number of phrasings an entry, the first of each; the question always counts."""
    content = faq.load_content()
    asked = rows("questions")
    shown = []
    for most in LEARNING:
        index = faq.content_index(_with_first(content, most))
        shown.append([most or "none", *(hits(ours(index), asked, part) for part in (*SLICES, ""))])
    full = ours(faq.content_index(content))
    shown.append(["all", *(hits(full, asked, part) for part in (*SLICES, ""))])
    return table("By phrasings an entry, top-1/top-3 in %", ("phrasings", *SLICES, "all"), shown)


def _with_first(content: faq.Content, most: int) -> faq.Content:
    entries = {name: replace(entry, phrasings=entry.phrasings[:most]) for name, entry in content.entries.items()}
    return replace(content, entries=entries)


def hits(match: Matcher, asked: list[dict[str, Any]], part: str) -> str:
    """Top-1/top-3 in percent of the questions of one slice, of all without one."""
    chosen = [row for row in asked if not part or row["slice"] == part]
    ranked = [(match(row["text"]), row["label"]) for row in chosen]
    first = sum(found[0] in right for found, right in ranked if found)
    three = sum(bool(set(found) & set(right)) for found, right in ranked)
    return f"{100 * first / len(chosen):.1f}/{100 * three / len(chosen):.1f}"


def decisions() -> str:
    """What the bot does with questions in scope, near it and far from it, and with reports and emergencies."""
    content = faq.load_content()
    index = faq.content_index(content)
    shown = []
    for name in ("questions", "near", "far", "reports", "danger", "smalltalk", *UNSEEN):
        for label in sorted({str(row["label"]) for row in rows(name)}) if name in LABELLED else [""]:
            chosen = [row for row in rows(name) if not label or str(row["label"]) == label]
            shown.append([f"{name} {label}".strip(), len(chosen), *_shares(index, chosen)])
    header = ("rows", "n", "answer", "right of these", "suggest", "report", "smalltalk", "none", "danger")
    return table("What is done with a message, in %", header, shown)


def _shares(index: faq.FaqIndex, chosen: list[dict[str, Any]]) -> list[str]:
    understood = [(understand(index, row["text"]), row["label"]) for row in chosen]
    answered = [(found.matches[0].id, label) for found, label in understood if found.decision == "answer"]
    right = sum(isinstance(label, list) and entry in label for entry, label in answered)
    in_scope = isinstance(chosen[0]["label"], list)
    counts = [
        f"{100 * sum(found.decision == kind for found, _ in understood) / len(chosen):.1f}"
        for kind in ("answer", "suggest", "report", "smalltalk", "none")
    ]
    danger = f"{100 * sum(found.alert == 'danger' for found, _ in understood) / len(chosen):.1f}"
    precision = f"{100 * right / len(answered):.1f}" if in_scope and answered else "-"
    return [counts[0], precision, *counts[1:], danger]
