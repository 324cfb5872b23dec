"""Whether a message says what an announcement says, sentence by sentence; pure.

White space, case, the marks of Vietnamese letters and invisible characters do not count. Figures, links and letters
of other scripts do: a changed account number is what a scam needs.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser

from rapidfuzz import fuzz

ALIKE = 60.0
"""How alike two texts must be, 0 to 100, for one to be perhaps made out of the other."""

# Not the characters that turn the direction of writing: what they do to figures is seen.
INVISIBLE = dict.fromkeys((0xAD, 0x34F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)))
MARKS = dict.fromkeys((0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323))
"""Tones and the parts of Vietnamese letters; a line struck through a figure is none."""
EXACT = re.compile(r"[0-9./@:_%+&=]")
AROUND = ".,;:!?…\"'“”‘’()[]{}<>«»•*–—-"
ENDS = re.compile(r"\n+|(?<=[.!?…;])\s+")


@dataclass(frozen=True)
class Sentence:
    """One sentence of ours; what is not the `core`, such as the signature, may be left out by whoever passes it on."""

    text: str
    core: bool = True


@dataclass(frozen=True)
class Difference:
    """What we wrote and what stands there instead; one of the two is empty where it is missing or was added."""

    ours: str
    theirs: str


@dataclass(frozen=True)
class Word:
    """A word as it is compared, and as it is shown."""

    key: str
    shown: str


@dataclass
class _Found:
    """What became of one sentence of ours."""

    words: int = 0
    kept: int = 0
    theirs: list[str] = field(default_factory=list)

    @property
    def strange(self) -> int:
        return len(self.theirs) - self.kept


def sentences(text: str, *, core: bool = True) -> list[Sentence]:
    """The sentences and lines of a visible text."""
    return [Sentence(part.strip(), core) for part in ENDS.split(text) if part.strip()]


def words(text: str) -> list[Word]:
    """The words of a visible text; figures that are parted by blanks alone are one."""
    found: list[Word] = []
    for raw in unicodedata.normalize("NFKC", text.translate(INVISIBLE)).split():
        key, shown = _key(raw), _visible(raw)
        if found and raw[0].isdigit() and key.isdigit() and found[-1].key.isdigit() and found[-1].shown[-1].isdigit():
            found[-1] = Word(found[-1].key + key, f"{found[-1].shown} {shown}")
        elif key:
            found.append(Word(key, shown))
    return found


def _key(raw: str) -> str:
    """Links and whatever holds a figure stay letter for letter."""
    inner = _stripped(raw)
    if EXACT.search(inner):
        return inner
    apart = unicodedata.normalize("NFD", inner.replace("đ", "d").replace("Đ", "d")).translate(MARKS)
    return unicodedata.normalize("NFC", apart).casefold()


def _stripped(raw: str) -> str:
    inner = raw.strip(AROUND)
    while inner and unicodedata.category(inner[0]) == "So":
        inner = inner[1:].strip(AROUND)
    while inner and unicodedata.category(inner[-1]) == "So":
        inner = inner[:-1].strip(AROUND)
    return inner


def _visible(raw: str) -> str:
    return "".join(letter for letter in raw if unicodedata.category(letter) != "Cf")


def keyed(text: str) -> str:
    """A visible text as `likeness` compares it."""
    return " ".join(word.key for word in words(text))


def likeness(ours: str, theirs: str) -> float:
    """How alike two texts that are `keyed` are, 0 to 100; under `ALIKE` it is 0, which their lengths alone may tell."""
    return fuzz.ratio(ours, theirs, score_cutoff=ALIKE)


def differences(ours: Sequence[Sentence], theirs: str) -> list[Difference]:
    """What is missing, added or changed, in the order of the text; nothing where it says the same.

    Its time grows with the square of the length; only for texts that are `ALIKE`.
    """
    placed = [(word.key, at) for at, sentence in enumerate(ours) for word in words(sentence.text)]
    said = words(theirs)
    found = [_Found() for _ in ours]
    for _, at in placed:
        found[at].words += 1
    added: dict[int, list[str]] = {}
    matcher = SequenceMatcher(None, [key for key, _ in placed], [word.key for word in said], autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        shown = [word.shown for word in said[begin:end]]
        if tag == "equal":
            for (_, at), word in zip(placed[first:last], shown, strict=True):
                found[at].kept += 1
                found[at].theirs.append(word)
            continue
        at, inside = _place(placed, first, last)
        (found[at].theirs if inside else added.setdefault(at, [])).extend(shown)
    return list(_told(ours, found, added))


def _place(placed: Sequence[tuple[str, int]], first: int, last: int) -> tuple[int, bool]:
    """In the place of which sentence of ours the words stand; or before which, where they stand between two."""
    if first < last:
        return placed[first][1], True
    before = placed[first - 1][1] if first else -1
    after = placed[first][1] if first < len(placed) else before + 1
    return after, before == after


def _told(ours: Sequence[Sentence], found: Sequence[_Found], added: dict[int, list[str]]) -> Iterator[Difference]:
    for at, (sentence, one) in enumerate(zip(ours, found, strict=True)):
        if at in added:
            yield Difference("", " ".join(added[at]))
        theirs = " ".join(one.theirs)
        if one.strange and (sentence.core or one.kept):
            yield Difference(sentence.text, theirs)
        elif one.strange:
            yield Difference("", theirs)
        elif sentence.core and one.kept < one.words:
            yield Difference(sentence.text, theirs)
    if len(ours) in added:
        yield Difference("", " ".join(added[len(ours)]))


class _Html(HTMLParser):
    """The visible text of small HTML, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.links: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = dict(attrs).get("href") or "" if tag == "a" else self._open

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == "a" else self._open

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._open:
            self.links[self._open] = self.links.get(self._open, "") + data


def visible(html: str) -> str:
    """What people see of small HTML."""
    return "".join(_parsed(html).text)


def strange_links(ours: str, theirs: str) -> list[Difference]:
    """Links of theirs, in small HTML, that lead where none of ours does."""
    known = _parsed(ours)
    written = {_bare(word.shown.strip(AROUND)) for word in words("".join(known.text))}
    places = written | {_bare(address) for address in known.links}
    given = _parsed(theirs).links
    return [Difference("", f"{text} → {link}") for link, text in given.items() if _bare(link) not in places]


def _parsed(html: str) -> _Html:
    parser = _Html()
    parser.feed(html)
    parser.close()
    return parser


def _bare(address: str) -> str:
    return re.sub(r"^https?://", "", address).rstrip("/")
