"""Taking the numbers and addresses out of people's texts that say who they are; it errs towards taking out too much.

What is kept of numbers: dates, spans of years, the codes of our own cases, numbers of documents ("100/2026/NĐ-CP"),
and amounts of money: in groups of three with dots or commas and either a unit behind them ("1.500.000.000 đồng") or
"000" at their end; in one run with both. Other numbers of seven or more digits go, however they are grouped.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from bot.reports.exports.names import CAPITALS, HIDDEN, Known, covered, folded, without_names, without_titled, words_of

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_GAP = rf"(?:[\s.\-_·()+*~{_INVISIBLE}\u2010-\u2015]{{0,4}}|(?<=\d\d\d)[,/;:|\\][ {_INVISIBLE}]?(?=\d\d\d))"
_UNIT = r"(?:đồng(?! (?:chí|chủ|sở))|vnđ|vnd|dong|đ(?![/\w])|₫)"
_FIRST, _LAST = r"(?<!\d)(?<!\d[.\-/ ])", r"(?![.\-/ ]?\d)"
_SUM = rf"[1-9]\d{{0,2}}(?:(?:\.\d{{3}})+|(?:,\d{{3}})+)(?:\s?{_UNIT}|(?<=000)(?![.,]?\d))"
_OR_SUM = rf"(?:{_LAST}|(?<=/\d\d\d\d)(?= (?!84[.,]){_SUM}))"
"""Behind a date there may be an amount, 1/2/2026 1.500.000đ."""
_KEPT = "|".join(
    (
        # 01/12/2026, 2026-12-01, 2021-2025; none of them as a part of a longer number
        rf"{_FIRST}(?:0?[1-9]|[12]\d|3[01])(?P<dot>[./-])(?:0?[1-9]|1[0-2])(?P=dot)(?:19|20)\d\d{_OR_SUM}",
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
_AT = r"[(\[]\s?(?:a|at|a còng)\s?[)\]]"
_ADDRESS = re.compile(
    rf"(?<![\w.+\-])[\w.+\-]+(?:@[\w\-]+(?:\.[\w\-]+)*|\s?(?:@|{_AT})\s?[\w\-]+(?:\s?\.[\w\-]+)+)|(?<!\w)@\w{{3,}}",
    re.IGNORECASE,
)
_AT_HINT = re.compile(f"@|{_AT}", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?://|www\.)(?![\w.-]{1,100}\.gov\.vn(?:[/\s]|$))\S+"
    r"|\b(?:[\w-]{1,40}+\.){0,3}(?:facebook|fb|zalo|tiktok|shopee|lazada|instagram|youtube|t)\.(?:com|me|vn)/\S+",
    re.IGNORECASE,
)
"""Bounded repeats: without them long rows of "a." cost the square of their length."""
_LINK_HINT = re.compile(r"[/wW][/.]|[mMeEnN]/\S")
_PLATE = re.compile(
    r"\d(?<!\w\d)\d(?:[- ]?[A-Z]|-?[a-z])[A-Za-z\d]?(?:[- .]{0,2}\d{3}\.?\d\d|(?:-|(?<=[A-Z]\d) )?\d{4})(?!\d|/)"
)
"""34A-123.45, 34B1 12345, 29-H1 2345"""

_HOUSE = r"\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){0,3}(?![\w/])"
_WAY = r"(?i:đường|phố|chợ|ngõ|ngách|hẻm|lô|duong|pho|ngo|ngach|hem)"
_CALLED = rf"[{CAPITALS}]\w*(?:\s{{1,3}}[{CAPITALS}]\w*){{0,4}}"
_NEXT = r"[\s,]{1,3}"
_SPOT = re.compile(
    rf"\d(?<![\w/\-]\d)(?<!\d[.,]\d)(?:\d{{0,3}}[A-Za-z]?(?P<slashed>/\d{{1,4}}[A-Za-z]?){{0,3}}(?![\w/]))"
    rf"(?P<inner>(?:{_NEXT}{_WAY}\s{{0,2}}{_HOUSE}){{0,3}})"
    rf"(?P<called>(?:{_NEXT}(?P<way>{_WAY}\s{{1,2}})?{_CALLED}){{0,2}})"
)
_STALL = r"kiốt|ki-ốt|ki ốt|kiot|ki-ot|số nhà|nhà số|so nha|nha so"
_LEADS = re.compile(
    rf"(?<!\w)(?:(?P<sure>(?:{_STALL})(?: số)?)|số|so|ngõ|ngo|ngách|ngach|hẻm|hem)[\s:]{{0,2}}$", re.IGNORECASE
)
_LONGEST_LEAD = 14
_ELSE = words_of(
    "dinh van bao luat phieu to pho khu quyet lenh don tu thong cong ngay hom den toi sang chieu thang mau so"
)
_BETWEEN = " \x00\x00\x00\x00\x00\x00 "
"""Between two texts; wider than any gap in a number or a name, so that none reaches over it."""

_DIGITS = re.compile(r"\d(?:\D{0,4}\d){6}")
"""What is in every text with a long number."""


@lru_cache(maxsize=8)
def _numbers(prefix: str) -> re.Pattern[str]:
    begins = rf"(?=[\d(+{re.escape(prefix[:1])}])"  # at most letters this spares trying everything that follows
    code = _CODE.format(prefix=re.escape(prefix))
    return re.compile(rf"{begins}(?:(?P<kept>{code}|{_KEPT})|{_NUMBER})", re.IGNORECASE)


def without_numbers(text: str, prefix: str = "VH") -> str:
    """Phones, identity and tax numbers, accounts, e-mail addresses and links go; `prefix` is that of our own codes."""
    if _LINK_HINT.search(text):
        text = _LINK.sub(HIDDEN, text)
    if _AT_HINT.search(text):
        text = _ADDRESS.sub(HIDDEN, text)
    if not _DIGITS.search(text):
        return text
    return _numbers(prefix).sub(lambda found: HIDDEN if found["kept"] is None else found[0], text)


def without_spots(text: str) -> str:
    """Houses and stalls go, "số 5 Lê Lợi", "12/5 chợ Mát", "kiốt 7", and licence plates; streets by themselves stay."""
    text = _PLATE.sub(HIDDEN, text)
    return covered(text, [span for spot in _SPOT.finditer(text) for span in _spot(text, spot)])


def _spot(text: str, spot: re.Match[str]) -> Sequence[tuple[int, int]]:
    start = spot.start()
    lead = _LEADS.search(text, max(0, start - _LONGEST_LEAD), start)
    if lead is not None and lead["sure"] is not None:
        return [(lead.start(), spot.end())]
    if not spot["called"]:
        return []
    first = start if lead is None else lead.start()
    return [(first, spot.end())] if _is_house(spot, led=lead is not None) and not _is_else(text, first) else []


def _is_house(spot: re.Match[str], *, led: bool) -> bool:
    named = spot["way"] is not None or spot["inner"] != ""
    return led or named or (spot["slashed"] is not None and len(spot["called"].split()) > 1)


def _is_else(text: str, start: int) -> bool:
    """Whether the word before says that it is a document, a date or a neighbourhood."""
    before = folded(text[max(0, start - _LONGEST_LEAD) : start]).split()
    return bool(before) and before[-1] in _ELSE


def masked(texts: Sequence[str], known: Known, prefix: str = "VH") -> Sequence[str]:
    """Texts of one case without what says who they are about: numbers, addresses, full names, and these names.

    They are gone through as one text, which takes half the time.
    """
    joined = _BETWEEN.join(texts)
    if joined.count("\x00") != _BETWEEN.count("\x00") * (len(texts) - 1):
        joined = _BETWEEN.join(text.replace("\x00", "\ufffd") for text in texts)
    composed = unicodedata.normalize("NFC", joined)
    return without_names(without_titled(without_spots(without_numbers(composed, prefix))), known).split(_BETWEEN)
