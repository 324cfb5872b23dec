"""The project's evaluation questions are not among the phrases that the matcher is built of."""

from collections.abc import Iterable

import pytest
from rapidfuzz import fuzz, process

from faq import Content, fold
from faq.evaluate import OWN, read_rows

ALIKE = 95
"""From 0 to 100, of the words in alphabetical order: the same question with its words moved is the same question."""

SHORTEST = 4
"""In words; shorter ones are alike by chance."""


def sorted_words(texts: Iterable[str]) -> dict[str, str]:
    """The texts by their folded words in order."""
    return {" ".join(sorted(fold(text).split())): text for text in texts}


def alike(asked: Iterable[str], known: Iterable[str]) -> list[tuple[str, str]]:
    """Questions with the phrase they are the same as, or nearly so."""
    mine, theirs = sorted_words(asked), sorted_words(known)
    same = [(text, theirs[words]) for words, text in mine.items() if words in theirs]
    long = [words for words in theirs if len(words.split()) >= SHORTEST]
    near = [
        (text, theirs[found[0]])
        for words, text in mine.items()
        if len(words.split()) >= SHORTEST
        and (found := process.extractOne(words, long, scorer=fuzz.ratio, score_cutoff=ALIKE))
    ]
    return same + near


def asked(name: str) -> list[str]:
    return [row.text for row in read_rows(OWN / f"{name}.jsonl")]


def phrasings(content: Content) -> list[str]:
    return [text for entry in content.entries.values() for text in (entry.question, *entry.phrasings)]


def test_no_question_in_scope_is_a_phrasing(content: Content) -> None:
    assert alike(asked("questions"), phrasings(content)) == []


def test_no_question_near_the_scope_is_a_background_phrase(content: Content) -> None:
    assert alike(asked("near"), content.background) == []


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("mat giay phep roi lam the nao", True),
        ("Mất giấy phép rồi làm thế nào ạ", True),
        ("làm thế nào, mất giấy phép rồi", True),
        ("mất con dấu rồi làm thế nào", False),
    ],
)
def test_a_copy_would_be_found(question: str, is_found: bool) -> None:
    assert bool(alike([question], ["mất giấy phép rồi làm thế nào"])) is is_found
