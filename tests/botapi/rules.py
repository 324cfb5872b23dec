"""What Telegram refuses, as pure functions over a call's arguments.

The sentences are those of tdlib/telegram-bot-api (Client.cpp) and tdlib/td; what the server accepts silently though
the documentation forbids it is collected in `tolerated`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.botapi import text as texts
from tests.botapi.html import read_html

Json = dict[str, Any]
Args = Mapping[str, str]

MAX_TEXT, MAX_CAPTION, MAX_SOURCE = 4096, 1024, 1 << 15
MAX_BUTTONS, MAX_ROW, MAX_DATA = 100, 8, 64
MAX_DOWNLOAD, MAX_UPLOAD, MAX_PHOTO = 20 << 20, 50 << 20, 10 << 20
BUTTON_FIELDS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
STYLED = {*texts.PRIORITY}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"RIFF")


class Refused(Exception):  # the platform's word for it
    """Telegram answers with an error; nothing happened."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(status, description)
        self.status, self.description, self.parameters = status, description, parameters


def bad(sentence: str) -> Refused:
    """400; the server lowers the first letter unless a capital or an underscore follows (fail_query_with_error)."""
    keep = len(sentence) < 2 or sentence[1] == "_" or "A" <= sentence[1] <= "Z"
    return Refused(400, f"Bad Request: {sentence if keep else sentence[0].lower() + sentence[1:]}")


def forbidden(sentence: str) -> Refused:
    """403, which means: this chat cannot be reached."""
    return Refused(403, f"Forbidden: {sentence}")


@dataclass(frozen=True)
class Words:
    """A text or caption as it will be shown."""

    text: str = ""
    source: str = ""
    entities: tuple[Json, ...] = ()
    tolerated: tuple[str, ...] = ()

    def as_field(self, name: str) -> Json:
        """The message fields for it: `text` and `entities`, or `caption` and `caption_entities`."""
        marks = "entities" if name == "text" else f"{name}_entities"
        return {**({name: self.text} if self.text else {}), **({marks: list(self.entities)} if self.entities else {})}


def message_text(args: Args) -> Words:
    """The text of sendMessage and editMessageText: 1-4096 UTF-16 units after entities parsing."""
    if not args.get("text"):
        raise bad("Message text is empty")
    words = read_words(args, "text", "entities")
    if texts.is_empty(words.text):
        raise bad("Text must be non-empty")
    # td counts code points here; UTF-16 units is the stricter reading, and the one of entity offsets.
    if texts.utf16(words.text) > MAX_TEXT:
        raise bad("Message is too long")
    return words


def caption(args: Args) -> Words:
    """The caption of a file: 0-1024 units after entities parsing."""
    words = read_words(args, "caption", "caption_entities")
    if texts.utf16(words.text) > MAX_CAPTION:
        raise bad("Message caption is too long")
    return words


def read_words(args: Args, name: str, marks: str) -> Words:
    """A text with its parse_mode or its entities (get_formatted_text)."""
    source, mode = args.get(name, ""), args.get("parse_mode", "").lower()
    try:
        if len(source.encode()) > MAX_SOURCE:
            raise bad("Text is too long")
        return _read(source, mode, args.get(marks, ""))
    except UnicodeEncodeError as error:
        raise bad("Strings must be encoded in UTF-8") from error


def _read(source: str, mode: str, marks: str) -> Words:
    text, entities = source, _entities(marks)
    if mode and mode != "none" and source:
        text, entities = _parsed(source, mode)
    else:
        try:
            texts.check_places(text, entities)
        except texts.Unreadable as error:
            raise bad(str(error)) from error
    fixed, dropped = texts.fix(entities)
    text, fixed = texts.clean(text, fixed)
    return Words(text, source, tuple(fixed), tuple(dropped))


