"""Answer parsers for dialogues: each turns what came into a value, or into the sentence that says why not."""

import re
from collections.abc import Callable, Sequence

from bot.core.choices import plain
from bot.core.events import Phone, Text, What
from bot.core.flow import Invalid, Value, invalid


def words(longest: int) -> Callable[[What], Value | Invalid]:
    """Free text of 1 to `longest` characters."""

    def accept(what: What) -> Value | Invalid:
        if not isinstance(what, Text) or not what.text.strip():
            return invalid("flow.words_wanted")
        text = what.text.strip()
        if len(text) > longest:
            return invalid("flow.too_long", longest=longest, length=len(text))
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
