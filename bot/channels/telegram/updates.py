"""What Telegram sends, as events: one raw update in, one `Incoming` out, or None for what needs no turn."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, MessageOriginUser, Update, User

from bot.channels.telegram.marks import marked
from bot.core.events import (
    ChatRef,
    Command,
    File,
    Incoming,
    Moved,
    Phone,
    Place,
    Presence,
    Press,
    Sender,
    Text,
    Unsupported,
    What,
    clean,
)

NAME = "telegram"
GROUPS = {"group", "supergroup"}
SERVICE = (
    "boost_added chat_background_set chat_shared delete_chat_photo forum_topic_closed forum_topic_created"
    " forum_topic_edited group_chat_created left_chat_member message_auto_delete_timer_changed migrate_from_chat_id"
    " new_chat_members new_chat_photo new_chat_title pinned_message supergroup_chat_created users_shared"
    " video_chat_ended video_chat_participants_invited video_chat_scheduled video_chat_started write_access_allowed"
)
"""Message fields that say what happened to the chat, not what somebody said."""


@dataclass(frozen=True)
class Me:
    """The bot itself, as getMe tells it."""

    id: int
    username: str


class Unreadable(ValueError):
    """An update that is not what the Bot API documents; it stays in the inbox as it came."""


def key_of(me: int, update: dict[str, Any]) -> str:
    """The name of an update for ever.

    Update ids are per bot and begin anew at random after a quiet week (Bot API, Update.update_id): the same id with
    other content is another event.
    """
    content = json.dumps(update, sort_keys=True, ensure_ascii=True)
    return f"{NAME}:{me}:{number_of(update)}:{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def number_of(update: dict[str, Any]) -> int:
    """The update's id, 0 where it has none."""
    number = update.get("update_id")
    return number if isinstance(number, int) else 0


def chat_of(update: dict[str, Any]) -> str:
    """The chat's id as text, empty where there is none; never raises, whatever the update holds."""
    for part in update.values():
        message = part.get("message", part) if isinstance(part, dict) else None
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return str(chat["id"])
    return ""


def read(raw: str, me: Me) -> Incoming | None:
    """The event. Raises Unreadable for what the Bot API does not document."""
    update = json.loads(raw)
    if not isinstance(update, dict):
        raise Unreadable("an update is an object")
    try:
        parsed = Update.de_json(update, None)
        return _event(key_of(me.id, update), parsed, me)
    except Unreadable:
        raise
    except Exception as error:
        # The library checks no types: any nonsense inside shows as whatever error it happens to cause.
        raise Unreadable(f"{type(error).__name__} while reading an update") from error


def _event(key: str, update: Update, me: Me) -> Incoming | None:
    if update.callback_query:
        return _press(key, update.callback_query)
    if update.my_chat_member:
        return _presence(key, update.my_chat_member)
    if update.message:
        return _message(key, update.message, me, edited=False)
    if update.edited_message and (update.edited_message.text or update.edited_message.caption):
        return _message(key, update.edited_message, me, edited=True)
    return None


def _press(key: str, query: CallbackQuery) -> Incoming | None:
    if query.data is None or query.message is None:
        return None
    chat = query.message.chat
    return Incoming(
        key=key,
        chat=_ref(chat),
        sender=_sender(query.from_user),
        at=datetime.now(UTC),
        what=Press(clean(query.data)),
        private=chat.type not in GROUPS,
        pressed=str(query.message.message_id) if isinstance(query.message, Message) else "",
    )


def _presence(key: str, change: ChatMemberUpdated) -> Incoming | None:
    if change.chat.type != "private":
        return None
    here = change.new_chat_member.status not in {"kicked", "left"}
    return Incoming(key, _ref(change.chat), _sender(change.from_user), change.date, Presence(here))


def _message(key: str, message: Message, me: Me, *, edited: bool) -> Incoming | None:
    group = message.chat.type in GROUPS
    moved = message.migrate_to_chat_id
    if moved:
        return Incoming(key, _ref(message.chat), Sender(str(moved)), message.date, Moved(str(moved)), private=False)
    if message.from_user is None or message.from_user.is_bot or message.chat.type == "channel" or _is_service(message):
        return None
    what = _what(message, me)
    if what is None or (group and not _addressed(message, what, me)):
        return None
    return Incoming(
        key=key,
        chat=_ref(message.chat),
        sender=_sender(message.from_user),
        at=message.edit_date or message.date,
        what=_without_mention(what, me) if group else what,
        message=str(message.message_id),
        edited=edited,
        album=f"{NAME}:{me.id}:{message.chat.id}:album:{message.media_group_id}" if message.media_group_id else "",
        private=not group,
        forwarded=message.forward_origin is not None,
        ours=_is_ours(message, me),
    )


def _is_ours(message: Message, me: Me) -> bool:
    origin = message.forward_origin
    return isinstance(origin, MessageOriginUser) and origin.sender_user.id == me.id


def _is_service(message: Message) -> bool:
    return any(getattr(message, name, None) for name in SERVICE.split())


def _what(message: Message, me: Me) -> What | None:
    if message.text is not None and message.forward_origin:
        return Text(clean(message.text), marked(message.text, message.entities))  # nobody forwards a command to run it
    if message.text is not None:
        return _typed(clean(message.text), me, marked(message.text, message.entities))
    if message.contact:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Phone(clean(message.contact.phone_number), own=own)
    if message.location:
        return Place(message.location.latitude, message.location.longitude)
    return _file(message) or Unsupported("message")


def _typed(text: str, me: Me, html: str) -> What | None:
    """A command is what begins with a slash; one that names another bot is not for us."""
    first, *rest = text.split(maxsplit=1) or [""]
    name, _, addressee = first[1:].partition("@")
    if not first.startswith("/") or not name:
        return Text(text, html)
    if addressee and addressee.lower() != me.username.lower():
        return None
    return Command(name.lower(), rest[0].strip() if rest else "")


def _file(message: Message) -> File | None:
    caption, html = clean(message.caption or ""), marked(message.caption or "", message.caption_entities)
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, "photo", size=largest.file_size, caption=caption, marked=html)
    for kind in ("document", "voice", "audio", "video", "video_note", "animation"):
        found = getattr(message, kind)
        if found:
            name = clean(getattr(found, "file_name", None) or "")
            return File(found.file_id, kind, name=name, size=found.file_size, caption=caption, marked=html)
    return None


def _addressed(message: Message, what: What, me: Me) -> bool:
    """In a group: a command, a mention, or an answer to the bot's own message."""
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    said = what.text if isinstance(what, Text) else what.caption if isinstance(what, File) else ""
    return isinstance(what, Command) or to_us or f"@{me.username.lower()}" in said.lower()


def _without_mention(what: What, me: Me) -> What:
    if not isinstance(what, Text):
        return what
    at = what.text.lower().find(f"@{me.username.lower()}")
    return what if at < 0 else Text((what.text[:at] + what.text[at + len(me.username) + 1 :]).strip())


def _ref(chat: Chat) -> ChatRef:
    return ChatRef(NAME, str(chat.id))


def _sender(user: User) -> Sender:
    return Sender(str(user.id), clean(user.full_name))
