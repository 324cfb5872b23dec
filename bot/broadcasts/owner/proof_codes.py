"""The code that proves an announcement, wherever it stands in what people type or pass on; pure."""

import re
import unicodedata

from bot.people.codes import ALPHABET, normalised

LINK = "xm"
"""The payload of a deep link to the proof of an announcement is this, an underscore and the code."""

CODE = r"[0-9A-Za-z]{4}[ \-–]?[0-9A-Za-z]{4}(?![0-9A-Za-z])"
BARE = re.compile(rf"\s*({CODE})\s*[.!?]*\s*")
PRINTED = re.compile(rf"ma\s+xac\s+minh\s*(?::|la\b)?\s*({CODE})", re.IGNORECASE)
LINKED = re.compile(rf"\b{LINK}_([0-9A-Za-z]{{8}})(?![0-9A-Za-z])", re.IGNORECASE)
ASKED = re.compile(
    r"\s*(?:xac minh|kiem tra|ma xac minh|xm)(?: ma| thong bao| ma thong bao| tin)?\s*[:#]?\s*"
    rf"({CODE}|[0-9A-Za-z]{{5,12}})\s*[.!?]*\s*",
    re.IGNORECASE,
)


def asked_for(text: str) -> str:
    """The code of a message that is nothing but a code, or the words that ask about one and a code; else empty."""
    folded = _folded(text)
    alone, asked = BARE.fullmatch(folded), ASKED.fullmatch(folded)
    if alone and _is_like_one(alone[1]) and set(normalised(alone[1])) <= set(ALPHABET):
        return normalised(alone[1])
    return normalised(asked[1]) if asked and _is_like_one(asked[1]) else ""


def printed_in(text: str) -> str:
    """The code that stands in a longer text, behind the words that we print before it or in a link; else empty."""
    folded = _folded(text)
    found = [each[1] for pattern in (PRINTED, LINKED) for each in pattern.finditer(folded)]
    return next((normalised(code) for code in found if _is_like_one(code) or code.isdecimal()), "")


def _is_like_one(code: str) -> bool:
    """Words have no figures; a code that has none is recognised in capitals, a number alone is none."""
    return not code.isdecimal() and (any(map(str.isdecimal, code)) or set(re.sub(r"[ \-–]", "", code)) <= set(ALPHABET))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if unicodedata.category(letter) not in {"Mn", "Cf"})
