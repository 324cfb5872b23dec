"""What the stand-in of Telegram knows: people, groups, messages, files, and the updates that wait for the bot."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from tests.botapi.faults import Faults, Gate, Limits
from tests.botapi.ledger import Clock, Json, Ledger
from tests.botapi.rules import MAX_DOWNLOAD, Refused, bad, forbidden
from tests.botapi.updates import Queue

NAMES = {"id", "first_name", "last_name", "username"}
FOLDERS = {"photo": "photos", "voice": "voice", "sticker": "stickers", "video": "videos"}


@dataclass
class Person:
    """A user; `started` = the bot may write first only after the person did."""

    user: Json
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass
class Group:
    """A group or supergroup; `status` is the bot's own there."""

    chat: Json
    members: list[int] = field(default_factory=list)
    status: str = "member"
    migrated_to: int = 0


@dataclass(frozen=True)
class StoredFile:
    """A file on Telegram's servers."""

    file_id: str
    kind: str
    name: str
    mime: str
    size: int
    content: bytes
    path: str


@dataclass
class Webhook:
    """What setWebhook set."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    error: str = ""
    error_at: float = 0.0


@dataclass
class World:
    """All state; every access from outside the server's thread holds `lock`."""

    bot: Json
    clock: Clock = field(default_factory=Clock)
    limits: Limits = field(default_factory=Limits)
    callback_seconds: float = 150.0
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    uneditable: set[tuple[int, int]] = field(default_factory=set)
    files: dict[str, StoredFile] = field(default_factory=dict)
    presses: dict[str, float] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    queue: Queue = field(default_factory=Queue)
    webhook: Webhook = field(default_factory=Webhook)
    faults: Faults = field(default_factory=Faults)
    on_update: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.ledger = Ledger(self.clock)
        self.gate = Gate(self.limits)

    def push(self, update: Json) -> int:
        """Queues an update for the bot and learns who is in it; its id, or 0 when its kind is not allowed."""
        with self.lock:
            self.learn(update)
            number = self.queue.push(update, self.clock.wall())
        self.on_update()
        return number

    def next_message_id(self, chat_id: int) -> int:
        """One count for the bot's account, one for each supergroup."""
        key = chat_id if self._is_super(chat_id) else 0
        self.numbers[key] = self.numbers.get(key, 0) + 1
        return self.numbers[key]

    def _is_super(self, chat_id: int) -> bool:
        group = self.groups.get(chat_id)
        return group is not None and group.chat["type"] == "supergroup"

    def remember(self, message: Json) -> None:
        """A message that exists in a chat, by whomever."""
        chat_id, number = message["chat"]["id"], message["message_id"]
        key = chat_id if self._is_super(chat_id) else 0
        self.messages[chat_id, number] = message
        self.numbers[key] = max(self.numbers.get(key, 0), number)

    def learn(self, update: Json) -> None:
        """People and chats become known by their updates; a malformed update teaches nothing."""
        for kind, event in update.items():
            if not isinstance(event, dict):
                continue
            message = event.get("message") if kind == "callback_query" else event
            if kind == "callback_query" and isinstance(event.get("id"), str):
                self.presses[event["id"]] = self.clock.wall() + self.callback_seconds
            self._meet(event.get("from"), message.get("chat") if isinstance(message, dict) else None)
            if kind in {"message", "edited_message"} and _is_message(event):
                self.remember(event)
            if kind == "my_chat_member":
                self._status(event)

    def _meet(self, user: object, chat: object) -> None:
        user_id, chat_id = _id(user), _id(chat)
        if isinstance(user, dict) and user_id:
            person = self.people.setdefault(user_id, Person(user))
            person.started = person.started or chat_id == user_id
        if isinstance(chat, dict) and chat_id < 0 and chat.get("type") in {"group", "supergroup"}:
            self.groups.setdefault(chat_id, Group(chat))

    def _status(self, event: Json) -> None:
        chat_id, member = _id(event.get("chat")), event.get("new_chat_member")
        status = member.get("status") if isinstance(member, dict) else None
        if chat_id in self.people and isinstance(status, str):
            self.people[chat_id].blocked = status == "kicked"
        if chat_id in self.groups and isinstance(status, str):
            self.groups[chat_id].status = status

    def known(self, written: str) -> int:
        """The id of a chat that the bot ever met."""
        if not written:
            raise bad("chat_id is empty")
        chat_id = int(written) if written.removeprefix("-").isdecimal() else 0
        if chat_id not in self.groups and chat_id not in self.people:
            raise bad("Chat not found")
        return chat_id

    def reach(self, written: str) -> Json:
        """The chat to write to, or the refusal that Telegram gives (check_chat_access)."""
        chat_id = self.known(written)
        if chat_id in self.groups:
            return self._reach_group(self.groups[chat_id])
        return self._reach_person(self.people[chat_id])

    def _reach_person(self, person: Person) -> Json:
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return private_chat(person.user)

    def _reach_group(self, group: Group) -> Json:
        kind = group.chat["type"]
        if group.migrated_to:
            sentence = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, sentence, migrate_to_chat_id=group.migrated_to)
        if group.status == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if group.status == "left":
            raise forbidden(f"bot is not a member of the {kind} chat")
        return group.chat

    def admit(self, chat_id: int, count: int = 1) -> None:
        """429 while the token or the chat sends too fast."""
        wait = self.gate.admit(chat_id, self.clock.monotonic(), count)
        if wait:
            raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def store(self, kind: str, content: bytes, name: str = "", mime: str = "", size: int = 0) -> StoredFile:
        """Keeps a file; `size` pretends a bigger one than `content`."""
        number = len(self.files) + 1
        suffix = PurePath(name).suffix or {"photo": ".jpg", "voice": ".oga"}.get(kind, "")
        path = f"{FOLDERS.get(kind, 'documents')}/file_{number}{suffix}"
        file = StoredFile(f"{kind}-id-{number:06}", kind, name, mime, size or len(content), content, path)
        self.files[file.file_id] = file
        return file

    def file_json(self, file: StoredFile) -> Json:
        """The File fields of any attachment."""
        return {"file_id": file.file_id, "file_unique_id": f"unique-{file.file_id}", "file_size": file.size}

    def found_file(self, file_id: str) -> Json:
        """What getFile answers; `file_path` is for downloads of up to 20 MB."""
        file = self.files.get(file_id)
        if file is None:
            raise bad("invalid file_id" if file_id else "file_id not specified")
        if file.size > MAX_DOWNLOAD:
            raise bad("file is too big")
        return {**self.file_json(file), "file_path": file.path}

    def reply_target(self, chat_id: int, number: int, optional: bool) -> Json | None:
        """The message that a message answers."""
        target = self.messages.get((chat_id, number))
        if number and target is None and not optional:
            raise bad("message to be replied not found")
        return {key: value for key, value in target.items() if key != "reply_to_message"} if target else None


def private_chat(user: Json) -> Json:
    """The chat that a person has with the bot; its id is the person's."""
    return {**{key: value for key, value in user.items() if key in NAMES}, "type": "private"}


def _id(thing: object) -> int:
    number = thing.get("id") if isinstance(thing, dict) else 0
    return number if isinstance(number, int) else 0


def _is_message(event: dict[str, Any]) -> bool:
    return isinstance(event.get("message_id"), int) and bool(_id(event.get("chat")))
