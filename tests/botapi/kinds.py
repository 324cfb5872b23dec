"""What people send, as the fields that the Bot API's Message has for it (core.telegram.org/bots/api#message)."""

import re

from tests.botapi.ledger import Json
from tests.botapi.text import utf16
from tests.botapi.world import StoredFile

# Clients mark these in what people write; the order decides between two that start at the same place.
MARKS = {
    "url": r"https?://\S+",
    "email": r"(?<!\S)[\w.+-]+@[\w-]+\.[\w.]+",
    "mention": r"(?<!\S)@\w{4,32}",
    "hashtag": r"(?<!\S)#\w+",
    "bot_command": r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w{4,32})?(?!\S)",
}


def written(words: str, name: str = "text") -> Json:
    """A text or a caption with the entities that a client finds by itself."""
    text = words.strip()
    found: list[Json] = [
        {"offset": utf16(text[: mark.start()]), "length": utf16(mark[0]), "type": kind}
        for kind, pattern in MARKS.items()
        for mark in re.finditer(pattern, text)
    ]
    entities = sorted(found, key=lambda one: one["offset"])
    marks = "entities" if name == "text" else "caption_entities"
    return {**({name: text} if text else {}), **({marks: entities} if entities else {})}


def file_fields(file: StoredFile) -> Json:
    """The four fields that tell a file's identity and size."""
    unique = f"unique-{file.file_id}"
    return {"file_id": file.file_id, "file_unique_id": unique, "file_size": file.size}


def photo(file: StoredFile, small: StoredFile, caption: str) -> Json:
    """A photo in two sizes, the bigger last."""
    shapes = ((small, 320, 240), (file, 1280, 960))
    sizes = [{**file_fields(one), "width": width, "height": height} for one, width, height in shapes]
    return {"photo": sizes, **written(caption, "caption")}


def document(file: StoredFile, caption: str) -> Json:
    """A file of any type."""
    named = {"file_name": file.name, "mime_type": file.mime}
    return {"document": {**named, **file_fields(file)}, **written(caption, "caption")}


def voice(file: StoredFile, seconds: int) -> Json:
    """A voice note."""
    return {"voice": {"duration": seconds, "mime_type": "audio/ogg", **file_fields(file)}}


def sticker(file: StoredFile, emoji: str) -> Json:
    """A still sticker of a set."""
    shape = {"width": 512, "height": 512, "emoji": emoji, "set_name": "CayTre", "type": "regular"}
    return {"sticker": {**shape, "is_animated": False, "is_video": False, **file_fields(file)}}


def contact(user: Json, phone: str, *, own: bool) -> Json:
    """A contact; its `user_id` is the sender's only if the number is."""
    who = {"first_name": user["first_name"], "user_id": user["id"]} if own else {"first_name": "Người khác"}
    return {"contact": {"phone_number": phone, **who}}


def location(latitude: float, longitude: float) -> Json:
    """A point on the map."""
    return {"location": {"latitude": latitude, "longitude": longitude}}


def poll(number: int, question: str, options: list[str]) -> Json:
    """An anonymous poll that nobody voted in."""
    asked = {"id": str(5_000_000_000 + number), "question": question, "total_voter_count": 0, "type": "regular"}
    choices = [
        {"persistent_id": str(place), "text": option, "voter_count": 0} for place, option in enumerate(options, start=1)
    ]
    flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": True}
    return {"poll": {**asked, "options": choices, **flags, "members_only": False}}


def dice(value: int, emoji: str = "🎲") -> Json:
    """A thrown die."""
    return {"dice": {"emoji": emoji, "value": value}}


def story(user: Json, number: int) -> Json:
    """A forwarded story."""
    chat = {"id": user["id"], "first_name": user["first_name"], "type": "private"}
    return {"story": {"chat": chat, "id": number}}


def origin(user: Json | None, hidden: str, date: int) -> Json:
    """Where a forwarded message comes from: a person, or only a name when that person hides."""
    if user is None:
        shown = {"type": "hidden_user", "sender_user_name": hidden, "date": date}
        return {"forward_origin": shown, "forward_sender_name": hidden, "forward_date": date}
    return {
        "forward_origin": {"type": "user", "sender_user": user, "date": date},
        "forward_from": user,
        "forward_date": date,
    }
