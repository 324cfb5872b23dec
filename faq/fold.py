"""One spelling for every way of typing the same Vietnamese words."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from faq.shorthand import (
    AFTER_NUMBER,
    AMBIGUOUS,
    COUNTED,
    LOANWORDS,
    MONEY_NUMBER_WORDS,
    MONEY_UNITS,
    NUMBER_WORDS,
    SHORTHAND,
)
from faq.syllables import is_syllable

TOKEN = re.compile(r"[a-z]+|[0-9]+")
THOUSANDS = re.compile(r"(?<=[0-9])[.,](?=[0-9]{3}(?![0-9]))")
ROUND_SUM = ((re.compile(r"([0-9]{1,3})0{9}"), "ti"), (re.compile(r"([0-9]{1,3})0{6}"), "trieu"),
             (re.compile(r"([0-9]{2,3})0{3}"), "nghin"))  # fmt: skip
TELEX_TONE = re.compile(r"(?<=[aeiouyw])[sfrxj]|(?<=[cghmnpt])[sfrxj]$")
TELEX_DOUBLE = re.compile(r"aa|ee|oo|dd")
STRETCHED = re.compile(r"([a-z])\1{2,}")
ALSO_WITH_I = {f"{onset}y": f"{onset}i" for onset in "hklmst"}
# Combining marks, and the invisible characters that phones and web pages put between letters.
MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


def strip_marks(text: str) -> str:
    """Lower-case Latin text without diacritics; NFC and NFD give the same."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    return MARKS.sub("", parts).replace("đ", "d").replace("ð", "d")


def plain_words(text: str) -> list[str]:
    """The words and numbers of a text without marks, as typed."""
    return TOKEN.findall(THOUSANDS.sub("", strip_marks(text)))


def fold(text: str, known: Collection[str] = frozenset()) -> str:
    """Unmarked, expanded words of `text` joined by blanks; `known` words are never taken for Telex."""
    return " ".join(_settled(plain_words(text), known))


def _settled(words: list[str], known: Collection[str]) -> list[str]:
    # An expansion may complete the context of its neighbour ("hai tr"); three rounds settle every chain.
    for _ in range(3):
        before, words = words, [part for word in _expand(words, known) for part in word.split()]
        if before == words:
            break
    return words


def _expand(words: list[str], known: Collection[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        yield _digits(word) if word.isdigit() else _word(word, before, after, known)


def _digits(word: str) -> str:
    for pattern, unit in ROUND_SUM:
        if found := pattern.fullmatch(word):
            return f"{found[1]} {unit}"
    return word[1] if len(word) == 2 and word[0] == "0" else word


def _word(word: str, before: str, after: str, known: Collection[str]) -> str:
    if word == "mot":
        return "1"
    if before.isdigit() and word in AFTER_NUMBER:
        return AFTER_NUMBER[word]
    if number := _number_word(word, before, after):
        return number
    if word in AMBIGUOUS:
        return AMBIGUOUS[word](before, after)
    if word in SHORTHAND:
        return SHORTHAND[word]
    return spelt(word if word in known else _typed(word))


def _number_word(word: str, before: str, after: str) -> str | None:
    if after in MONEY_UNITS and word in MONEY_NUMBER_WORDS:
        return MONEY_NUMBER_WORDS[word]
    if after in COUNTED or before == "muc":
        return NUMBER_WORDS.get(word)
    return None


@lru_cache(maxsize=20_000)
def _typed(word: str) -> str:
    if word in LOANWORDS or is_syllable(word):
        return word
    form = next((form for form in _guesses(word) if form in SHORTHAND or is_syllable(form)), word)
    return SHORTHAND.get(form, form)


def _guesses(word: str) -> Iterator[str]:
    """Readings of a word that is no syllable: Telex keys, chat letters, stretched letters."""
    yield undo_telex(word)
    yield STRETCHED.sub(r"\1", word)
    yield re.sub(r"^f", "ph", word)
    yield re.sub(r"^k", "c", word)
    yield re.sub(r"^j", "gi", word)
    yield re.sub(r"^w", "qu", word)
    yield re.sub(r"([aeiouy])g$", r"\1ng", word)
    yield re.sub(r"([aeiouy])k$", r"\1ch", word)


def undo_telex(word: str) -> str:
    """The letters that a Telex keyboard would have left, without marks."""
    toneless = TELEX_TONE.sub("", word, count=1)
    return (
        TELEX_DOUBLE.sub(lambda pair: pair[0][0], toneless)
        .replace("uow", "uo")
        .replace("w", "" if _vowel_w(toneless) else "u")
    )


def _vowel_w(word: str) -> bool:
    return re.search(r"[aou]w|[aou][a-z]+w", word) is not None


def spelt(word: str) -> str:
    """One spelling for the i that is also written y."""
    return ALSO_WITH_I.get(word, word)
