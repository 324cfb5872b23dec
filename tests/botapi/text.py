"""Text as Telegram reads it: UTF-16 units, entities, cleaning and trimming (td/telegram/MessageEntity.cpp)."""

import bisect
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

Entity = dict[str, Any]

STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
QUOTES = {"blockquote", "expandable_blockquote"}
CODES = {"code", "pre"}
SPLITTABLE = set(STYLES.values())
# MessageEntity::get_type_priority decides between entities that cover the same text.
PRIORITY = {"pre": 10, "code": 20, "text_link": 49, "text_mention": 49, "bold": 90, "italic": 91}
PRIORITY |= {"underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99, **dict.fromkeys(QUOTES, 0)}
REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROLS = {code: " " for code in range(33) if chr(code) not in "\n\r"}


class Unreadable(ValueError):  # it reads as a sentence where it is caught
    """Telegram cannot read the text; the sentence is td's own."""


def utf16(text: str) -> int:
    """Length in UTF-16 code units, in which the Bot API counts offsets and lengths."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def slice16(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def sort_key(entity: Entity) -> tuple[int, int, int]:
    """Outer before inner, as td sorts."""
    return entity["offset"], -entity["length"], PRIORITY.get(entity["type"], 50)


def end(entity: Entity) -> int:
    """The offset just after it."""
    return int(entity["offset"] + entity["length"])


def check_link(link: str) -> str:
    """The reason why Telegram refuses an address, or "" (LinkManager::check_link, parse_url)."""
    scheme, mark, rest = link.partition("://")
    if mark and scheme.lower() not in {"http", "https", "tg", "ton", "tonsite"}:
        return "Unsupported URL protocol"
    host = urlsplit("//" + (rest if mark else link)).netloc.rpartition("@")[2].partition(":")[0]
    if not host:
        return "URL host is empty"
    if re.search(r"[^\w.\-!$,~*'();&+=%\u0080-\U0010ffff]", host):
        return "Disallowed character in URL host"
    return "" if "." in host or scheme.lower() in {"tg", "ton"} else "Wrong HTTP URL"


def link_user(link: str) -> int:
    """The person that a tg://user?id=… link names, or 0."""
    found = re.fullmatch(r"tg:(?://)?user/?\?id=(\d+)", link, re.IGNORECASE)
    return int(found[1]) if found else 0


def check_places(text: str, entities: list[Entity]) -> None:
    """Entities given as JSON must lie inside the text and between its symbols (fix_formatted_text)."""
    for name in ("offset", "length"):
        for entity in entities:
            if not 0 <= entity[name] <= 1000000:
                raise Unreadable(f"Receive an entity with incorrect {name} {entity[name]}")
    total = utf16(text)
    for entity in sorted(entities, key=sort_key):
        begins, ends = entity["offset"], end(entity)
        if begins >= total:
            raise Unreadable(f"Entity begins after the end of the text at UTF-16 offset {begins}")
        if ends > total:
            sentence = f"Entity beginning at UTF-16 offset {begins} ends after the end of the text"
            raise Unreadable(f"{sentence} at UTF-16 offset {ends}")
        _check_symbols(text, begins, ends)


def _check_symbols(text: str, begins: int, ends: int) -> None:
    units = text.encode("utf-16-le")
    for at, sentence in ((begins, "Entity begins"), (ends, f"Entity beginning at UTF-16 offset {begins} ends")):
        if units[2 * at : 2 * at + 2] and 0xDC <= units[2 * at + 1] <= 0xDF:
            byte = len(units[: 2 * at - 2].decode("utf-16-le").encode()) + 4
            raise Unreadable(f"{sentence} in a middle of a UTF-16 symbol at byte offset {byte}")


def fix(entities: list[Entity]) -> tuple[list[Entity], list[str]]:
    """What Telegram keeps of entities that nest as they may not, and a sentence for each that it drops silently."""
    kept: list[Entity] = []
    dropped: list[str] = []
    given = sorted((one for one in entities if one["length"]), key=sort_key)
    for entity in (one for one in given if one["type"] not in SPLITTABLE):
        reason = next((why for outer in kept if (why := _conflict(outer, entity))), "")
        dropped += [reason] if reason else []
        kept += [] if reason else [entity]
    codes = [one for one in kept if one["type"] in CODES]
    for entity in (one for one in given if one["type"] in SPLITTABLE):
        pieces = _around(entity, codes)
        dropped += [] if pieces == [entity] else [f"{entity['type']} together with code, which contains nothing"]
        kept += pieces
    return sorted(kept, key=sort_key), dropped


def _conflict(outer: Entity, inner: Entity) -> str:
    if end(outer) <= inner["offset"]:
        return ""
    if outer["type"] in QUOTES and inner["type"] in QUOTES:
        return "a blockquote inside a blockquote"
    if QUOTES & {outer["type"], inner["type"]} and end(inner) <= end(outer):
        return ""
    return f"{inner['type']} inside {outer['type']}"


def _around(entity: Entity, codes: list[Entity]) -> list[Entity]:
    """The pieces of a style outside code (split_entities)."""
    pieces, begins = [], entity["offset"]
    for code in codes:
        if code["offset"] < end(entity) and end(code) > begins:
            pieces.append(_placed(entity, begins, code["offset"]))
            begins = end(code)
    pieces.append(_placed(entity, begins, end(entity)))
    return [piece for piece in pieces if piece["length"] > 0]


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without control characters and surrounding white space, as the message is stored; entities move along."""
    removed = [utf16(text[: found.start()]) for found in REMOVED.finditer(text)]
    moved = [
        _placed(one, *(at - bisect.bisect_left(removed, at) for at in (one["offset"], end(one)))) for one in entities
    ]
    return _trimmed(REMOVED.sub("", text).translate(CONTROLS), moved)


def _placed(entity: Entity, begins: int, ends: int) -> Entity:
    return {**entity, "offset": begins, "length": ends - begins}


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = text.rstrip("\n ")
    total = utf16(text)
    kept = [_placed(one, one["offset"], min(end(one), total)) for one in entities if one["offset"] < total]
    first = min((one["offset"] for one in kept), default=total)
    cut = min(len(text) - len(text.lstrip("\n ")), first)
    return text[cut:], [_placed(one, one["offset"] - cut, end(one) - cut) for one in kept]


def is_empty(text: str) -> bool:
    """Nothing that can be seen."""
    return all(unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for sign in text)
