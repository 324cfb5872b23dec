"""Text of people made fit for a file's format: what the format forbids is replaced, what is too long is shortened."""

import re

REPLACEMENT = "\ufffd"

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids (its production 2, Char) but for CR, which is dealt with before."""

LONGEST_CELL = 32_767
"""UTF-16 units in a cell, "Excel specifications and limits"; an emoji is two of them."""

MOST_BREAKS = 253
"""Line breaks in a cell, the same page."""


def permitted(text: str) -> str:
    """The text with line feeds for line ends, and U+FFFD for what XML forbids and for halves of characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return FORBIDDEN.sub(REPLACEMENT, text)


def for_cell(text: str, mark: str) -> str:
    """The text as a cell of Excel takes it; `mark` is put at the end of what had to be shortened."""
    text = permitted(text)
    if len(text) <= MOST_BREAKS:
        return text
    return _shortened(_few_breaks(text), mark)


def one_line(text: str) -> str:
    """The text without line breaks and tabs."""
    return " ".join(permitted(text).split())


def units(text: str) -> int:
    """How many UTF-16 units the text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _few_breaks(text: str) -> str:
    if text.count("\n") <= MOST_BREAKS:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[:MOST_BREAKS], " ".join(lines[MOST_BREAKS:])])


def _shortened(text: str, mark: str) -> str:
    if len(text) <= LONGEST_CELL // 2 or units(text) <= LONGEST_CELL:
        return text
    room = 2 * max(0, LONGEST_CELL - units(mark))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + mark
