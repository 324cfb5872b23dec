"""One call of the Bot API, and the table of the methods that the stand-in knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.ledger import Json
from tests.botapi.rules import Words
from tests.botapi.world import StoredFile, World


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class Call:
    """One request: the method's name as documented, its arguments as text, its files by field name."""

    method: str
    args: Mapping[str, str]
    files: Mapping[str, Upload] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What a message holds, whatever its kind."""

    fields: Json
    words: Words = field(default_factory=Words)
    file: StoredFile | None = None


Method = Callable[[World, Call], Any]
METHODS: dict[str, Method] = {}
SENDS = frozenset({"sendmessage", "sendphoto", "senddocument", "sendmediagroup", "sendlocation", "sendvenue"})


def method(*names: str) -> Callable[[Method], Method]:
    """Registers a function under these names; the Bot API does not distinguish case."""

    def register(function: Method) -> Method:
        METHODS.update({name.lower(): function for name in names})
        return function

    return register
