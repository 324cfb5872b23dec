"""What puts messages into chats and changes them: the send, edit and delete methods of the stand-in."""

import contextlib
import json

from tests.botapi import rules
from tests.botapi.calls import Call, Content, method
from tests.botapi.ledger import Deleted, Json, Sent
from tests.botapi.rules import Refused, Words, bad
from tests.botapi.world import StoredFile, World

TWO_DAYS = 48 * 3600


@method("sendMessage")
def send_message(world: World, call: Call) -> Json:
    words = rules.message_text(call.args)
    return _send(world, call, [Content(words.as_field("text"), words)])[0]


@method("sendPhoto")
def send_photo(world: World, call: Call) -> Json:
    words = rules.caption(call.args)
    return _send(
        world, call, [_with_file(world, call, "photo", words, given=call.args.get("photo", ""), name="photo")]
    )[0]


@method("sendDocument")
def send_document(world: World, call: Call) -> Json:
    words = rules.caption(call.args)
    return _send(
        world, call, [_with_file(world, call, "document", words, given=call.args.get("document", ""), name="document")]
    )[0]


@method("sendMediaGroup")
def send_media_group(world: World, call: Call) -> list[Json]:
    media = rules.parsed(call.args.get("media", ""))
    if not isinstance(media, list):
        raise bad("Expected an Array of InputMedia" if media is not None else "Can't parse media JSON object")
    for sentence in rules.album(media):
        world.ledger.tolerated.append((call.method, sentence))
    return _send(world, call, [_medium(world, call, one) for one in media])


def _medium(world: World, call: Call, one: Json) -> Content:
    kind = str(one.get("type"))
    if kind not in {"photo", "document"}:
        raise Refused(501, f"Not in the stand-in: InputMedia of type {kind}")
    args = {key: value if isinstance(value, str) else json.dumps(value) for key, value in one.items()}
    try:
        return _with_file(world, call, kind, rules.caption(args), given=args.get("media", ""))
    except Refused as refused:
        sentence = refused.description.removeprefix("Bad Request: ")
        raise bad(f"Can't parse InputMedia: {sentence}") from refused


def _with_file(world: World, call: Call, kind: str, words: Words, *, given: str, name: str = "") -> Content:
    file = _given_file(world, call, kind, given, name)
    shape = world.file_json(file)
    fields: Json = {"document": {**shape, "file_name": file.name, "mime_type": file.mime}}
    if kind == "photo":
        fields = {"photo": [{**shape, "width": 1280, "height": 960}]}
    return Content({**fields, **words.as_field("caption")}, words, file)


def _given_file(world: World, call: Call, kind: str, given: str, name: str) -> StoredFile:
    """An upload (by its field or attach://), or the id of a file that is there (get_input_file)."""
    upload = call.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
    if upload is not None:
        rules.upload(upload.content, photo=kind == "photo")
        return world.store(kind, upload.content, upload.name, upload.mime)
    if not given or given.startswith("attach://"):
        raise bad(f"There is no {kind} in the request" if name else "media not found")
    if given.startswith(("http://", "https://")):
        raise bad("Failed to get HTTP URL content")
    return _known_file(world, kind, given)


