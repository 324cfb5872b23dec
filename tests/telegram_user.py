"""A person on Telegram, driven from a test: speaks, presses, sends, and reads what the bot sent.

lan = User(server, 5512, "Lan")
lan.starts()
assert "Xin chào" in lan.got()[0]
"""

import re
from typing import Any

from tests.botapi import kinds
from tests.botapi.ledger import Answered, Json, Sent, keys
from tests.botapi.rules import PICTURES
from tests.botapi.world import StoredFile, private_chat
from tests.telegram_server import TelegramServer

PAYLOAD = re.compile("[A-Za-z0-9_-]{1,64}")  # core.telegram.org/bots/features#deep-linking
PICTURE = PICTURES[0] + b" a photo"


class User:
    """Somebody with an account; `in_group` is the id of a group that the server knows."""

    def __init__(
        self, server: TelegramServer, user_id: int, first_name: str, *, username: str = "", language: str = "vi"
    ) -> None:
        self.server, self.id = server, user_id
        names = {"id": user_id, "is_bot": False, "first_name": first_name}
        self.json: Json = {**names, **({"username": username} if username else {}), "language_code": language}
        self.read: dict[int, int] = {}
        self.query = ""

    # what the person does

    def says(self, text: str, *, in_group: int = 0, mention: bool = False, reply_to: Sent | int | None = None) -> int:
        """A text or a command; the message's number. `mention` puts @bot in front."""
        said = f"@{self.server.world.bot['username']} {text}" if mention else text
        return self.sends(kinds.written(said), in_group=in_group, reply_to=reply_to)

    def starts(self, payload: str = "") -> int:
        """Presses Start, by a deep link t.me/bot?start=payload if there is one; this ends a block."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise ValueError(f"a deep link takes 1 to 64 of A-Za-z0-9_-, not {payload!r}")
        person = self.server.world.people.get(self.id)
        if person is not None and person.blocked:
            self.server.unblock(self.id)
        return self.says(f"/start {payload}")

    def presses(self, label: str | int, *, in_group: int = 0) -> str:
        """Presses a button of the newest message that has it, by its label or its number from 1; the query's id."""
        message, key = self._button(label, in_group or self.id)
        if "callback_data" not in key:
            raise AssertionError(f"the button {key['text']!r} opens something, it calls no bot: {key}")
        with self.server.world.lock:
            self.query = str(4_000_000_000_000 + 1 + len(self.server.world.presses))
        instance = str(abs(message["chat"]["id"]) * 7919)
        pressed = {"id": self.query, "from": self.json, "message": message, "chat_instance": instance}
        self.server.push({"callback_query": {**pressed, "data": key["callback_data"]}})
        return self.query

    def presses_old(self, message: Sent, data: str) -> str:
        """Presses a button of a message that has lost it since, or that the bot can no longer see."""
        with self.server.world.lock:
            self.query = str(4_000_000_000_000 + 1 + len(self.server.world.presses))
        gone = {"chat": message.message["chat"], "message_id": message.message_id, "date": 0}
        pressed = {"id": self.query, "from": self.json, "message": gone, "chat_instance": "1", "data": data}
        self.server.push({"callback_query": pressed})
        return self.query

    def sends_photo(self, caption: str = "", content: bytes = PICTURE, *, in_group: int = 0, album: str = "") -> int:
        """A photo."""
        small = self._file("photo", content[:900])
        sent = kinds.photo(self._file("photo", content), small, caption)
        return self.sends({**sent, **({"media_group_id": album} if album else {})}, in_group=in_group)

    def sends_album(self, *contents: bytes, caption: str = "", in_group: int = 0) -> list[int]:
        """Photos of one album: one update each, the caption on the first."""
        album = str(13_000_000_000 + self.server.new_message({"id": self.id}, self.json, {})["message_id"])
        captions = [caption, *[""] * len(contents)]
        pairs = zip(contents, captions, strict=False)
        return [self.sends_photo(said, content, in_group=in_group, album=album) for content, said in pairs]

    def sends_document(
        self,
        name: str,
        content: bytes = b"%PDF-1.7",
        *,
        caption: str = "",
        mime: str = "application/pdf",
        size: int = 0,
        in_group: int = 0,
    ) -> int:
        """A file; `size` pretends a bigger one (over 20 MB the bot cannot download it)."""
        return self.sends(kinds.document(self._file("document", content, name, mime, size), caption), in_group=in_group)

    def sends_voice(self, seconds: int = 3, content: bytes = b"OggS") -> int:
        """A voice note."""
        return self.sends(kinds.voice(self._file("voice", content, "", "audio/ogg"), seconds))

    def sends_sticker(self, emoji: str = "👍") -> int:
        """A sticker."""
        return self.sends(kinds.sticker(self._file("sticker", b"RIFF", "sticker.webp", "image/webp"), emoji))

    def sends_poll(self, question: str, *options: str) -> int:
        """A poll."""
        return self.sends(kinds.poll(self.id, question, list(options)))

    def sends_dice(self, value: int = 4) -> int:
        """A die."""
        return self.sends(kinds.dice(value))

    def sends_story(self) -> int:
        """A story that the person forwards."""
        return self.sends(kinds.story(self.json, 7))

    def shares_contact(self, phone: str = "+84912345678", *, own: bool = True) -> int:
        """The person's own number, or somebody else's."""
        return self.sends(kinds.contact(self.json, phone, own=own))

    def shares_location(self, latitude: float = 20.94, longitude: float = 106.31) -> int:
        """Where the person is."""
        return self.sends(kinds.location(latitude, longitude))

    def forwards(self, text: str, *, of: "User | None" = None, hidden: str = "Ẩn danh", in_group: int = 0) -> int:
        """A message written by somebody else, or by somebody who hides the account."""
        now = int(self.server.world.clock.wall())
        return self.sends(
            {**kinds.origin(of.json if of else None, hidden, now), **kinds.written(text)}, in_group=in_group
        )

    def edits(self, message_id: int, text: str, *, in_group: int = 0) -> None:
        """Changes the text or the caption of an own message."""
        message = self.server.shown(in_group or self.id, message_id)
        if message is None:
            raise AssertionError(f"there is no message {message_id} to edit")
        name = "text" if "text" in message else "caption"
        kept = {key: value for key, value in message.items() if key not in {name, "entities", "caption_entities"}}
        self.server.push(
            {"edited_message": {**kept, "edit_date": int(self.server.world.clock.wall()), **kinds.written(text, name)}}
        )

    def blocks_bot(self) -> None:
        """Stops the bot; the bot gets my_chat_member."""
        self.server.block(self.id)

    def sends(self, content: Json, *, in_group: int = 0, reply_to: Sent | int | None = None) -> int:
        """Any message by its fields; the message's number. A group keeps from the bot what privacy mode keeps."""
        with self.server.world.lock:
            group = self.server.world.groups.get(in_group)
            chat = group.chat if group else private_chat(self.json)
        number = reply_to.message_id if isinstance(reply_to, Sent) else reply_to or 0
        target = self.server.shown(chat["id"], number)
        shown = {key: value for key, value in (target or {}).items() if key != "reply_to_message"}
        message = self.server.new_message(chat, self.json, content | ({"reply_to_message": shown} if shown else {}))
        if group is None or self._reaches_bot(message):
            self.server.push({"message": message})
        return int(message["message_id"])

    # what the person sees

    def got(self, n: int = 1, within: float = 10.0, *, in_group: int = 0) -> list[str]:
        """The texts (or captions) of the next n messages, waiting for them; what was read is not returned again."""
        return [sent.text for sent in self.received(n, within, in_group=in_group)]

    def received(self, n: int = 1, within: float = 10.0, *, in_group: int = 0) -> list[Sent]:
        """The same as whole records."""
        chat_id = in_group or self.id
        begin = self.read.get(chat_id, 0)
        came = self.server.wait_for(lambda: len(self._all(chat_id)) >= begin + n, within)
        new = self._all(chat_id)[begin:]
        if not came:
            raise AssertionError(f"{n} messages were due within {within} s, came: {[sent.text for sent in new]}")
        self.read[chat_id] = begin + n
        return new[:n]

    def got_nothing(self, for_: float = 0.3, *, in_group: int = 0) -> bool:
        """True if nothing unread is there and nothing comes in that many seconds."""
        chat_id = in_group or self.id
        return not self.server.wait_for(lambda: len(self._all(chat_id)) > self.read.get(chat_id, 0), for_)

    def skips(self, *, in_group: int = 0) -> None:
        """Marks everything that came as read."""
        self.read[in_group or self.id] = len(self._all(in_group or self.id))

    @property
    def last(self) -> Sent:
        """The newest message to this person, read or not."""
        return self._all(self.id)[-1]

    def sees(self, message_id: int, *, in_group: int = 0) -> str:
        """What a message says now, after edits; "" when it is gone."""
        message = self.server.shown(in_group or self.id, message_id) or {}
        return str(message.get("text", message.get("caption", "")))

    def answered(self, within: float = 10.0) -> Answered | None:
        """How the bot answered the last press, waiting for it; None = not at all."""
        query = self.query
        self.server.wait_for(lambda: query in self.server.world.ledger.answered, within)
        return self.server.answered_callbacks.get(query)

    # inside

    def _all(self, chat_id: int) -> list[Sent]:
        return self.server.world.ledger.by_chat.get(chat_id, [])

    def _file(self, kind: str, content: bytes, name: str = "", mime: str = "", size: int = 0) -> StoredFile:
        return self.server.store(kind, content, name, mime, size)

    def _button(self, label: str | int, chat_id: int) -> tuple[Json, dict[str, Any]]:
        """The newest message that still shows the button, as it stands now."""
        seen: list[str] = []
        for sent in reversed(self.server.delivered_to(chat_id)):
            message = self.server.shown(chat_id, sent.message_id) or {}
            buttons = keys(message.get("reply_markup"))
            seen += [key["text"] for key in buttons]
            if isinstance(label, int) and len(buttons) >= label:
                return message, buttons[label - 1]
            key = next((key for key in buttons if key["text"] == label), None)
            if key is not None:
                return message, key
        raise AssertionError(f"no button {label!r} among {seen}")

    def _reaches_bot(self, message: Json) -> bool:
        """Privacy mode (core.telegram.org/bots/features#privacy-mode), if the bot has it."""
        bot = self.server.world.bot
        if bot["can_read_all_group_messages"]:
            return True
        marks = {entity["type"] for entity in message.get("entities", [])}
        addressed = "mention" in marks and f"@{bot['username']}" in message.get("text", "")
        answers = message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]
        return addressed or answers or "bot_command" in marks


def hears(user: User, words: str) -> str:
    """The next messages up to the one with these words."""
    heard = ""
    while words not in heard:
        heard += user.got()[0]
    return heard
