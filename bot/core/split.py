"""Long messages in several: at a paragraph where that is possible, never leaving markup open."""

from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

from bot.core.channel import CAPTION
from bot.core.replies import Reply

BREAKS = ("\n\n", "\n", " ")


@dataclass(frozen=True)
class _Letter:
    """One character with the tags that are open around it."""

    text: str
    tags: tuple[str, ...]

    @property
    def units(self) -> int:
        return 2 if ord(self.text) > 0xFFFF else 1


class _Letters(HTMLParser):
    """The characters of a small HTML text, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.found: list[_Letter] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
        self._open.append(f"{tag}{shown}")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].partition(" ")[0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        tags = tuple(self._open)
        self.found += [_Letter(letter, tags) for letter in data]


def utf16_units(text: str) -> int:
    """The length as Telegram counts it: characters beyond the basic plane, such as emoji, count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(reply: Reply, limit: int, caption: int = CAPTION) -> list[Reply]:
    """The message in parts of at most `limit` UTF-16 units of visible text; the buttons stand under the last.

    A file whose text has more than `caption` units goes ahead of its text, alone.
    """
    if _fits(reply, caption if reply.file else limit):
        return [reply]
    if reply.file:
        return [Reply(Markup(""), file=reply.file), *split(replace(reply, file=None), limit)]
    parts, letters = [], _stripped(_letters(str(reply.text)))
    while letters:
        end = _cut(letters, limit)
        parts.append(_html(letters[:end]))
        letters = _stripped(letters[end:])
    return [*(Reply(part) for part in parts[:-1]), Reply(parts[-1], reply.rows)]


def _fits(reply: Reply, limit: int) -> bool:
    if utf16_units(str(reply.text)) <= limit:  # with its markup, so without it all the more
        return True
    return sum(letter.units for letter in _letters(str(reply.text))) <= limit


def _letters(html: str) -> list[_Letter]:
    parser = _Letters()
    parser.feed(html)
    parser.close()
    return parser.found


def _cut(letters: list[_Letter], limit: int) -> int:
    """Where the first part ends: after a paragraph, a line or a word outside markup, else inside it, else anywhere."""
    room = _fitting(letters, limit)
    if room == len(letters):
        return room
    text = "".join(letter.text for letter in letters[: room + 1])
    for outside in (True, False):
        for mark in BREAKS:
            at = text.rfind(mark)
            while at > 0 and outside and letters[at].tags:
                at = text.rfind(mark, 0, at)
            if at > 0:
                return at
    return room


def _fitting(letters: list[_Letter], limit: int) -> int:
    used = 0
    for at, letter in enumerate(letters):
        used += letter.units
        if used > limit:
            return max(at, 1)
    return len(letters)


def _stripped(letters: list[_Letter]) -> list[_Letter]:
    start = next((at for at, letter in enumerate(letters) if not letter.text.isspace()), len(letters))
    return letters[start:]


def _html(letters: list[_Letter]) -> Markup:
    parts: list[str] = []
    before: tuple[str, ...] = ()
    for letter in letters:
        if letter.tags != before:
            parts += _retagged(before, letter.tags)
            before = letter.tags
        parts.append(escape(letter.text, quote=False))
    parts += _retagged(before, ())
    return Markup("".join(parts))  # noqa: S704 - escaped above


def _retagged(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    closed = [f"</{tag.partition(' ')[0]}>" for tag in reversed(before[same:])]
    return [*closed, *(f"<{tag}>" for tag in after[same:])]
