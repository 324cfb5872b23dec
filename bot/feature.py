"""What everything is composed of: a turn, the routes to it, a feature, the app.

These types stand above the ward profile and the texts, because a handler needs both; the pure core knows neither.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from markupsafe import Markup
from sqlmodel import Session

from bot.core.choices import plain
from bot.core.clock import Clock, local_date
from bot.core.events import File, Incoming, Text
from bot.core.flow import Answers, Flow
from bot.core.replies import Button, Kind, Reply, Rows
from bot.core.split import split
from bot.text import Texts
from bot.ward import Ward
from db import outbox
from db.broadcasts import Broadcast
from db.drafts import DraftRow
from db.files import Files
from db.outbox import Lane
from db.people import Chat, Person, reachable
from db.session import Database
from db.staff import Role, Staff

SMALLEST_TEXT = 4096
"""UTF-16 units in one message where the receiving channel is not known yet: what Telegram takes."""


@dataclass
class Work:
    """One transaction at work, for a person's event or for the clock; `key` is the event, empty for the clock."""

    app: "App"
    session: Session
    now: datetime
    ward: Ward
    key: str = ""

    @property
    def today(self) -> date:
        """The day for people in Vietnam."""
        return local_date(self.now)

    def say(self, key: str, **values: object) -> Markup:
        """A sentence of the catalogue."""
        return self.app.say(key, **values)

    def button(self, key: str, data: str, **values: object) -> Button:
        """A button whose label is in the catalogue."""
        return Button(self.app.say.label(key, **values), data)

    def tell(
        self,
        person_id: int,
        reply: Reply,
        dedupe: str,
        lane: Lane = Lane.ANSWER,
        *,
        until: datetime | None = None,
    ) -> int:
        """Write to somebody where they were heard last; the number of messages, 0 where they are reached nowhere.

        They are enqueued as `dedupe`#1, #2, …, once. What many are told at once goes behind the answers, in a `lane` of
        the mass sends. What has not left by `until` never does.
        """
        chat = reachable(self.session, person_id)
        if chat is None:
            return 0
        parts = split(reply, SMALLEST_TEXT)
        for number, part in enumerate(parts, start=1):
            body, name = part.to_json(), f"{dedupe}#{number}"
            outbox.enqueue(self.session, chat, dedupe=name, body=body, at=self.now, lane=lane, until=until)
        return len(parts)


@dataclass(kw_only=True)
class Turn(Work):
    """One event being handled: what a handler reads, and the replies that it leaves.

    Replies to the same `cause` are sent once; it is the event itself unless a handler says otherwise. `outcome` is what
    the event was taken for, as the reconciliation counts it; `ended` says that a dialogue did. `link` makes a deep link
    of this channel out of a payload, `read` understands its raw events, `rate` is how many messages a second it takes,
    `edits` whether it can change a message. The one reply of a turn that `replaces` takes the place of the message
    whose button was pressed.
    """

    incoming: Incoming
    read: Callable[[str], Incoming | None]
    chat: Chat
    person: Person
    staff: Staff | None = None
    replies: list[Reply] = field(default_factory=list)
    cause: str = ""
    outcome: str = ""
    ended: bool = False
    replaces: bool = False
    rate: float = 1_000_000
    edits: bool = False
    link: Callable[[str], str] = "/start {}".format

    def reply(self, text: Markup, rows: Rows = ()) -> None:
        """Leave a message; it goes out after the commit."""
        self.replies.append(Reply(text, rows))


def _always(_session: Session, _broadcast: Broadcast) -> bool:
    return True


@dataclass(frozen=True)
class NoticeKind:
    """What is special about a kind of announcement: the key of its first line, and the buttons under it.

    `again` is the button with which its author mends what was returned; empty where that is made anew. Without `edits`
    its words follow something else, and nobody corrects them by themselves. Nothing of it leaves before it is `ready`.
    """

    header: str
    rows: Callable[["App", Broadcast], Rows]
    again: str = ""
    edits: bool = True
    ready: Callable[[Session, Broadcast], bool] = _always


