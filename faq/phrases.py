"""Sets of words and lists of word patterns, written as people read them."""

import re

NOT_FOLLOWED_BY = re.compile(r"\(\?!([^()]*)\)")


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def one_of(alternatives: str, **classes: str) -> re.Pattern[str]:
    """A pattern that finds any alternative as whole words; <name> stands for any phrase of the class `name`.

    Alternatives are parted by a comma and a blank or by line ends; so are the phrases of a class.
    What must not follow, (?! this| that), is whole words too.
    """
    named = {name: "|".join(_parted(phrases)) for name, phrases in classes.items()}
    whole = NOT_FOLLOWED_BY.sub(r"(?!(?:\1)(?!\\w))", "|".join(_parted(alternatives)))
    return re.compile(rf"(?<!\w)(?:{re.sub(r'<([a-z]+)>', lambda found: f'(?:{named[found[1]]})', whole)})(?!\w)")


def _parted(phrases: str) -> list[str]:
    parts = [part.strip(" ,") for line in phrases.splitlines() for part in line.split(", ")]
    return [part for part in parts if part]
