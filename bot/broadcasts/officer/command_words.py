"""What `python -m bot announce` is given, as an announcement: its text, its people, its time; or what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from html.parser import HTMLParser

from bot.broadcasts.audience import Audience
from bot.broadcasts.markup import body_of
from bot.broadcasts.moments import moment
from bot.broadcasts.officer.compose_flow import AT_MOST_AHEAD, LONGEST_TEXT, LONGEST_TITLE
from bot.broadcasts.owner.likeness import visible
from bot.core.clock import VIETNAM
from bot.core.events import Text, clean
from bot.people.register_flow import KINDS
from bot.text import Texts
from bot.ward import Ward

TAGS = ("b", "i", "a", "code", "blockquote")
ALL, EVERYONE = "all", "everyone"
FIELDS = {"subject": "subjects", "group": "groups", "kind": "kinds", "trade": "trades"}


class Mistake(ValueError):
    """What whoever calls the command must mend, as a sentence."""


@dataclass(frozen=True)
class Words:
    """What is checked is refused with a sentence of the catalogue."""

    say: Texts
    ward: Ward

    def refuse(self, key: str, **values: object) -> Mistake:
        """The mistake, to be raised."""
        return Mistake(self.say.label(key, **values))

    def title(self, given: str) -> str:
        """One line of at most 80 letters. Raises Mistake."""
        title = " ".join(clean(given).split())
        if not any(map(str.isalpha, title)) or len(title) > LONGEST_TITLE:
            raise self.refuse("announce.title", longest=LONGEST_TITLE, length=len(title))
        return title

    def body(self, content: bytes) -> str:
        """The text as small HTML. Raises Mistake, with the line."""
        try:
            text = clean(content.decode("utf-8-sig").replace("\r\n", "\n")).strip()
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise self.refuse("announce.not_utf8", line=line) from error
        parser = _Marked(self)
        parser.feed(text)
        parser.close()
        body = parser.whole()
        length = len(visible(body))
        if not any(map(str.isalpha, visible(body))):
            raise self.refuse("announce.empty")
        if length > LONGEST_TEXT:
            raise self.refuse("announce.too_long", longest=LONGEST_TEXT, length=length)
        return body

    def audience(self, given: Sequence[str], *, urgent: bool) -> Audience:
        """Values of one kind widen it, kinds narrow one another. Raises Mistake, which lists what is known."""
        named = [word.strip() for word in given]
        if {ALL, EVERYONE} & set(named) and len(set(named)) > 1:
            raise self.refuse("announce.alone", word=next(word for word in named if word in {ALL, EVERYONE}))
        if EVERYONE in named and not urgent:
            raise self.refuse("announce.everyone")
        if named and named[0] in {ALL, EVERYONE}:
            return Audience(everyone=named[0] == EVERYONE)
        found: dict[str, tuple[str, ...]] = {}
        for word in dict.fromkeys(named):
            field, value = self._chosen(word)
            found[field] = (*found.get(field, ()), value)
        return Audience(**found)  # type: ignore[arg-type]  # tuples under the names of FIELDS

    def _chosen(self, word: str) -> tuple[str, str]:
        name, _, value = word.partition(":")
        known = self._known()
        if name not in known or value not in known[name]:
            raise self.refuse("announce.audience", word=word, known="\n".join(self._listed(known)))
        return FIELDS[name], value

    def _known(self) -> Mapping[str, Mapping[str, str]]:
        return {
            "subject": {row.id: row.title for row in self.ward.news()},
            "group": {row.id: row.name for row in self.ward.groups},
            "kind": {name: self.say.label(label) for name, label in KINDS.items()},
            "trade": {row.id: row.title for row in self.ward.trades},
        }

    def _listed(self, known: Mapping[str, Mapping[str, str]]) -> list[str]:
        named = [f"{kind}:{value}  {title}" for kind, values in known.items() for value, title in values.items()]
        return [ALL, EVERYONE, *named]

    def subject(self, given: str) -> str:
        """The kind of news; empty for the general one. Raises Mistake."""
        known = {row.id: row.title for row in self.ward.news()}
        if given and given not in known:
            listed = "\n".join(f"{name}  {title}" for name, title in known.items())
            raise self.refuse("announce.subject", word=given, known=listed)
        return given

    def moment(self, given: str, now: datetime) -> datetime | None:
        """A moment to come, within a year; None for at once. Raises Mistake."""
        if not given.strip():
            return None
        found = _iso(given) or moment(given, now)
        if found is None:
            raise self.refuse("announce.when", word=given)
        if found <= now:
            raise self.refuse("announce.past", word=given)
        if found > now + AT_MOST_AHEAD:
            raise self.refuse("announce.too_far", word=given)
        return found


def _iso(given: str) -> datetime | None:
    """ "2026-12-25 08:00", local unless it says otherwise; a day without a time is none."""
    try:
        found = datetime.fromisoformat(given.strip()) if ":" in given else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or VIETNAM) if found else None


class _Marked(HTMLParser):
    """Takes the small HTML of announcements and nothing else; without any tag the stars of the chat count."""

    def __init__(self, words: Words) -> None:
        super().__init__(convert_charrefs=True)
        self._refuse: Callable[..., Mistake] = words.refuse
        self._plain: list[str] = []
        self._parts: list[str] = []
        self._open: list[tuple[str, int]] = []
        self._tagged = False

    def whole(self) -> str:
        """The text. Raises Mistake where a tag is left open."""
        if self._open:
            tag, line = self._open[-1]
            raise self._refuse("announce.open", tag=tag, line=line)
        plain = "".join(self._plain)
        return body_of(Text(plain, "".join(self._parts) if self._tagged else ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in TAGS or any(tag == opened for opened, _ in self._open):
            raise self._refuse("announce.tag", tag=tag, line=line)
        self._parts.append(self._link(attrs, line) if tag == "a" else self._simple(tag, attrs, line))
        self._open.append((tag, line))
        self._tagged = True

    def _simple(self, tag: str, attrs: list[tuple[str, str | None]], line: int) -> str:
        if attrs:
            raise self._refuse("announce.attribute", tag=tag, name=attrs[0][0], line=line)
        return f"<{tag}>"

    def _link(self, attrs: list[tuple[str, str | None]], line: int) -> str:
        address = attrs[0][1] or "" if [name for name, _ in attrs] == ["href"] else ""
        if not address.startswith(("https://", "http://")) or any(letter.isspace() for letter in address):
            raise self._refuse("announce.link", line=line)
        return f'<a href="{escape(address)}">'

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise self._refuse("announce.closed", tag=tag, line=self.getpos()[0])
        self._open.pop()
        self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._plain.append(data)
        self._parts.append(escape(data, quote=False))

    def handle_comment(self, data: str) -> None:
        raise self._refuse("announce.tag", tag=f"!--{data[:20]}", line=self.getpos()[0])

    def handle_decl(self, decl: str) -> None:
        raise self._refuse("announce.tag", tag=f"!{decl[:20]}", line=self.getpos()[0])

    def handle_pi(self, data: str) -> None:
        raise self._refuse("announce.tag", tag=f"?{data[:20]}", line=self.getpos()[0])

    def unknown_decl(self, data: str) -> None:
        raise self._refuse("announce.tag", tag=f"![{data[:20]}", line=self.getpos()[0])