T = TypeVar("T")
Handler = Callable[[Turn, str], None]


@dataclass(frozen=True)
class CommandRoute:
    """A command.

    `words` are plain messages that mean the same; one with a `menu` key stands in menu and help; `in_groups` says
    whether it is answered there too. One with `roles` exists for nobody else.
    """

    name: str
    handler: Handler
    menu: str = ""
    words: tuple[str, ...] = ()
    in_groups: bool = False
    roles: frozenset[Role] = frozenset()

    def exists_for(self, staff: Staff | None) -> bool:
        """Whether this person may know of the command."""
        return not self.roles or (staff is not None and staff.role in self.roles)


@dataclass(frozen=True)
class ButtonRoute:
    """The buttons whose data begins with `name`; the handler gets what stands behind the colon."""

    name: str
    handler: Handler
    in_groups: bool = False
    roles: frozenset[Role] = frozenset()

    def exists_for(self, staff: Staff | None) -> bool:
        """Whether this person's press may do anything."""
        return not self.roles or (staff is not None and staff.role in self.roles)


@dataclass(frozen=True)
class FlowRoute:
    """A dialogue, and what is done with its answers when they are complete.

    `file` takes the photos and files that are sent at any of its questions; `below` adds lines to the preview;
    `answered` hears of each answer as it is taken, by the name of its question, before the next one is asked. `reads`
    says how an answer reads in the preview, None for as it is; `offers` are more buttons there.
    """

    flow: Flow
    done: Callable[[Turn, DraftRow, Answers], None]
    file: Callable[[Turn, DraftRow, File], None] | None = None
    below: Callable[[Turn, DraftRow], Sequence[Markup]] | None = None
    answered: Callable[[Turn, DraftRow, str], None] | None = None
    reads: Callable[[Turn, DraftRow, str], str | None] | None = None
    offers: Callable[[Turn, DraftRow], Rows] | None = None


@dataclass(frozen=True)
class Job:
    """A paper to be made, perhaps in another process: all of it can be pickled.

    `wanted` is what was ordered, by whom is `staff`; `now` is the moment of the figures. `folder` is empty and the
    job's own.
    """

    database: Database
    files: Files
    say: Texts
    ward: Ward
    now: datetime
    wanted: Mapping[str, object]
    masked: bool
    staff: Staff
    folder: Path


@dataclass(frozen=True)
class Made:
    """What was made: the file `name` in the job's folder with `rows` in it, and the words that stand under it."""

    name: str
    rows: int
    caption: Markup
    kind: Kind = "document"


Said = Callable[[int, int], None]
Maker = Callable[[Job, Said], Made]
"""A function of a module, so that another process finds it; it tells how many are done, of how many."""


@dataclass(frozen=True)
class Feature:
    """One thing that the bot does. `text` takes the messages that nothing else took; exactly one feature has it.

    `interrupts` tells whether a message in the middle of a dialogue is plainly a question of its own; `alert` sees
    what is typed in a dialogue and may warn; `reads` takes a typed message that is plainly for this feature, before
    `text` does, and says whether it did, `reads_anywhere` in groups too; `file` takes a file sent outside of dialogues,
    `forwarded` what somebody else wrote and is passed on outside of them. `due` is asked at every
    tick of the clock to do what is owed by now, in transactions of its own; one that returns True has more to do and is
    asked again, after whoever waits. `awaits` counts what is somebody's to do, each under the key of its line in the
    digest of the day. `staff_left` hands back what somebody had to do whose role has just ended, in the
    transaction that ends it. `makes` are the papers that can be ordered, by the kind of the order; `notices` the
    kinds of announcements that it has.
    """

    name: str
    commands: Sequence[CommandRoute] = ()
    buttons: Sequence[ButtonRoute] = ()
    flows: Sequence[FlowRoute] = ()
    text: Handler | None = None
    interrupts: Callable[[str], bool] | None = None
    start_with: Mapping[str, Handler] = field(default_factory=dict)
    alert: Handler | None = None
    reads: Callable[[Turn, str], bool] | None = None
    reads_anywhere: Callable[[Turn, str], bool] | None = None
    file: Callable[[Turn, File], None] | None = None
    forwarded: Callable[[Turn, Text | File], None] | None = None
    due: Sequence[Callable[["App"], bool | None]] = ()
    awaits: Callable[[Work, Staff], Sequence[tuple[str, int]]] | None = None
    staff_left: Callable[[Work, Staff], None] | None = None
    makes: Mapping[str, Maker] = field(default_factory=dict)
    notices: Mapping[str, NoticeKind] = field(default_factory=dict)


