"""Answers typed instead of pressed: the number of a choice, its label, or its label without diacritics."""

import re
import unicodedata
from collections.abc import Sequence

from bot.core.replies import Button

ASCII = frozenset(map(chr, range(128)))
MARKS = frozenset(map(chr, (*range(0x300, 0x34F), *range(0x350, 0x370))))
"""What Vietnamese letters leave behind when they are taken apart; U+034F is no mark."""
SIMPLE = ASCII | MARKS
SPACED = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)


def plain(text: str) -> str:
    """Lower case, no diacritics, no punctuation or emoji, single spaces: how a label is compared."""
    apart = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).casefold()
    if SIMPLE.issuperset(apart):  # nearly always so, and many times as fast as letter by letter
        return " ".join(apart.encode("ascii", "ignore").translate(SPACED).decode().split())
    kept = (character if character.isalnum() else " " for character in apart if not unicodedata.combining(character))
    return " ".join("".join(kept).split())


def chosen(text: str, buttons: Sequence[Button], *, numbered: bool) -> Button | None:
    """The one button that the text names; None where it names none or several.

    Numbers count from 1 and are understood only where the channel showed them.
    """
    pressable = [button for button in buttons if not button.url]
    number = re.fullmatch(r"\s*(\d{1,3})\s*[.)]?\s*", text)
    if numbered and number:
        at = int(number[1]) - 1
        return pressable[at] if 0 <= at < len(pressable) else None
    said, shown = plain(text), text.strip()
    named = [button for button in pressable if said and plain(button.label) == said]
    if shown and not said:  # an emoji alone stands for the label that begins with it
        named = [button for button in pressable if button.label.startswith(shown)]
    return named[0] if len(named) == 1 else None
