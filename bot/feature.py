"""What everything is composed of: a turn, the routes to it, a feature, the app.

These types stand above the ward profile and the texts, because a handler needs both; the pure core knows neither.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from markupsafe import Markup
from sqlmodel import Session

from bot.core.choices import plain
from bot.core.clock import Clock
from bot.core.events import Incoming
from bot.core.flow import Answers, Flow
from bot.core.replies import Button, Reply, Rows
from bot.text import Texts
from bot.ward import Ward
from db.people import Chat, Person
from db.session import Database


@dataclass
class Turn:
    """One event being handled inside one transaction: what a handler reads, and the replies that it leaves.

    Replies to the same `cause` are sent once; it is the event itself unless a handler says otherwise.
    """

    app: "App"
    session: Session
    incoming: Incoming
    chat: Chat
    person: Person
    now: datetime
    ward: Ward
    replies: list[Reply] = field(default_factory=list)
    cause: str = ""

    def say(self, key: str, **values: object) -> Markup:
        """A sentence of the catalogue."""
        return self.app.say(key, **values)

    def button(self, key: str, data: str) -> Button:
        """A button whose label is in the catalogue."""
        return Button(self.app.say.label(key), data)

    def reply(self, text: Markup, rows: Rows = ()) -> None:
        """Leave a message; it goes out after the commit."""
        self.replies.append(Reply(text, rows))


T = TypeVar("T")
Handler = Callable[[Turn, str], None]


@dataclass(frozen=True)
class CommandRoute:
    """A command.

    `words` are plain messages that mean the same; one with a `menu` key stands in menu and help; `in_groups` says
    whether it is answered there too.
    """

    name: str
    handler: Handler
    menu: str = ""
    words: tuple[str, ...] = ()
    in_groups: bool = False


@dataclass(frozen=True)
class ButtonRoute:
    """The buttons whose data begins with `name`; the handler gets what stands behind the colon."""

    name: str
    handler: Handler
    in_groups: bool = False


@dataclass(frozen=True)
class FlowRoute:
    """A dialogue, and what is done with its answers when they are complete."""

    flow: Flow
    done: Callable[[Turn, Answers], None]


@dataclass(frozen=True)
class Feature:
    """One thing that the bot does. `text` takes the messages that nothing else took; exactly one feature has it.

    `interrupts` tells whether a message in the middle of a dialogue is plainly a question of its own.
    """

    name: str
    commands: Sequence[CommandRoute] = ()
    buttons: Sequence[ButtonRoute] = ()
    flows: Sequence[FlowRoute] = ()
    text: Handler | None = None
    interrupts: Callable[[str], bool] | None = None
    start_with: Mapping[str, Handler] = field(default_factory=dict)


class RouteClash(Exception):
    """Two features claim the same command, words, button or dialogue: the app cannot be composed."""


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
            start_with=_table("deep link", (pair for feature in features for pair in feature.start_with.items())),
            text=takers[0],
            interrupts=[feature.interrupts for feature in features if feature.interrupts],
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
    say: Texts
    profile: Callable[[], Ward]
    clock: Clock
    features: Sequence[Feature]
    routes: Routes
