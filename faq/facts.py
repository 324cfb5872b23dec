"""The numbers, addresses and documents of a text, as they must not be lost from an answer."""

import re

DOCUMENT = re.compile(r"\d+(?:\.\d+)?/(?:\d{4}/)?[A-ZĐ][\w-]*[A-ZĐ\d]\d*\b")
ADDRESS = re.compile(r"\b(?:[\w-]+\.)+(?:vn|com|org|net)\b")
NUMBER = re.compile(r"\d[\d./,:%]*")
ENUMERATION = re.compile(r"\bB\d\b|\(\d\)|\[[^\]]*phường điền[^\]]*\]")


def documents(text: str) -> set[str]:
    """Numbers of laws and decisions, such as 118/2025/NĐ-CP."""
    return set(DOCUMENT.findall(text))


def figures(text: str) -> set[str]:
    """Numbers, dates, amounts, phones and web addresses; documents and mere enumeration left out."""
    plain = ENUMERATION.sub(" ", DOCUMENT.sub(" ", text))
    numbers = {number.rstrip(".,:/") for number in NUMBER.findall(plain)}
    return numbers | set(ADDRESS.findall(plain))
