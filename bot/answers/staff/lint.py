"""What is wrong with an entry before anybody reads it; pure, each mistake a value with its sentence."""

import re
from collections.abc import Callable, Mapping

import faq
from bot.core.accept import words
from bot.core.choices import plain
from bot.core.events import What
from bot.core.flow import Invalid, Value, invalid
from faq.check import LONGEST_SHORT_PART
from faq.facts import ADDRESS
from faq.fold import strip_marks
from faq.own import LONGEST_ID
from faq.render import CLAUSE, PLACEHOLDER, PLACEHOLDERS
from faq.sources import is_official, wrong_address

WEB = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
LONGEST_QUESTION = 150
LONGEST_SHORT = 2500
LONGEST_MORE = 3500
LONGEST_ASK = 400
LONGEST_SOURCE = 300
MOST_SOURCES = 10
NAMES = {
    "center_address": "địa chỉ một cửa",
    "center_phone": "điện thoại một cửa",
    "opening_hours": "giờ làm việc",
    "reception_days": "lịch tiếp dân",
    "tax_office": "cơ quan thuế",
    "police_phone": "điện thoại công an",
}
"""What staff call the values that the bot fills in, and type in braces."""

SAMPLE = f"[[… {{{NAMES['center_phone']}}} …]]"
OWN = "rieng"
"""What the id of an entry begins with that was not shipped."""


def question(what: What) -> Value | Invalid:
    """One line, as people ask."""
    said = words(LONGEST_QUESTION, 2)(what)
    return " ".join(said.split()) if isinstance(said, str) else said


def short(what: What) -> Value | Invalid:
    """What is answered at once: as long as the shipped answers may be, in words."""
    said = _rendered(LONGEST_SHORT)(what)
    if isinstance(said, str) and (length := len(said.split())) > LONGEST_SHORT_PART:
        return invalid("entries.too_many_words", length=length, longest=LONGEST_SHORT_PART)
    return said


def more(what: What) -> Value | Invalid:
    """What is shown on request."""
    return _rendered(LONGEST_MORE)(what)


def ask(what: What) -> Value | Invalid:
    """Whom to ask to be sure, in one line."""
    said = _rendered(LONGEST_ASK)(what)
    return " ".join(said.split()) if isinstance(said, str) else said


def sources(what: What) -> Value | Invalid:
    """A source a line; what names nothing is none."""
    said = words(MOST_SOURCES * LONGEST_SOURCE)(what)
    if not isinstance(said, str):
        return said
    lines = [re.sub(r"^[-–•*]\s*", "", line.strip()) for line in said.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_SOURCES or any(len(line) > LONGEST_SOURCE for line in lines):
        return invalid("entries.too_many_sources", most=MOST_SOURCES, longest=LONGEST_SOURCE)
    if wrong := next((found for line in lines if (found := _wrong_address(line))), None):
        return invalid("entries.wrong_address", address=wrong)
    if hollow := next((line for line in lines if _is_hollow(line)), None):
        return invalid("entries.hollow_source", line=hollow)
    return "\n".join(lines)


def _is_hollow(line: str) -> bool:
    """No number, day or article, and no portal: nobody can look there. What the ward itself said has a day."""
    ward = plain(line).startswith(("ubnd", "uy ban"))
    return not re.search("[0-9]", line) and (ward or not ADDRESS.search(line))


def _wrong_address(line: str) -> str:
    """An address where people may not be sent; chats make links of names, too."""
    typed = [found.rstrip(".,;:)") for found in WEB.findall(line)]
    named = [f"https://{found.lower()}" for found in ADDRESS.findall(WEB.sub(" ", line))]
    wrong = [found for found in (*typed, *named) if not is_official(found)]
    return wrong_address(line) or next(iter(wrong), "").removeprefix("https://")


def _rendered(longest: int) -> Callable[[What], Value | Invalid]:
    """Text whose clauses are filled in with the ward's values."""

    def accept(what: What) -> Value | Invalid:
        said = words(longest)(what)
        if not isinstance(said, str):
            return said
        named = _named(said)
        return brackets(named) or named

    return accept


def readable(text: str) -> str:
    """A text with the values called as staff call them."""
    return PLACEHOLDER.sub(lambda found: f"{{{NAMES.get(found[1], found[1])}}}", text)


def _named(text: str) -> str:
    """A text with the values called as the answers call them."""
    names = {plain(said): name for name, said in NAMES.items()}
    return PLACEHOLDER.sub(lambda found: f"{{{names.get(plain(found[1]), found[1])}}}", text)


def brackets(text: str) -> Invalid | None:
    """A clause in double brackets that nobody can fill in, or a bracket that belongs to none."""
    unknown = [name for name in faq.placeholders(text) if name not in PLACEHOLDERS]
    if unknown:
        return invalid("entries.unknown_value", name=unknown[0], known=", ".join(NAMES.values()))
    outside = CLAUSE.sub("", text)
    stray = any(mark in outside for mark in ("[[", "]]", "{", "}"))
    empty = any(not faq.placeholders(clause) for clause in CLAUSE.findall(text))
    return invalid("entries.brackets", sample=SAMPLE) if stray or empty else None


class Askers:
    """Which entries ask in which folded words; made once for each content."""

    def __init__(self) -> None:
        self._of = ""
        self._entries: Mapping[str, frozenset[str]] = {}

    def twin(self, content: faq.Content, text: str, entry: str) -> str:
        """The first other entry whose question or phrasing is the same; empty where there is none."""
        if self._of != content.hash:
            self._of, self._entries = content.hash, _asking(content)
        others = sorted(self._entries.get(faq.fold(text), frozenset()) - {entry})
        return others[0] if others else ""


def _asking(content: faq.Content) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in content.entries.values():
        for text in (entry.question, *entry.phrasings):
            found.setdefault(faq.fold(text), set()).add(entry.id)
    return {folded: frozenset(names) for folded, names in found.items()}


def slug(text: str, number: int = 1) -> str:
    """The id of a new entry out of its question, cut at a word; the second, third one of the same words is numbered."""
    end = f"-{number}" if number > 1 else ""
    made = OWN
    for word in re.findall(r"[a-z0-9]+", strip_marks(text)):
        if len(made) + 1 + len(word) + len(end) > LONGEST_ID:
            break
        made = f"{made}-{word}"
    return f"{made}{end}"
