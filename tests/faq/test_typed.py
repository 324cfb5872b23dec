"""However the same words are typed, the same entry is found; every phrasing is tried."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from faq import Content, FaqIndex, fold
from faq.fold import plain_words, strip_marks

WORD = re.compile(r"[^\W\d_]+")
TONE_KEYS = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
HORN_OR_BREVE = "\u031b\u0306"
CIRCUMFLEX = "\u0302"
ENGLISH = {"sex"}


@pytest.fixture(scope="module")
def texts(content: Content) -> list[str]:
    return [text for entry in content.entries.values() for text in (entry.question, *entry.phrasings)]


def telexed(text: str) -> str:
    """What a Telex keyboard is given for a text, the key of the tone at the end of each word."""
    return WORD.sub(lambda word: _keys(word[0]), unicodedata.normalize("NFC", text))


def _keys(word: str) -> str:
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFD", word.lower()):
        if letter in TONE_KEYS:
            tone = TONE_KEYS[letter]
        elif letter == CIRCUMFLEX:
            keys += keys[-1]
        elif letter in HORN_OR_BREVE:
            keys += "w"
        else:
            keys += "dd" if letter == "đ" else letter
    return keys + tone


@pytest.mark.parametrize(
    ("text", "typed"),
    [("đăng ký", "ddawng kys"), ("không được", "khoong dduwowcj"), ("gì", "gif"), ("Cửa hàng", "cuwar hangf")],
)
def test_the_keys_of_a_text(text: str, typed: str) -> None:
    assert telexed(text) == typed
    assert fold(typed) == fold(text)


def test_telex_keys_left_in_fold_to_the_same(texts: list[str]) -> None:
    known = frozenset(word for text in texts for word in plain_words(text))
    differing = [text for text in texts if fold(telexed(text), known) != fold(text, known)]
    assert [text for text in differing if not ENGLISH & set(telexed(text).split())] == []


def test_decomposed_and_composed_fold_to_the_same(texts: list[str]) -> None:
    assert [text for text in texts if fold(unicodedata.normalize("NFD", text)) != fold(text)] == []


def test_folding_what_is_folded_changes_nothing(texts: list[str]) -> None:
    assert [text for text in texts if fold(fold(text)) != fold(text)] == []


@pytest.fixture(scope="module")
def found(texts: list[str], index: FaqIndex) -> dict[str, str]:
    return {text: index.match(text, 1)[0].id for text in texts}


@pytest.mark.parametrize("typed_as", [strip_marks, telexed])
def test_the_answer_to_a_phrasing_is_the_same(
    found: dict[str, str], index: FaqIndex, typed_as: Callable[[str], str]
) -> None:
    assert [text for text, best in found.items() if index.match(typed_as(text), 1)[0].id != best] == []
