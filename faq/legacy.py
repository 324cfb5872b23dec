"""Recognises text typed with the old TCVN3 (ABC) or VNI fonts, which arrives as other letters."""

import re
import unicodedata

from faq.fold import strip_marks
from faq.syllables import is_syllable

# The byte of each letter in TCVN3, read as Latin-1, in the order of LETTERS.
LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
TCVN3 = (
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢§£¤¥¦"
)  # fmt: skip
FROM_TCVN3 = str.maketrans(TCVN3, LETTERS)
# VNI writes the letter, then its mark as a second letter; đ, ư, ơ and some i and y are single ones.
VNI_MARKED = {
    "a": {"ø": "à", "ù": "á", "û": "ả", "õ": "ã", "ï": "ạ", "ê": "ă", "è": "ằ", "é": "ắ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ",
          "â": "â", "à": "ầ", "á": "ấ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"},
    "e": {"ø": "è", "ù": "é", "û": "ẻ", "õ": "ẽ", "ï": "ẹ", "â": "ê", "à": "ề", "á": "ế", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"ø": "ò", "ù": "ó", "û": "ỏ", "õ": "õ", "ï": "ọ", "â": "ô", "à": "ồ", "á": "ố", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
    "u": {"ø": "ù", "ù": "ú", "û": "ủ", "õ": "ũ", "ï": "ụ"},
    "y": {"ø": "ỳ", "ù": "ý", "û": "ỷ", "õ": "ỹ"},
    "ô": {"ø": "ờ", "ù": "ớ", "û": "ở", "õ": "ỡ", "ï": "ợ"},
    "ö": {"ø": "ừ", "ù": "ứ", "û": "ử", "õ": "ữ", "ï": "ự"},
}  # fmt: skip
VNI_SINGLE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
VNI_PAIR = re.compile(r"([aeouyôö])([øùûõïêèéúüëâàáåãä])")
VIETNAMESE = frozenset("abcdefghijklmnopqrstuvwxyz" + LETTERS.lower())
WORD = re.compile(r"[^\s,.;:!?()\"'/0-9]+")
NEVER_NEIGHBOURS = re.compile("[aeo]â")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
ENOUGH = 2
SHARE = 0.2
SHORTEST_ALONE = 3


def is_legacy_encoding(text: str) -> bool:
    """Whether the text reads as Vietnamese only when its letters are taken for TCVN3 or VNI codes."""
    words = [word for word in WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii() and len(word) > 1]
    coded = [word for word in words if not _vietnamese(word)]
    return any(_convincing([word for word in coded if _reads(word, decode(word))], coded, words) for decode in DECODERS)


def _reads(word: str, decoded: str) -> bool:
    """Whether decoding changed a word and made it Vietnamese."""
    return decoded.lower() != word.lower() and _vietnamese(decoded.lower())


def _convincing(read: list[str], coded: list[str], words: list[str]) -> bool:
    """Whether enough was made readable; a single word convinces only if it is long and all there is."""
    if len(read) >= ENOUGH:
        return len(read) >= SHARE * len(words) and 2 * len(read) > len(coded)
    return len(read) == len(words) == 1 and len(read[0]) >= SHORTEST_ALONE


def _vietnamese(word: str) -> bool:
    """Whether a word as it stands is a Vietnamese syllable: one tone at most, no capitals inside."""
    lower = word.lower()
    if word not in {lower, word.upper(), word.title()}:
        return False
    tones = sum(letter in TONES for letter in unicodedata.normalize("NFD", lower))
    if tones > 1 or not set(lower) <= VIETNAMESE or NEVER_NEIGHBOURS.search(_without_tones(lower)):
        return False
    return is_syllable(strip_marks(lower))


def _without_tones(word: str) -> str:
    parts = (letter for letter in unicodedata.normalize("NFD", word) if letter not in TONES)
    return unicodedata.normalize("NFC", "".join(parts))


def _from_tcvn3(word: str) -> str:
    return word.translate(FROM_TCVN3)


def _from_vni(word: str) -> str:
    """The Unicode spelling of a word in VNI codes."""
    lower = word.lower()
    paired = VNI_PAIR.split(lower)
    # split gives the text between pairs, then the two letters of each pair, over and over
    spelt = "".join(_single(text) for text in paired[0::3][:1])
    for base, mark, rest in zip(paired[1::3], paired[2::3], paired[3::3], strict=True):
        spelt += VNI_MARKED[base].get(mark, base + mark) + _single(rest)
    return spelt


def _single(text: str) -> str:
    return "".join(VNI_SINGLE.get(letter, letter) for letter in text)


DECODERS = (_from_tcvn3, _from_vni)