def _parsed(source: str, mode: str) -> tuple[str, list[Json]]:
    if mode in {"markdown", "markdownv2"}:
        raise Refused(501, "Not in the stand-in: Markdown")
    if mode != "html":
        raise bad("Unsupported parse_mode")
    try:
        return read_html(source)
    except texts.Unreadable as error:
        raise bad(f"Can't parse entities: {error}") from error


def _entities(written: str) -> list[Json]:
    """Entities as JSON; what is no JSON list counts as none, as in get_input_entities."""
    given = parsed(written)
    entities = given if isinstance(given, list) else []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad("Can't parse MessageEntity: expected an Object")
        _entity_fields(entity)
    return [entity for entity in entities if entity["type"] in STYLED]


def _entity_fields(entity: Json) -> None:
    for name, kind in (("offset", int), ("length", int), ("type", str)):
        if name not in entity:
            raise bad(f"Can't parse MessageEntity: Can't find field \"{name}\"")
        if not isinstance(entity[name], kind):
            raise bad(
                f'Can\'t parse MessageEntity: Field "{name}" must be of type {"String" if kind is str else "Number"}'
            )
    if entity["type"] == "text_link" and (why := texts.check_link(str(entity.get("url", "")))):
        raise bad(f"Entity URL '{entity.get('url', '')}' is invalid: {why}")


def parsed(written: str) -> Any:  # whatever JSON holds
    """A JSON-serialised argument, or None."""
    try:
        return json.loads(written) if written else None
    except ValueError:
        return None


@dataclass
class Keyboard:
    """A reply_markup as Telegram keeps it: None, an inline keyboard, or one of the other three kinds."""

    markup: Json | None = None
    tolerated: list[str] = field(default_factory=list)

    @property
    def inline(self) -> bool:
        """Only these are part of a message and can be edited."""
        return bool(self.markup) and "inline_keyboard" in (self.markup or {})


def keyboard(args: Args, *, only_inline: bool = False) -> Keyboard:
    """The reply_markup of a call, checked."""
    written = args.get("reply_markup", "")
    markup = parsed(written)
    if written and markup is None:
        raise bad("Can't parse reply keyboard markup JSON object")
    if written and not isinstance(markup, dict):
        raise bad("Object expected as reply markup")
    board = Keyboard()
    board.markup = _inline(markup, board) if markup and markup.get("inline_keyboard") else _other(markup or {})
    if only_inline and board.markup and not board.inline:
        raise bad("Inline keyboard expected")
    return board


def _other(markup: Json) -> Json | None:
    if isinstance(markup.get("keyboard"), list) and markup["keyboard"]:
        _rows(markup["keyboard"], 'Field "keyboard" must be an Array of Arrays')
        return markup
    return markup if markup.get("remove_keyboard") or markup.get("force_reply") else None


def _rows(rows: object, sentence: str) -> None:
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad(sentence)


