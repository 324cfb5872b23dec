"""One incoming event, one transaction: everything that it causes commits together, or nothing does."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from sqlmodel import Session

from bot import dialogue
from bot.broadcasts.rendering import reply_of
from bot.core.channel import Channel
from bot.core.choices import chosen, plain
from bot.core.events import (
    ChatRef,
    Command,
    File,
    Incoming,
    Moved,
    Presence,
    Press,
    Sender,
    Text,
    Unsupported,
    What,
)
from bot.core.replies import Button, Reply
from bot.core.split import split
from bot.feature import App, ButtonRoute, CommandRoute, Turn
from bot.people.in_place import put_in_place
from bot.people.service import follow, recognise
from db import inbox, outbox
from db.broadcasts import Broadcast
from db.drafts import DraftRow, in_hand
from db.inbox import InboxRow, InboxState, Scope
from db.outbox import OutboxRow
from db.session import is_outage
from db.staff import serving

log = logging.getLogger(__name__)

TRIES = 3
LONGEST_TEXT = 4000


class Outcome(Enum):
    """What became of the oldest open event."""

    NOTHING_OPEN = auto()
    HANDLED = auto()
    FAILED = auto()


def receive(app: App, channel: Channel, *, key: str, chat: str, raw: str) -> bool:
    """Commit a raw event before anything is done with it; False when it is kept already."""
    with app.database.write() as session:
        return inbox.keep(session, key=key, channel=channel.name, chat=chat, raw=raw, at=app.clock())


@dataclass(frozen=True)
class Taken:
    """The event that was taken, by its key, and what became of it."""

    outcome: Outcome
    key: str = ""


def take_one(app: App, channel: Channel, scope: Scope) -> Taken:
    """Handle the oldest open event of the scope in one transaction.

    An event whose turn raises is tried again, then kept as dead, and its person is told; it never blocks the others.
    A database that is busy, full or away costs no tries and raises.
    """
    key = ""
    try:
        with app.database.write() as session:
            row = inbox.oldest_open(session, scope)
            if row is None:
                return Taken(Outcome.NOTHING_OPEN)
            key = row.key
            _handle(app, channel, session, row)
            return Taken(Outcome.HANDLED, key)
    except Exception as error:
        if not key or is_outage(error):
            raise
        log.exception("turn failed: %s", key)
        _count_failure(app, channel, key, error)
        return Taken(Outcome.FAILED, key)


def _handle(app: App, channel: Channel, session: Session, row: InboxRow) -> None:
    now = app.clock()
    incoming = channel.read(row.raw)
    row.outcome = "dismissed: not for the bot"
    if incoming is not None:
        row.outcome = run(app, channel, session, replace(incoming, key=row.key), now).outcome
    row.state, row.settled_at = InboxState.DONE, now
    session.add(row)


def run(app: App, channel: Channel, session: Session, incoming: Incoming, now: datetime) -> Turn:
    """Route one event and enqueue what it answers, inside the caller's transaction."""
    chat, person = recognise(session, incoming.chat, incoming.sender, now, private=incoming.private)
    turn = Turn(
        app,
        session,
        now,
        app.profile(),
        incoming.key,
        incoming=incoming,
        read=channel.read,
        chat=chat,
        person=person,
        staff=serving(session, person.id),
        link=channel.deep_link,
        rate=channel.limits.rate,
        edits=channel.limits.edit,
    )
    what = _resolved(turn, channel, incoming.what)
    turn.outcome = _kind(what)
    chat.gone_since, chat.heard_at = None, now
    if isinstance(what, Presence):
        chat.gone_since = None if what.here else now
    elif isinstance(what, Moved):
        follow(session, chat.id, what.address)
    elif incoming.private:
        _route(turn, what)
    else:
        _route_in_group(turn, what)
    if turn.replaces and len(turn.replies) == 1:
        put_in_place(turn, turn.replies.pop())
    _enqueue(turn, channel)
    return turn


