"""Answers with the ward's own values filled in; a clause whose value is missing is dropped."""

import re
from collections.abc import Mapping

CLAUSE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = ("center_address", "center_phone", "opening_hours", "reception_days", "tax_office", "police_phone")


def placeholders(text: str) -> list[str]:
    """The names that a text wants filled in, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def render(text: str, values: Mapping[str, str]) -> str:
    """`text` with every `[[ … {name} … ]]` clause filled in, or dropped whole when one of its values is empty."""
    filled = CLAUSE.sub(lambda clause: _clause(clause[1], values), text)
    return _tidied(filled)


def _clause(clause: str, values: Mapping[str, str]) -> str:
    if all(values.get(name) for name in PLACEHOLDER.findall(clause)):
        return PLACEHOLDER.sub(lambda name: values[name[1]], clause)
    return ""


def _tidied(text: str) -> str:
    single = re.sub(r"(?<=\S)[ \t]{2,}", " ", text)
    # Only before punctuation that ends something: a word such as ".gov.vn" begins with its dot.
    joined = re.sub(r"[ \t]+(?=[,.;:!?)](?:\s|$)|\n|$)", "", single)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()