def _inline(markup: Json, board: Keyboard) -> Json | None:
    rows = markup["inline_keyboard"]
    _rows(rows, 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for key in (key for row in rows for key in row):
        _check_button(key, board)
    kept = [[key for key in row if key["text"]] for row in rows]
    if kept != rows:
        board.tolerated.append("a button without a label, or an empty row: it is not shown")
    if any(len(row) > MAX_ROW for row in kept):
        board.tolerated.append("more than 8 buttons in a row")
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": [row for row in kept if row]} if any(kept) else None


def _check_button(key: object, board: Keyboard) -> None:
    unreadable = "Can't parse inline keyboard button:"
    if not isinstance(key, dict):
        raise bad(f"{unreadable} InlineKeyboardButton must be an Object")
    if not isinstance(key.get("text"), str):
        raise bad(f'{unreadable} Can\'t find field "text"')
    if not all(isinstance(key.get(name, ""), str) for name in ("url", "callback_data")):
        raise bad(f"{unreadable} Field must be of type String")
    given = [name for name in BUTTON_FIELDS if key.get(name) not in (None, "")]
    if not given:
        raise bad(f"{unreadable} Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        board.tolerated.append(f"a button with {' and '.join(given)}: only {given[0]} works")
    _check_target(given[0], key)


def _check_target(name: str, key: Json) -> None:
    if name == "callback_data" and len(str(key[name]).encode()) > MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if name == "url" and not texts.link_user(key[name]) and (why := texts.check_link(key[name])):
        raise bad(f"Inline keyboard button URL '{key[name]}' is invalid: {why}")


def reply_to(args: Args) -> tuple[int, bool]:
    """The message to answer (0 = none) and whether to send without it when it is gone."""
    written = args.get("reply_parameters", "")
    given = parsed(written)
    if written and given is None:
        raise bad("Can't parse reply parameters JSON object")
    if written and not isinstance(given, dict):
        raise bad("Object expected as reply parameters")
    if given and "message_id" not in given:
        raise bad('Can\'t find field "message_id"')
    if given and not isinstance(given["message_id"], int):
        raise bad('Field "message_id" must be of type Number')
    old = args.get("reply_to_message_id", "0")  # before Bot API 7.0
    number = int(given["message_id"]) if given else int(old) if old.isdigit() else 0
    return number, bool((given or {}).get("allow_sending_without_reply"))


def commands(args: Args) -> list[Json]:
    """The list of setMyCommands (BotCommand.cpp; letters and number: core.telegram.org/bots/api#botcommand)."""
    given = parsed(args.get("commands", "[]"))
    if not isinstance(given, list):
        raise bad("Expected an Array of BotCommand" if given is not None else "Can't parse commands JSON object")
    if len(given) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return [_command(one) for one in given]


def _command(given: object) -> Json:
    if not isinstance(given, dict) or not {"command", "description"} <= given.keys():
        raise bad("Can't parse BotCommand: expected an Object")
    name, said = str(given["command"]).strip().removeprefix("/"), str(given["description"]).strip()
    for what, value, most in (("Command", name, 32), ("Command description", said, 256)):
        if not value:
            raise bad(f"{what} must be non-empty")
        if len(value) > most:
            raise bad(f"{what} length must not exceed {most}")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": name, "description": said}


def webhook(args: Args) -> None:
    """The address and the secret of setWebhook."""
    # The public server demands HTTPS; plain HTTP is for this machine only, as with a local Bot API server.
    if not re.match(r"https://[^/]+|http://(127\.0\.0\.1|localhost)[:/]", args["url"]):
        raise bad("invalid webhook URL specified")
    secret = args.get("secret_token", "")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")


def upload(content: bytes, *, photo: bool) -> None:
    """Sizes of core.telegram.org/bots/api#sending-files; a photo must be a picture."""
    if not content:
        raise bad("File must be non-empty")
    if photo and len(content) > MAX_PHOTO:
        sentence = f"File of size {len(content)} bytes is too big for a photo"
        raise bad(f"{sentence}; the maximum size is {MAX_PHOTO} bytes")
    if photo and not content.startswith(PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")


def album(media: list[Json]) -> list[str]:
    """Sizes and kinds of sendMediaGroup; what is tolerated."""
    if not media:
        raise bad("There are no messages to send")
    if len(media) > 10:
        raise bad("Too many messages to send as an album")
    if not all(isinstance(one, dict) for one in media):
        raise bad("Can't parse InputMedia: expected an Object")
    kinds = {str(one.get("type")) for one in media}
    for kind in sorted(kinds & {"document", "audio"}):
        if len(kinds) > 1:
            raise bad(f"{kind.capitalize()} can't be mixed with other media types")
    return ["an album of one: the documentation wants 2-10"] if len(media) == 1 else []


def number(args: Args, name: str, default: int, low: int, high: int) -> int:
    """An integer argument, clamped as get_integer_arg does; what is no number counts as 0."""
    written = args.get(name, "")
    value = int(written) if re.fullmatch("-?[0-9]+", written) else 0
    return min(max(value if written else default, low), high)