def _kind(what: What) -> str:
    """What an event is before a handler knows better: the heading under which the reconciliation counts it."""
    if isinstance(what, Command):
        return "command"
    if isinstance(what, Press):
        return "button"
    return f"dismissed: {type(what).__name__.lower()}"


def _enqueue(turn: Turn, channel: Channel) -> None:
    cause = turn.cause or turn.incoming.key
    parts = [part for reply in turn.replies for part in split(reply, channel.limits.text, channel.limits.caption)]
    for number, part in enumerate(parts, start=1):
        dedupe = f"{cause}#{number}"
        outbox.enqueue(turn.session, turn.chat, dedupe=dedupe, body=part.to_json(), at=turn.now)


def _resolved(turn: Turn, channel: Channel, what: What) -> What:
    """A choice that was typed instead of pressed is the press; a text that names a command is the command."""
    if not isinstance(what, Text) or not turn.incoming.private or turn.incoming.forwarded:
        return what
    offered = [_shown(turn, row).buttons for row in outbox.last_offered(turn.session, turn.chat)]
    buttons = offered[0] if offered else ()
    button = chosen(what.text, buttons, numbered=not channel.limits.buttons) or _named_before(what.text, offered[1:])
    if button:
        return Press(button.data) if button.data else Command("start", button.start)
    if _beyond(turn, channel, buttons, what.text.strip()):
        return Press(f"number:{sum(not button.url for button in buttons)}")
    named = turn.app.routes.words.get(plain(what.text))
    return Command(named.name) if named and named.exists_for(turn.staff) else what


def _shown(turn: Turn, row: OutboxRow) -> Reply:
    if row.broadcast_id is None or row.body:
        return Reply.from_json(row.body)
    return reply_of(turn.app, turn.session.get_one(Broadcast, row.broadcast_id))


def _named_before(text: str, offered: Sequence[Sequence[Button]]) -> Button | None:
    """A button of the message before the last, by its label: an offer to go on may have come in between."""
    others = [button for buttons in offered for button in buttons if not button.data.startswith(f"{dialogue.BUTTON}:")]
    return chosen(text, others, numbered=False)


def _beyond(turn: Turn, channel: Channel, buttons: Sequence[Button], text: str) -> bool:
    """Whether somebody answered a menu with a number that it does not have; in a dialogue a number may be an answer."""
    number = not channel.limits.buttons and bool(buttons) and text.isdecimal() and len(text) <= 2
    return number and in_hand(turn.session, turn.person.id) is None


def _route(turn: Turn, what: What) -> None:
    if isinstance(what, Unsupported):
        turn.reply(turn.say("turn.unsupported"))
    elif isinstance(what, Press) and what.data.startswith("number:"):
        _no_such_number(turn, what.data.partition(":")[2])
    elif isinstance(what, Press) and what.data.startswith(f"{dialogue.BUTTON}:"):
        dialogue.press(turn, what.data.partition(":")[2])
    elif not (turn.incoming.edited and dialogue.correct(turn, what)):
        _in_dialogue_or_not(turn, what)
    if turn.ended:
        dialogue.offer_what_waits(turn)


def _in_dialogue_or_not(turn: Turn, what: What) -> None:
    draft = dialogue.current(turn)
    if draft and _answers_draft(turn, draft, what) and dialogue.answer(turn, draft, what):
        turn.outcome = "step" if turn.outcome.startswith("dismissed") else turn.outcome
        return
    aside = dialogue.set_aside(turn)
    _dispatch(turn, what)
    if aside and not turn.ended and not in_hand(turn.session, turn.person.id):
        dialogue.offer_back(turn, aside)


def _answers_draft(turn: Turn, draft: DraftRow, what: What) -> bool:
    """A command or a button of something else is never filed as an answer; a plain question where anything is taken.

    What somebody else wrote, passed on, is content where content is asked for: where anything or enclosures are taken.
    """
    if isinstance(what, Press | Command):
        return False
    if turn.incoming.forwarded:
        return dialogue.takes(turn, draft) or dialogue.takes_files(turn, draft)
    return dialogue.takes(turn, draft) or not (
        isinstance(what, Text) and any(asks(what.text) for asks in turn.app.routes.interrupts)
    )


