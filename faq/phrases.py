"""Sets of words and lists of word patterns, written as people read them."""

import re


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def one_of(alternatives: str) -> re.Pattern[str]:
    """A pattern that finds any alternative as whole words; they are parted by a comma and a blank or by line ends."""
    parts = [part.strip() for line in alternatives.splitlines() for part in line.split(", ")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(part for part in parts if part)})(?!\w)")