class RouteClash(Exception):
    """Two features claim the same command, words, button or dialogue: the app cannot be composed."""


class Links(Mapping[str, Handler]):
    """Deep links by the word before their first underscore.

    A handler under "mt#" takes the links that begin with mt and a number, "mt12_CODE", and gets "12_CODE".
    """

    def __init__(self, named: Mapping[str, Handler]) -> None:
        self._named = named

    def __getitem__(self, word: str) -> Handler:
        name = word.rstrip("0123456789")
        if name == word:
            return self._named[word]
        handler = self._named[f"{name}#"]
        return lambda turn, rest: handler(turn, f"{word.removeprefix(name)}_{rest}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


@dataclass(frozen=True)
class Routes:
    """All tables of all features as one; built when the app is composed, checked for clashes there."""

    commands: Mapping[str, CommandRoute]
    words: Mapping[str, CommandRoute]
    buttons: Mapping[str, ButtonRoute]
    flows: Mapping[str, FlowRoute]
    start_with: Mapping[str, Handler]
    text: Handler
    interrupts: Sequence[Callable[[str], bool]]
    alerts: Sequence[Handler]
    reads: Sequence[Callable[[Turn, str], bool]]
    reads_anywhere: Sequence[Callable[[Turn, str], bool]]
    file: Callable[[Turn, File], None] | None
    forwarded: Callable[[Turn, Text | File], None] | None
    makes: Mapping[str, Maker]
    notices: Mapping[str, NoticeKind]

    @classmethod
    def of(cls, features: Sequence[Feature]) -> "Routes":
        """Raises RouteClash."""
        commands = [route for feature in features for route in feature.commands]
        takers = [feature.text for feature in features if feature.text]
        if len(takers) != 1:
            raise RouteClash(f"{len(takers)} features take the messages that nothing else took")
        return cls(
            commands=_table("command", ((route.name, route) for route in commands)),
            words=_table("word", ((plain(word), route) for route in commands for word in route.words)),
            buttons=_table("button", ((route.name, route) for feature in features for route in feature.buttons)),
            flows=_table("flow", ((route.flow.name, route) for feature in features for route in feature.flows)),
            start_with=Links(
                _table("deep link", (pair for feature in features for pair in feature.start_with.items()))
            ),
            text=takers[0],
            interrupts=[feature.interrupts for feature in features if feature.interrupts],
            alerts=[feature.alert for feature in features if feature.alert],
            reads=[feature.reads for feature in features if feature.reads],
            reads_anywhere=[feature.reads_anywhere for feature in features if feature.reads_anywhere],
            file=next((feature.file for feature in features if feature.file), None),
            forwarded=next((feature.forwarded for feature in features if feature.forwarded), None),
            makes=_table("paper", (pair for feature in features for pair in feature.makes.items())),
            notices=_table("notice", (pair for feature in features for pair in feature.notices.items())),
        )


def _table(kind: str, pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    listed = list(pairs)
    twice = [name for name, count in Counter(name for name, _ in listed).items() if count > 1]
    if twice:
        raise RouteClash(f"Claimed twice, {kind}: {', '.join(twice)}")
    return dict(listed)


@dataclass(frozen=True)
class App:
    """One ward's bot as a value: tests compose one with other arguments, one process can hold several."""

    database: Database
    files: Files
    say: Texts
    profile: Callable[[], Ward]
    clock: Clock
    features: Sequence[Feature]
    routes: Routes
