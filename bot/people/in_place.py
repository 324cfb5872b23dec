"""A message with buttons that changes when one of them is pressed, instead of a new one below it."""

from sqlalchemy import update
from sqlmodel import col

from bot.core.replies import Reply
from bot.feature import Turn
from db import outbox
from db.outbox import LOOKED_BACK, OutboxRow


def put_in_place(turn: Turn, reply: Reply) -> None:
    """Let the reply take the place of the message whose button was pressed.

    Where that is not known, was long ago, or the channel cannot change it, the reply is a message of its own.
    """
    pressed = _pressed(turn)
    if pressed is None:
        turn.replies.append(reply)
        return
    dedupe = f"{turn.key}#in_place"
    outbox.enqueue(turn.session, turn.chat, dedupe=dedupe, body=reply.to_json(), at=turn.now)
    turn.session.execute(update(OutboxRow).where(col(OutboxRow.dedupe) == dedupe).values(edits_id=pressed))


def _pressed(turn: Turn) -> int | None:
    """The message, by its first row: what took its place meanwhile has the same id on the platform."""
    if not turn.incoming.pressed:
        return None
    found = [
        row
        for row in outbox.recent(turn.session, turn.chat, LOOKED_BACK)
        if row.message == turn.incoming.pressed and row.broadcast_id is None
    ]
    return (found[0].edits_id or found[0].id) if found else None
