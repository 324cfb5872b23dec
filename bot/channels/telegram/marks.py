"""What is bold, italic or a link in a message of Telegram, as the small HTML of replies."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from telegram import MessageEntity

from bot.core.events import clean

TAGS = {"bold": "b", "italic": "i"}
LINK = "text_link"


def marked(text: str, entities: Sequence[MessageEntity] | None) -> str:
    """The text as small HTML; empty where nothing in it is marked.

    Offsets count UTF-16 units (Telegram Bot API, MessageEntity).
    """
    known = [entity for entity in entities or () if entity.type in TAGS or entity.type == LINK]
    if not known:
        return ""
    parts: list[tuple[str, tuple[str, ...]]] = []
    at = 0
    for letter in text:
        parts.append((letter, tuple(tag for entity in known if _covers(entity, at) for tag in [_tag(entity)] if tag)))
        at += 2 if ord(letter) > 0xFFFF else 1
    return "".join(
        _run("".join(letter for letter, _ in run), tags) for tags, run in groupby(parts, lambda part: part[1])
    )


def _covers(entity: MessageEntity, at: int) -> bool:
    return entity.offset <= at < entity.offset + entity.length


def _tag(entity: MessageEntity) -> str:
    """As it is opened; empty for an address that no browser should follow."""
    if entity.type != LINK:
        return TAGS[entity.type]
    url = clean(entity.url or "")
    return f'a href="{escape(url)}"' if url.startswith(("https://", "http://")) else ""


def _run(text: str, tags: tuple[str, ...]) -> str:
    """A piece whose letters are all marked alike; every tag once, so that nothing is left open."""
    once = tuple(dict.fromkeys(tags))
    opened = "".join(f"<{tag}>" for tag in once)
    closed = "".join(f"</{tag.partition(' ')[0]}>" for tag in reversed(once))
    return f"{opened}{escape(clean(text), quote=False)}{closed}"
