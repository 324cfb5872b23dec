"""Letters in pixels: how wide a text is, where it breaks, which of its letters the font has."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILY = "DejaVu Sans"
FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
MORE = "…"


@cache
def _font(bold: bool) -> FT2Font:
    return FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / FILES[bold]))


EM = 1000


@cache
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves the next one on, in thousandths of its size."""
    font = _font(bold)
    font.set_size(EM, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels wide one line of the text is, in letters of so many pixels.

    Letter by letter, each measured once: asking the font for every line takes longer than drawing it. What it draws
    is no wider, because it only moves pairs of letters closer together.
    """
    return sum(_advance(letter, bold) for letter in text) * size / EM


def drawable(text: str) -> str:
    """The text in one line and in letters that the font has: what is not there would be drawn as an empty box."""
    known = _font(bold=False)
    whole = " ".join(unicodedata.normalize("NFC", text).split())
    kept = (letter for letter in whole if unicodedata.category(letter)[0] != "C" and known.get_char_index(ord(letter)))
    return " ".join("".join(kept).split())


def wrapped(text: str, size: float, room: float, *, lines: int = 2, bold: bool = False) -> list[str]:
    """The text in lines of at most `room` pixels; what needs more lines than that ends with "…"."""
    found = list(_lines(drawable(text), size, room, bold=bold))
    if len(found) <= lines:
        return found
    last = found[lines - 1]
    while last and width(last + MORE, size, bold=bold) > room:
        last = last[:-1]
    return [*found[: lines - 1], last.rstrip(" ,.;:") + MORE]


def _lines(text: str, size: float, room: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in _pieces(text, size, room, bold=bold):
        longer = f"{line} {word}".strip()
        if width(longer, size, bold=bold) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(text: str, size: float, room: float, *, bold: bool) -> Iterator[str]:
    """The words; one that no line can hold is cut."""
    for word in text.split(" "):
        piece = ""
        for letter in word:
            if piece and width(piece + letter, size, bold=bold) > room:
                yield piece
                piece = ""
            piece += letter
        yield piece