def _known_file(world: World, kind: str, file_id: str) -> StoredFile:
    file = world.files.get(file_id)
    if file is None:
        raise bad("Wrong remote file identifier specified: can't unserialize it")
    if (file.kind == "photo") != (kind == "photo"):
        raise bad(f"Can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return file


@method("sendLocation", "sendVenue")
def send_place(world: World, call: Call) -> Json:
    fields: Json = {"location": _location(call)}
    if call.method.lower() == "sendvenue":
        names = {name: call.args.get(name, "") for name in ("title", "address")}
        if not all(names.values()):
            raise bad(f"VENUE_{'ADDRESS' if names['title'] else 'TITLE'}_INVALID")
        fields["venue"] = {**fields, **names}
    return _send(world, call, [Content(fields)])[0]


def _location(call: Call) -> dict[str, float]:
    place: dict[str, float] = {}
    for name in ("latitude", "longitude"):
        if not call.args.get(name, "").strip():
            raise bad(f"{name} is empty")
        with contextlib.suppress(ValueError):
            place[name] = float(call.args[name])
    if abs(place.get("latitude", 91)) > 90 or abs(place.get("longitude", 181)) > 180:
        raise bad("Wrong latitude or longitude")
    return place


def _send(world: World, call: Call, contents: list[Content]) -> list[Json]:
    """Delivers messages of one call, after everything that can be refused was."""
    board = rules.keyboard(call.args)
    number, optional = rules.reply_to(call.args)
    chat = world.reach(call.args.get("chat_id", ""))
    target = world.reply_target(chat["id"], number, optional)
    world.admit(chat["id"], len(contents))
    album: Json = {"media_group_id": str(world.next_message_id(0))} if len(contents) > 1 else {}
    extra = {**album, **({"reply_to_message": target} if target else {})}
    for sentence in (*board.tolerated, *(why for content in contents for why in content.words.tolerated)):
        world.ledger.tolerated.append((call.method, sentence))
    sent = [_deliver(world, call, content, chat=chat, extra=extra, board=board) for content in contents]
    world.changed.notify_all()
    return sent


def _deliver(world: World, call: Call, content: Content, *, chat: Json, extra: Json, board: rules.Keyboard) -> Json:
    number = world.next_message_id(chat["id"])
    sender = {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
    message = {"message_id": number, "from": sender, "chat": chat, "date": int(world.clock.wall()), **extra}
    message |= content.fields | ({"reply_markup": board.markup} if board.inline else {})
    world.remember(message)
    if board.markup and not board.inline:
        world.uneditable.add((chat["id"], number))
    world.ledger.deliver(_record(world, call, message, content, board.markup))
    return message


def _record(world: World, call: Call, message: Json, content: Content, markup: Json | None) -> Sent:
    target = message.get("reply_to_message")
    return Sent(
        **world.ledger.moment(),
        message_id=message["message_id"],
        chat_id=message["chat"]["id"],
        method=call.method,
        text=content.words.text,
        source=content.words.source,
        entities=content.words.entities,
        reply_markup=markup,
        reply_to=target["message_id"] if target else None,
        file_name=content.file.name if content.file else None,
        content=content.file.content if content.file else None,
        message=message,
    )


@method("editMessageText")
def edit_text(world: World, call: Call) -> Json:
    words = rules.message_text(call.args)
    message = _editable(world, call)
    if "text" not in message:
        raise bad("There is no text in the message to edit")
    kept = {key: value for key, value in message.items() if key not in {"text", "entities", "reply_markup"}}
    return _edit(world, call, message, {**kept, **words.as_field("text")}, words)


@method("editMessageCaption")
def edit_caption(world: World, call: Call) -> Json:
    words = rules.caption(call.args)
    message = _editable(world, call)
    if not any(kind in message for kind in ("photo", "document")):
        raise bad("There is no caption in the message to edit")
    gone = {"caption", "caption_entities", "reply_markup"}
    kept = {key: value for key, value in message.items() if key not in gone}
    return _edit(world, call, message, {**kept, **words.as_field("caption")}, words)


@method("editMessageReplyMarkup")
def edit_markup(world: World, call: Call) -> Json:
    message = _editable(world, call)
    kept = {key: value for key, value in message.items() if key != "reply_markup"}
    text = kept.get("text", kept.get("caption", ""))
    marks = tuple(kept.get("entities", kept.get("caption_entities", ())))
    return _edit(world, call, message, kept, Words(text, text, marks))


def _editable(world: World, call: Call) -> Json:
    chat = world.reach(call.args.get("chat_id", ""))
    message = world.messages.get((chat["id"], rules.number(call.args, "message_id", 0, 0, 2**31 - 1)))
    if message is None:
        raise bad("message to edit not found")
    # can_edit_message: not by others, not with a keyboard that is no inline keyboard.
    if message.get("from", {}).get("id") != world.bot["id"] or (chat["id"], message["message_id"]) in world.uneditable:
        raise bad("Message can't be edited")
    return message


def _edit(world: World, call: Call, old: Json, new: Json, words: Words) -> Json:
    """An edit without reply_markup takes the keyboard away, as the platform does."""
    board = rules.keyboard(call.args, only_inline=True)
    new = {**new, **({"reply_markup": board.markup} if board.markup else {})}
    if {**new, "edit_date": 0} == {**old, "edit_date": 0}:
        sentence = "specified new message content and reply markup are exactly the same as a current content"
        raise bad(f"message is not modified: {sentence} and reply markup of the message")
    new["edit_date"] = int(world.clock.wall())
    world.remember(new)
    world.ledger.edits.append(_record(world, call, new, Content({}, words), board.markup))
    world.ledger.tolerated += [(call.method, why) for why in (*board.tolerated, *words.tolerated)]
    world.changed.notify_all()
    return new


@method("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    number = rules.number(call.args, "message_id", 0, 0, 2**31 - 1)
    if not call.args.get("chat_id") or not number:
        raise bad(f"{'Message' if call.args.get('chat_id') else 'Chat'} identifier is not specified")
    chat_id = world.reach(call.args["chat_id"])["id"]
    message = world.messages.get((chat_id, number))
    if message is None:
        raise bad("message to delete not found")
    own = message.get("from", {}).get("id") == world.bot["id"]
    # Up to 48 hours; in a group, others' messages only as an administrator (documentation of deleteMessage).
    if world.clock.wall() - message.get("date", 0) > TWO_DAYS or not (own or chat_id > 0):
        raise bad("message can't be deleted")
    del world.messages[chat_id, number]
    world.ledger.deleted.append(Deleted(**world.ledger.moment(), chat_id=chat_id, message_id=number))
    return True
