"""Numbers that name a person, taken out of what is kept for statistics."""

import re

LONG_NUMBER = re.compile(r"(?<!\d)(?:\d[ .-]?){8,11}\d(?!\d)")


def masked(text: str) -> str:
    """Numbers of 9 to 12 digits, such as phones and identity numbers, keep only their last three digits."""
    return LONG_NUMBER.sub(lambda number: "•••" + re.sub(r"\D", "", number[0])[-3:], text)
