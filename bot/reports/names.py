"""Names in people's texts: those that a case is known by, and those that follow a form of address."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.choices import plain

HIDDEN = "•••"

_SURNAMES = (
    "Âu|Bạch|Bùi|Cao|Châu|Chu|Cù|Đàm|Đặng|Đào|Đậu|Diệp|Đinh|Đoàn|Doãn|Đỗ|Dư|Dương|Giang|Giáp|Hà|Hàn|Hồ|Hoàng|Hứa|"
    "Huỳnh|Khổng|Khúc|Kiều|Kim|La|Lã|Lại|Lâm|Lê|Lò|Lương|Lưu|Lý|Mạc|Mai|Nghiêm|Ngô|Nguyễn|Ninh|Nông|Phạm|Phan|Phí|"
    "Phùng|Quách|Tạ|Tăng|Thạch|Thái|Thân|Tiêu|Tô|Tôn|Tống|Trần|Triệu|Trịnh|Trương|Từ|Văn|Vi|Võ|Vũ|Vương"
)
_CAPITALS = "".join(letter for letter in map(chr, range(0x1EFA)) if letter.isupper() and letter.isalpha())
_FULL = re.compile(rf"(?:{_SURNAMES})(?:\s+[{_CAPITALS}]\w*){{1,4}}")
_TITLE = re.compile(
    r"(?:^|\W)(?:ông|bà|anh|chị|cô|chú|bác|em|cháu|tên|là|gửi|tôi|chủ (?:hộ|quán|tiệm|cửa hàng)|đại diện)[:,]?\s+$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 20
_NUMBER = re.compile(r"\d+")
_FAMILIES = frozenset(plain(_SURNAMES.replace("|", " ")).split())
_CALLS = frozenset(("toi", "la", "ten", "em", "anh", "chi", "co", "chu", "bac", "ong", "ba", "minh", "chau", "gui"))
"""Behind these a single name is meant even in small letters."""

_KINDS = (
    "hộ kinh doanh cá thể hkd cửa hàng quán tiệm shop siêu thị đại lý công ty tnhh mtv một thành viên cổ phần cp htx "
    "hợp tác xã doanh nghiệp tư nhân dntn chi nhánh cơ sở sản xuất thương mại dịch vụ và tạp hóa ăn uống cơm phở bún "
    "cafe cà phê vật liệu xây dựng nhà nghỉ thuốc may mặc thời trang cắt tóc salon spa sửa xe rau quả thịt hoa tươi"
)
_GENERIC = frozenset(plain(_KINDS).split())
"""Words of what a business is, not of what it is called."""

Words = tuple[str, ...]


def without_titled(text: str) -> str:
    """Full names that follow a form of address, "bà Nguyễn Thị Lan", go; the form of address stays."""
    return _FULL.sub(lambda found: HIDDEN if _titled(text, found.start()) else found[0], text)


def _titled(text: str, start: int) -> bool:
    return _TITLE.search(text[max(0, start - _LONGEST_TITLE) : start]) is not None


@dataclass(frozen=True)
class Known:
    """What a case is known by: the name of the owner's chat, of the business, and where it is."""

    person: str = ""
    business: str = ""
    place: str = ""


def without_names(text: str, known: Known) -> str:
    """The text, which is composed (NFC), without these names: in any letters, with or without marks, however spaced.

    A place counts where it has a number: "chợ Mát" is what a case is about, "12 ngõ 5 Chợ Mát" is somebody's address.
    """
    letters = _letters(text)
    named = (*_of_business(known.business), *_of_person(known.person), *_of_place(known.place, text))
    near = [words for words in named if (ends := _ends(words))[0] in letters and ends[1] in letters]
    if not near:  # nearly always so, and looking closer takes ten times as long
        return text
    bare = folded(text)
    for words in near:
        text, bare = _without(text, bare, words)
    return text


def _letters(text: str) -> bytes:
    """The plain letters alone: what is not in these is not in the folded text."""
    apart = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return apart.encode("ascii", "ignore").lower()


@lru_cache(maxsize=2048)
def _ends(words: Words) -> tuple[bytes, bytes]:
    """The first and the last word, by their letters."""
    return _letters(words[0]), _letters(words[-1])


@lru_cache(maxsize=2048)
def _of_person(name: str) -> Sequence[Words]:
    """The whole name, its last two words, and the given name by itself."""
    words = tuple(plain(name).split())
    if len(words) <= 1:
        return (words,) if words and len(words[0]) > 1 else ()
    given = words[0] if words[-1] in _FAMILIES else words[-1]
    return (words, *([words[-2:]] if len(words) > 2 else []), (given,))


@lru_cache(maxsize=2048)
def _of_business(name: str) -> Sequence[Words]:
    """The whole name, and what is left of it without "cửa hàng", "công ty"."""
    words = tuple(plain(name).split())
    first = next((at for at, word in enumerate(words) if word not in _GENERIC), len(words))
    own = words[first:]
    return tuple(each for each in dict.fromkeys((words, own)) if len("".join(each)) > 1)


def _of_place(place: str, text: str) -> Sequence[Words]:
    """The words of a place whose number stands in the text as well."""
    number = _NUMBER.search(place)
    if number is None or number[0] not in text:
        return ()
    words = tuple(plain(place).split())
    return (words,) if len(words) > 1 else ()


@lru_cache(maxsize=1024)
def _pattern(words: Words) -> re.Pattern[str]:
    spaced = r"[\W_]{0,3}".join(map(re.escape, words))
    return re.compile(rf"{spaced}(?!\w)")


def _without(text: str, bare: str, words: Words) -> tuple[str, str]:
    """The text and its folded form without these words."""
    found = [hit for hit in _pattern(words).finditer(bare) if not bare[max(0, hit.start() - 1) : hit.start()].isalnum()]
    hits = [hit for hit in found if len(words) > 1 or _is_meant(text, bare, hit.start())]
    starts, ends = [0, *(hit.end() for hit in hits)], [*(hit.start() for hit in hits), len(text)]
    kept = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
    return HIDDEN.join(text[part] for part in kept), HIDDEN.join(bare[part] for part in kept)


def _is_meant(text: str, bare: str, start: int) -> bool:
    """Whether one word is a name here, not "lan" in "tràn lan": by its capital letter, or by how it is called."""
    before = bare[max(0, start - _LONGEST_TITLE) : start].split()
    return text[start].isupper() or (bool(before) and before[-1] in _CALLS)


def _folding() -> dict[int, str]:
    """Each letter to the plain one, one to one, so that places in both texts are the same."""
    letters = (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1EA0, 0x1EFA))
    plainly = {code: chr(code).replace("đ", "d").replace("Đ", "D") for code in letters}
    return {code: unicodedata.normalize("NFKD", letter)[0].lower()[0] for code, letter in plainly.items()}


_FOLDING = _folding()


def folded(text: str) -> str:
    """Small letters without marks, as long as the text, which is composed (NFC)."""
    return text.translate(_FOLDING)
