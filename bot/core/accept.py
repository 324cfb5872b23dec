"""Answer parsers for dialogues: each turns what came into a value, or into the sentence that says why not."""

import re
from collections.abc import Callable, Sequence

from bot.core.choices import plain
from bot.core.events import Phone, Text, What
from bot.core.flow import Invalid, Value, invalid

CONTROLS = frozenset(
    {"bo qua", "gui", "gui di", "quay lai", "huy", "tiep", "tiep tuc", "lam tiep", "ok", "oke", "okay"}
)
"""What people press: typed where there is no such button, it is no answer."""


def written(longest: int) -> Callable[[What], Value | Invalid]:
    """Letters or figures, up to `longest` characters; the word of a button is none."""

    def accept(what: What) -> Value | Invalid:
        text = what.text.strip() if isinstance(what, Text) else ""
        said = plain(text)
        if not said:
            return invalid("flow.words_wanted")
        if said in CONTROLS:
            return invalid("flow.no_such_button", said=text)
        if len(text) > longest:
            return invalid("flow.too_long", longest=longest, length=len(text))
        return text

    return accept


def words(longest: int, fewest: int = 1) -> Callable[[What], Value | Invalid]:
    """Free text up to `longest` characters with at least `fewest` words; figures alone are none."""

    def accept(what: What) -> Value | Invalid:
        text = written(longest)(what)
        if isinstance(text, str) and not any(character.isalpha() for character in text):
            return invalid("flow.words_wanted")
        if isinstance(text, str) and len(plain(text).split()) < fewest:
            return invalid("flow.too_short", fewest=fewest)
        return text

    return accept


def phone(what: What) -> Value | Invalid:
    """A Vietnamese number, typed or shared; a shared contact counts only if it is the sender's own."""
    if isinstance(what, Phone) and not what.own:
        return invalid("flow.phone_not_own")
    typed = what.number if isinstance(what, Phone) else what.text if isinstance(what, Text) else ""
    digits = re.sub(r"[\s.()-]", "", typed)
    local = re.sub(r"^(\+?84)(?=\d{9,10}$)", "0", digits)
    return local if re.fullmatch(r"0\d{9,10}", local) else invalid("flow.phone_wanted")


def one_of(values: Sequence[str]) -> Callable[[What], Value | Invalid]:
    """One of fixed values, by its own name when it is typed; a pressed button never comes here."""

    def accept(what: What) -> Value | Invalid:
        said = plain(what.text) if isinstance(what, Text) else ""
        named = [value for value in values if plain(value) == said]
        return named[0] if named else invalid("flow.choice_wanted")

    return accept
