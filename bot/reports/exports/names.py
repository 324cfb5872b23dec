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
CAPITALS = "".join(letter for letter in map(chr, range(0x1EFA)) if letter.isupper() and letter.isalpha())


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written in one string."""
    return frozenset(text.split())


_RUN = re.compile(rf"[{CAPITALS}](?<!\w\w)\w*(?:\s{{1,3}}(?:[{CAPITALS}]\w*|(?:văn|thị|van|thi)(?=\s)))+")
_BEFORE = re.compile(r"(\w+)\.?([\s:,(\"“]+)$")
_WORD = re.compile(r"\w+")
_TITLES = words_of("ông ong bà ba anh chị chi cô co chú chu bác bac em cháu chau")
"""Behind these any two capitalised words are a name."""
_HERALDS = words_of("tên ten là la gửi gui tôi toi của cua hộ quán tiệm hàng hang diện dien vợ chồng trai gái xóm tịch")
"""Behind these a surname and one word more are a name."""
_PLACES = words_of(
    "đường duong phố pho ngõ ngách hẻm sông cầu chợ trường tiểu học thcs thpt viện viên phường phuong xã quận huyện "
    "tỉnh tp khu kcn thôn làng đền chùa lăng tượng tưởng quỹ giải ubnd ty tnhh phần đoàn"
)
"""Behind these a name is that of a street or an organisation."""
_OFFICES = words_of("con chủ chu giám trưởng phó bí cán phòng ban ủy uỷ ubnd công trung")
_EXACT = frozenset(_SURNAMES.lower().split("|"))
_SURE = words_of(
    "nguyễn nguyen trần tran lê le phạm pham huỳnh huynh hoàng hoang phan vũ võ đặng bùi bui đỗ ngô đinh trịnh trinh "
    "nghiêm quách doãn phùng"
)
"""Surnames that are hardly ever another word, written in full or, the last few left out, without marks."""
_BETWEEN_NAMES = words_of("van thi duc minh huu ngoc xuan quang dinh thanh")
_PLAIN_MIDDLE = frozenset(("văn", "van", "thị", "thi"))
_PHRASES = frozenset(("hồ chí", "ho chi", "đoàn thanh", "doan thanh", "văn minh", "van minh"))
_LONGEST_TITLE = 20
_NUMBER = re.compile(r"\d+")
_FAMILIES = frozenset(plain(_SURNAMES.replace("|", " ")).split())
_ANY_FAMILY = "|".join(sorted(_FAMILIES))
_MIDDLES = "|".join(sorted(_BETWEEN_NAMES))
_GOES_ON = "o|bi|da|la|va|co|thi|mo|ban|xa|do|lan|noi|bao|cung|khong|tai|so|nha|day|dang|vua|hay|de|gui|can|nay|a|ho"
_SMALL = re.compile(
    r"(?<!\w)(?:(?P<title>ong|ba|anh|chi|co|chu|bac|em|chau|ten|la|toi)[\s:,(]{1,3})?"
    rf"(?P<name>(?P<family>{_ANY_FAMILY})\s{{1,3}}(?P<middle>(?P<lady>thi)|{_MIDDLES}|(?<=nguyen )\w+)\s{{1,3}}\w+"
    rf"(?(lady)(?:\s{{1,3}}(?!(?:{_GOES_ON})\b)\w+)?))"
)
"""In folded text."""
_MIDDLE = re.compile(rf"(?<=\s)(?:{_MIDDLES})\s".encode())
_PLAIN_FAMILIES = frozenset(family.encode() for family in _FAMILIES)
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


Spans = Sequence[tuple[int, int]]


def without_titled(text: str) -> str:
    """The text, which is composed (NFC), without full names; the form of address before them stays.

    A name is a surname with two capitalised words behind it, "hàng xóm Lê Văn Tám", or any two of them behind "ông",
    "bà"; in small letters, with or without marks, a surname and a usual middle name: "ong nguyen van tam".
    """
    text = covered(text, [span for run in _RUN.finditer(text) for span in _in_run(text, run)])
    if not _may_hold_small(_letters(text)):
        return text
    return covered(text, [span for hit in _SMALL.finditer(folded(text)) for span in _in_small(text, hit)])


def _may_hold_small(letters: bytes) -> bool:
    """Whether a surname stands before a usual middle name; seldom so, and looking closer takes ten times as long."""
    before = (letters[max(0, hit.start() - 12) : hit.start()].split() for hit in _MIDDLE.finditer(letters))
    return b"nguyen" in letters or any(words and words[-1].lstrip(b"(,.:;-/") in _PLAIN_FAMILIES for words in before)


def covered(text: str, spans: Spans) -> str:
    """The text with these parts, in their order and apart, hidden."""
    if not spans:
        return text
    starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)]
    return HIDDEN.join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _in_run(text: str, run: re.Match[str]) -> Spans:
    start = run.start()
    return [(start + first, start + last) for first, last in _names_in(run[0], _called(text, start))]


def _called(text: str, start: int) -> str:
    """The word before, in small letters; a place only where nothing stands between, "ở phố, Lê Văn Tám ..."."""
    before = _BEFORE.search(text, max(0, start - _LONGEST_TITLE), start)
    if before is None:
        return ""
    word = before[1].lower()
    return "" if word in _PLACES and not before[2].isspace() else word


@lru_cache(maxsize=4096)
def _names_in(run: str, called: str) -> Spans:
    """Where names stand in capitalised words in a row, `called` being the word before them."""
    found = list(_WORD.finditer(run))
    words, spans, at = [word[0].lower() for word in found], [], 0
    while at < len(words) - 1:
        if called in _PLACES:
            break
        length = _length(called, words[at : at + 5], run.isupper())
        if length:
            spans.append((found[at].start(), found[at + length - 1].end()))
        at += length or 1
        called = words[at - 1]
    return spans


def _length(called: str, words: Sequence[str], shouted: bool) -> int:
    """Of how many of the words a name at their beginning consists; 0 where there is none."""
    middle = folded(words[1])
    if " ".join(words[:2]) in _PHRASES or not _is_name(called, words, middle, shouted):
        return 0
    return min(len(words), (3 if middle == "van" else 4) if shouted else 5)


def _is_name(called: str, words: Sequence[str], middle: str, shouted: bool) -> bool:
    family = _is_family(words[0], middle)
    if called in _TITLES:
        strange = words[0] in _TITLES or words[0] in _OFFICES or (shouted and middle not in _BETWEEN_NAMES)
        return family or not strange
    if called in _HERALDS and family and not shouted:
        return True
    return family and len(words) > 2 and (words[0] in _SURE or middle in _BETWEEN_NAMES)


def _is_family(word: str, middle: str) -> bool:
    """Whether it is a surname, with its marks or with none; with wrong ones before "văn" and "thị"."""
    plainly = folded(word)
    return plainly in _FAMILIES and (word in _EXACT or word == plainly or middle in {"van", "thi"})


def _in_small(text: str, hit: re.Match[str]) -> Spans:
    family, middle = (text[slice(*hit.span(part))].lower() for part in ("family", "middle"))
    exact = family in _EXACT or family == hit["family"]
    if hit["title"] is None:
        street = _called(text, hit.start("name")) in _PLACES
        meant = not street and family in _SURE and middle in _PLAIN_MIDDLE
    else:
        meant = exact or (hit["middle"] in {"van", "thi"} and middle in _PLAIN_MIDDLE and family not in _HERALDS)
    return [hit.span("name")] if meant else []


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
