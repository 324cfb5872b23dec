"""The buttons of a card: open, read, pause, go on, cancel, end a recurrence; each act is asked for again."""

from collections.abc import Callable
from dataclasses import replace

from bot.broadcasts import service, wording
from bot.broadcasts.deciding import may_now
from bot.broadcasts.officer import card
from bot.broadcasts.rendering import reply_of
from bot.broadcasts.rules import COMPOSE, Act
from bot.feature import ButtonRoute, Feature, Handler, Turn, Work
from db.broadcasts import Broadcast
from db.staff import Staff

Do = Callable[[Work, Staff, int], Broadcast | None]


def feature() -> Feature:
    """The routes."""
    handlers: dict[str, Handler] = {
        "broadcast.open": opened,
        "broadcast.show": show,
        "broadcast.cancel": ask_cancel,
        "broadcast.pause": _does(service.pause, "composing.paused"),
        "broadcast.go_on": _does(service.go_on, "composing.gone_on"),
        "broadcast.cancelled": _does(service.cancel, "composing.cancelled"),
        "broadcast.end_recurrence": _does(service.end_recurrence, "composing.recurrence_stopped"),
    }
    routes = tuple(ButtonRoute(name, handler, roles=COMPOSE) for name, handler in handlers.items())
    return Feature(name="broadcast_control", buttons=routes)


def opened(turn: Turn, argument: str) -> None:
    """The card; to a leader who may approve it the whole announcement goes ahead."""
    broadcast = card.readable(turn, argument)
    if broadcast:
        if turn.staff and may_now(turn.session, turn.staff, broadcast, Act.APPROVE):
            turn.replies.append(replace(reply_of(turn.app, broadcast), rows=()))
        card.card(turn, broadcast)
    else:
        turn.reply(turn.say("turn.old_button"))


def show(turn: Turn, argument: str) -> None:
    """The announcement as it arrives, or arrived."""
    broadcast = card.readable(turn, argument)
    if broadcast:
        turn.replies.append(reply_of(turn.app, broadcast))
    else:
        turn.reply(turn.say("turn.old_button"))


def ask_cancel(turn: Turn, argument: str) -> None:
    """What is cancelled stays so: it is asked once more."""
    broadcast = card.readable(turn, argument)
    if broadcast is None:
        turn.reply(turn.say("turn.old_button"))
        return
    yes = turn.button("composing.button_cancel_yes", f"broadcast.cancelled:{broadcast.id}")
    back = turn.button("composing.button_back", f"broadcast.open:{broadcast.id}")
    key = "composing.cancel_rest" if broadcast.started_at else "composing.cancel_whole"
    turn.reply(turn.say(key, number=wording.number(broadcast), title=broadcast.title), ((yes,), (back,)))


def _does(do: Do, said: str) -> Handler:
    def handle(turn: Turn, argument: str) -> None:
        broadcast = card.readable(turn, argument)
        if broadcast is None or turn.staff is None:
            turn.reply(turn.say("turn.old_button"))
            return
        done = do(turn, turn.staff, broadcast.id)
        number = wording.number(broadcast)
        turn.reply(turn.say(said if done else "composing.moved_on", number=number))
        card.card(turn, broadcast)

    return handle
