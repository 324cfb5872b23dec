"""Taking the numbers and addresses out of people's texts that say who they are; it errs towards taking out too much.

What is kept of numbers: dates, spans of years, the codes of our own cases, numbers of documents ("100/2026/NĐ-CP"),
and amounts of money: in groups of three with dots or commas and either a unit behind them ("1.500.000.000 đồng") or
"000" at their end; in one run with both. Other numbers of seven or more digits go, however they are grouped.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.reports.names import HIDDEN, Known, without_names, without_titled

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_GAP = rf"(?:[\s.\-_·()+*~{_INVISIBLE}\u2010-\u2015]{{0,4}}|(?<=\d\d\d)[,/;:|\\][ {_INVISIBLE}]?(?=\d\d\d))"
_UNIT = r"(?:đồng(?! (?:chí|chủ|sở))|vnđ|vnd|dong|đ(?![/\w])|₫)"
_FIRST, _LAST = r"(?<!\d)(?<!\d[.\-/ ])", r"(?![.\-/ ]?\d)"
_KEPT = "|".join(
    (
        # 01/12/2026, 2026-12-01, 2021-2025; none of them as a part of a longer number
        rf"{_FIRST}(?:0?[1-9]|[12]\d|3[01])(?P<dot>[./-])(?:0?[1-9]|1[0-2])(?P=dot)(?:19|20)\d\d{_LAST}",
        rf"{_FIRST}(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_LAST}",
        rf"{_FIRST}(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d{_LAST}",
        # 100/2026/NĐ-CP, 2831/QĐ-UBND
        r"(?<![\d./-])\d{1,5}/(?:(?:19|20)\d\d/)?(?=[A-ZĐ]{2})",
        # 1.500.000.000 đồng; 15.000.000; 1500000 đồng
        rf"(?<![\d.,])[1-9]\d{{0,2}}(?P<point>[.,])\d{{3}}(?:(?P=point)\d{{3}})*\s?{_UNIT}",
        r"(?<![\d.,])(?!84[.,])[1-9]\d{0,2}(?P<comma>[.,])(?:\d{3}(?P=comma))*000(?![.,]?\d)",
        rf"(?<![\d.,])[1-9]\d{{0,9}}000\s?{_UNIT}",
    )
)
_CODE = r"\b{prefix}-20\d\d-(?:HS-)?\d{{2,6}}(?!\d)"
_NUMBER = rf"(?<!\d)[(+]?\d(?:{_GAP}\d){{6,}}"
_ADDRESS = re.compile(r"[\w.+\-]+(?:@[\w\-]+(?:\.[\w\-]+)*|\s?@\s?[\w\-]+(?:\.[\w\-]+)+)|(?<!\w)@\w{3,}")
_LINK = re.compile(
    r"(?:https?://|www\.)(?![\w.-]+\.gov\.vn(?:[/\s]|$))\S+"
    r"|\b(?:[\w-]+\.)*(?:facebook|fb|zalo|tiktok|shopee|lazada|instagram|youtube|t)\.(?:com|me|vn)/\S+",
    re.IGNORECASE,
)
_BETWEEN = " \x00\x00\x00\x00\x00\x00 "
"""Between two texts; wider than any gap in a number or a name, so that none reaches over it."""

_DIGITS = re.compile(r"\d(?:\D{0,4}\d){6}")
"""What is in every text with a long number."""


@lru_cache(maxsize=8)
def _numbers(prefix: str) -> re.Pattern[str]:
    code = _CODE.format(prefix=re.escape(prefix))
    return re.compile(rf"(?P<kept>{code}|{_KEPT})|{_NUMBER}", re.IGNORECASE)


def without_numbers(text: str, prefix: str = "VH") -> str:
    """Phones, identity and tax numbers, accounts, e-mail addresses and links go; `prefix` is that of our own codes."""
    if "/" in text or "www." in text:
        text = _LINK.sub(HIDDEN, text)
    if "@" in text:
        text = _ADDRESS.sub(HIDDEN, text)
    if not _DIGITS.search(text):
        return text
    return _numbers(prefix).sub(lambda found: HIDDEN if found["kept"] is None else found[0], text)


def masked(texts: Sequence[str], known: Known, prefix: str = "VH") -> Sequence[str]:
    """Texts of one case without what says who they are about: numbers, addresses, full names, and these names.

    They are gone through as one text, which takes half the time.
    """
    joined = _BETWEEN.join(texts)
    if joined.count("\x00") != _BETWEEN.count("\x00") * (len(texts) - 1):
        joined = _BETWEEN.join(text.replace("\x00", "\ufffd") for text in texts)
    composed = unicodedata.normalize("NFC", joined)
    return without_names(without_titled(without_numbers(composed, prefix)), known).split(_BETWEEN)
