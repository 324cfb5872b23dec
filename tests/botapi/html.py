"""parse_mode=HTML: a port of parse_html of tdlib/td (MessageEntity.cpp) with its error sentences."""

import re
from dataclasses import dataclass, field

from tests.botapi.text import CODES, STYLES, Entity, Unreadable, check_link, link_user, sort_key, utf16

TAGS = {*STYLES, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
SPACES = " \t\r\n\0\x0b"
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]
    offset: int
    begin: int


@dataclass
class Html:
    """One reading of parse_mode=HTML; a port of td's parse_html with its error sentences."""

    source: str
    at: int = 0
    plain: list[str] = field(default_factory=list)
    length: int = 0
    open: list[Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> tuple[str, list[Entity]]:
        """The text that people see, and its entities."""
        self.text, size = self.source + "\0", len(self.source)
        while self.at < size:
            self._plain()
            if self.at < size:
                self._mark()
        if self.open:
            raise Unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.plain), sorted(self.entities, key=sort_key)

    def _plain(self) -> None:
        found = re.compile("[<&]").search(self.text, self.at)
        stop = found.start() if found else len(self.source)
        self._say(self.text[self.at : stop])
        self.at = stop

    def _mark(self) -> None:
        if self.text[self.at] == "&":
            self._say(self._reference() or self._take())
        elif self.text[self.at + 1] == "/":
            self._close()
        else:
            self._open()

    def _say(self, text: str) -> None:
        self.plain.append(text)
        self.length += utf16(text)

    def _take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def _reference(self) -> str:
        """Only lt, gt, amp, quot and numbers are references; everything else stays as written."""
        found = REFERENCE.match(self.text, self.at)
        hexadecimal, decimal, name, _ = found.groups() if found else (None, None, None, "")
        digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
        code = int(digits or "0", base) if digits is not None else 0
        in_range = found is not None and 0 < code < 0x10FFFF and found.end() - found.start() - len(found[4]) < 10
        said = chr(code) if in_range else NAMED.get(name or "", "")
        if found and said:
            self.at = found.end()
        return said

    def _fail(self, sentence: str, at: int) -> Unreadable:
        return Unreadable(f"{sentence} at byte offset {len(self.text[:at].encode())}")

    def _word(self, stops: str) -> str:
        begin = self.at
        while self.text[self.at] not in stops and self.text[self.at] not in SPACES:
            self.at += 1
        return self.text[begin : self.at]

    def _skip(self) -> str:
        while self.text[self.at] != "\0" and self.text[self.at] in SPACES:
            self.at += 1
        return self.text[self.at]

    def _open(self) -> None:
        begin = self.at
        self.at += 1
        name = self._word(">").lower()
        if self.text[self.at] == "\0":
            raise self._fail("Unclosed start tag", begin)
        if name not in TAGS:
            raise self._fail(f'Unsupported start tag "{name}"', begin)
        tag = Tag(name, self._attributes(name, begin), self.length, len(self.plain))
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(tag)
        self.at += 1

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._skip() != ">":
            key = self._word("=>/\"'")
            if not key:
                raise self._fail(f'Empty attribute name in the tag "{tag}"', begin)
            value = self._value() if self._skip() == "=" else ""
            if self.text[self.at] == "\0":
                raise self._fail("Unclosed start tag", begin)
            found[key] = value
        return found

    def _value(self) -> str:
        self.at += 1
        quote = self._skip()
        if quote not in "'\"":
            return self._token()
        self.at += 1
        said: list[str] = []
        while self.text[self.at] not in (quote, "\0"):
            said.append((self._reference() if self.text[self.at] == "&" else "") or self._take())
        self.at += self.text[self.at] == quote
        return "".join(said)

    def _token(self) -> str:
        begin = self.at
        while re.fullmatch("[A-Za-z0-9.-]", self.text[self.at]):
            self.at += 1
        if self.text[self.at] not in SPACES + ">":
            raise self._fail("Unexpected end of name token", begin)
        return self.text[begin : self.at].lower()

    def _close(self) -> None:
        begin = self.at
        if not self.open:
            raise self._fail("Unexpected end tag", begin)
        self.at += 2
        name = self._word(">").lower()
        if self._skip() != ">":
            raise self._fail("Unclosed end tag", begin)
        tag = self.open.pop()
        if name not in ("", tag.name):
            expected = f', expected "</{tag.name}>", found "</{name}>"'
            raise Unreadable(f"{self._fail('Unmatched end tag', begin)}{expected}")
        self.at += 1
        if self.length > tag.offset:
            self._style(tag)

    def _style(self, tag: Tag) -> None:
        place = {"offset": tag.offset, "length": self.length - tag.offset}
        if tag.name in STYLES:
            self.entities.append({**place, "type": STYLES[tag.name]})
        elif tag.name == "a":
            self._link(place, tag.attributes.get("href") or "".join(self.plain[tag.begin :]))
        elif tag.name in CODES:
            self._code(place, tag)
        elif tag.name == "blockquote":
            expandable = "expandable" in tag.attributes
            self.entities.append({**place, "type": "expandable_blockquote" if expandable else "blockquote"})

    def _link(self, place: Entity, link: str) -> None:
        """A wrong address is no error in HTML: Telegram shows the words without the link."""
        if link_user(link):
            self.entities.append({**place, "type": "text_mention", "user": {"id": link_user(link)}})
        elif not check_link(link):
            self.entities.append({**place, "type": "text_link", "url": link})

    def _code(self, place: Entity, tag: Tag) -> None:
        other = "code" if tag.name == "pre" else "pre"
        last = self.entities[-1] if self.entities else {}
        written = tag.attributes.get("class", "").removeprefix("language-")
        language = written or last.get("language", "")
        if {**place, "type": other}.items() <= last.items() and language:
            self.entities[-1] = {**place, "type": "pre", "language": language}
        else:
            self.entities.append({**place, "type": tag.name, **({"language": written} if written else {})})


def read_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities; raises Unreadable with td's sentence."""
    text, entities = Html(source).read()
    try:
        text.encode()
    except UnicodeEncodeError as error:
        sentence = "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched"
        raise Unreadable(f"{sentence} surrogate code units") from error
    return text, [_without_language(entity) for entity in entities]


def _without_language(entity: Entity) -> Entity:
    return {key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"}