def _route_in_group(turn: Turn, what: What) -> None:
    """Questions are answered; everything personal is for the private chat."""
    routes = turn.app.routes
    route: ButtonRoute | CommandRoute | None = None
    if isinstance(what, Press):
        route = routes.buttons.get(what.data.partition(":")[0])
    elif isinstance(what, Command):
        route = routes.commands.get(what.name)
    if isinstance(what, Text) or (route and route.in_groups):
        _dispatch(turn, what)
    else:
        turn.reply(turn.say("turn.private_only"), ((Button(turn.app.say.label("turn.open_private"), start="hoi"),),))


def _dispatch(turn: Turn, what: What) -> None:
    if isinstance(what, Press):
        name, _, argument = what.data.partition(":")
        button = turn.app.routes.buttons.get(name)
        known = button is not None and button.exists_for(turn.staff)
        (button.handler if button and known else _old_button)(turn, argument)
    elif isinstance(what, Command):
        command = turn.app.routes.commands.get(what.name)
        known = command is not None and command.exists_for(turn.staff)
        (command.handler if command and known else _unknown_command)(turn, what.argument)
    elif turn.incoming.forwarded and isinstance(what, Text | File) and turn.app.routes.forwarded:
        turn.outcome = "command"
        turn.app.routes.forwarded(turn, what)
    elif isinstance(what, Text):
        _text(turn, what.text.strip())
    elif isinstance(what, File) and turn.incoming.private and turn.app.routes.file:
        turn.app.routes.file(turn, what)
    elif isinstance(what, File) and what.caption.strip():
        _text(turn, what.caption.strip())
    else:
        # The photos of an album come as events of their own; what holds for all of them is said once.
        turn.cause = turn.incoming.album
        turn.reply(turn.say("turn.unsupported"))


def _text(turn: Turn, text: str) -> None:
    if not text:
        turn.reply(turn.say("turn.empty"))
    elif len(text) > LONGEST_TEXT:
        turn.reply(turn.say("turn.too_long", length=len(text), longest=LONGEST_TEXT))
    elif _is_read(turn, text):
        turn.outcome = "command"
    else:
        turn.outcome = "answer"
        turn.app.routes.text(turn, text)


def _is_read(turn: Turn, text: str) -> bool:
    """Whether a feature has taken it that knows what it is for."""
    routes = turn.app.routes
    readers = (*routes.reads, *routes.reads_anywhere) if turn.incoming.private else routes.reads_anywhere
    return any(reads(turn, text) for reads in readers)


def _no_such_number(turn: Turn, last: str) -> None:
    turn.reply(turn.say("turn.no_such_number", last=last))


def _old_button(turn: Turn, _argument: str) -> None:
    turn.reply(turn.say("turn.old_button"))


def _unknown_command(turn: Turn, _argument: str) -> None:
    turn.reply(turn.say("turn.unknown_command"))


def _count_failure(app: App, channel: Channel, key: str, error: Exception) -> None:
    """In a transaction of its own, because the turn's was rolled back."""
    with app.database.write() as session:
        row = inbox.by_key(session, key)
        if row is None:
            return
        row.tries += 1
        row.reason = type(error).__name__
        if row.tries >= TRIES:
            row.state, row.settled_at = InboxState.DEAD, app.clock()
        session.add(row)
    if row.state == InboxState.DEAD and row.chat:
        _tell_failure(app, channel, row)


def _tell_failure(app: App, channel: Channel, row: InboxRow) -> None:
    """Kindly; where even that fails, the dead row is what remains."""
    now = app.clock()
    try:
        with app.database.write() as session:
            chat, _ = recognise(session, ChatRef(channel.name, row.chat), Sender(row.chat), now)
            body = Reply(app.say("turn.failed")).to_json()
            outbox.enqueue(session, chat, dedupe=f"{row.key}#failed", body=body, at=now)
    except Exception:
        log.exception("nobody could be told that a turn failed: %s", row.key)
