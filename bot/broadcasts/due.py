"""What the clock does about announcements: starts them, gives everybody their message, follows their state, ends them.

A slice is one transaction, so that turns go on meanwhile and a restart goes on where it stopped.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from markupsafe import Markup

from bot.broadcasts import responsible, service
from bot.broadcasts.heads.unreached import tell_heads, tell_heads_again
from bot.core.clock import VIETNAM
from bot.core.replies import Reply
from bot.feature import App, Feature, Work
from db import broadcast_rows, by_hand
from db.broadcasts import Broadcast, BroadcastEvent, BroadcastState
from db.fan_out import fan_out_slice
from db.outbox import OutboxState
from db.session import is_outage

log = logging.getLogger(__name__)

TOO_LATE = timedelta(hours=1)
"""So long after its time an announcement that is dropped when late is not sent; from then on its author hears of it."""

LOOKED_FOR = timedelta(hours=1)
"""So long an announcement waits at its end for people who see a message only while they look on."""

WAITING = (OutboxState.READY, OutboxState.HELD)
Step = Callable[[Work, Broadcast], bool]


def feature() -> Feature:
    """Only the clock comes here."""
    return Feature(name="broadcasts_due", due=(start, move))


def start(app: App) -> None:
    """Begin every announcement whose time has come, or say that it came too late."""
    with app.database.read() as session:
        due = broadcast_rows.due(session, app.clock())
    for broadcast_id in due:
        _step(app, broadcast_id, _start)


def move(app: App) -> bool:
    """One slice of work for every announcement that goes out or has been stopped; whether there is more at once."""
    with app.database.read() as session:
        moving = broadcast_rows.moving(session)
    moved = [_step(app, broadcast_id, _move) for broadcast_id in moving]
    return any(moved)


def _step(app: App, broadcast_id: int, do: Step) -> bool:
    """In a transaction of its own; one that raises is logged, holds up none of the others, waits for the next tick."""
    try:
        with app.database.write() as session:
            broadcast = broadcast_rows.locked(session, broadcast_id)
            return broadcast is not None and do(Work(app, session, app.clock(), app.profile()), broadcast)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("broadcast %s not moved", broadcast_id)
        return False


def _start(work: Work, broadcast: Broadcast) -> bool:
    """Look again under the lock: another process may have begun it, an officer put it off."""
    if broadcast.state != BroadcastState.SCHEDULED or broadcast.send_at > work.now:
        return False
    late = work.now - broadcast.send_at > TOO_LATE
    over = broadcast.expires_at is not None and broadcast.expires_at <= work.now
    if over or (late and broadcast.late == "drop"):
        broadcast.state, broadcast.ended_at = BroadcastState.MISSED, work.now
        _happened(work, broadcast, "miss")
        key = "sending.expired" if broadcast.expires_at else "sending.missed"
        _tell_author(work, broadcast, "missed", work.say(key, **_what(broadcast)))
        return False
    if not _is_ready(work, broadcast) or service.outgrown(work, broadcast):
        return False
    broadcast.state, broadcast.started_at, broadcast.settled = BroadcastState.SENDING, work.now, False
    _happened(work, broadcast, "start")
    if late:
        _tell_author(work, broadcast, "late", work.say("sending.late", **_what(broadcast)))
    return False


def _is_ready(work: Work, broadcast: Broadcast) -> bool:
    kind = work.app.routes.notices.get(broadcast.kind)
    return kind is None or kind.ready(work.session, broadcast)


def _move(work: Work, broadcast: Broadcast) -> bool:
    if broadcast.settled:
        return False
    if broadcast.state == BroadcastState.PAUSED:
        return _pause(work, broadcast) or _settled(work, broadcast)
    if broadcast.state == BroadcastState.CANCELLED:
        return any(step(work, broadcast) for step in (_cancel, _let_edits_go, _edit)) or _stop(work, broadcast)
    return any(step(work, broadcast) for step in (_release, _fan_out, _edit)) or _end(work, broadcast)


def _pause(work: Work, broadcast: Broadcast) -> bool:
    ready = (OutboxState.READY,)
    return broadcast_rows.move_slice(work.session, broadcast.id, ready, OutboxState.HELD, work.now) > 0


def _cancel(work: Work, broadcast: Broadcast) -> bool:
    to, only = OutboxState.CANCELLED, broadcast_rows.FIRST
    return broadcast_rows.move_slice(work.session, broadcast.id, WAITING, to, work.now, only) > 0


def _let_edits_go(work: Work, broadcast: Broadcast) -> bool:
    """Whoever has got it gets the right words, also where it reaches nobody else any more."""
    held, only = (OutboxState.HELD,), broadcast_rows.EDITS
    return broadcast_rows.move_slice(work.session, broadcast.id, held, OutboxState.READY, work.now, only) > 0


def _stop(work: Work, broadcast: Broadcast) -> bool:
    """When nothing of it is on its way any more: what was may have arrived, perhaps with words corrected since."""
    if broadcast_rows.any_on_its_way(work.session, broadcast.id):
        return False
    if broadcast.version > 1 and broadcast_rows.edit_again(work.session, broadcast, work.now):
        return True
    return _settled(work, broadcast)


def _settled(work: Work, broadcast: Broadcast) -> bool:
    broadcast.settled = True
    if broadcast.state == BroadcastState.CANCELLED and broadcast.ended_at is None:
        broadcast.ended_at = work.now
    work.session.add(broadcast)
    return False


def _release(work: Work, broadcast: Broadcast) -> bool:
    held = (OutboxState.HELD,)
    return broadcast_rows.move_slice(work.session, broadcast.id, held, OutboxState.READY, work.now) > 0


def _fan_out(work: Work, broadcast: Broadcast) -> bool:
    if broadcast.fanned_at is not None:
        return False
    if fan_out_slice(work.session, broadcast, work.now):
        return True
    broadcast.fanned_at = work.now
    work.session.add(broadcast)
    return False


def _edit(work: Work, broadcast: Broadcast) -> bool:
    return broadcast.version > 1 and broadcast_rows.edit_slice(work.session, broadcast, work.now) > 0


def _end(work: Work, broadcast: Broadcast) -> bool:
    """When the last message has left; the author hears once what became of them, and again after a correction."""
    if _any_open(work, broadcast):
        return False
    if broadcast.version > 1 and broadcast_rows.edit_again(work.session, broadcast, work.now):
        return True
    again = broadcast.state == BroadcastState.SENT
    if not again:
        by_hand.note_told(work.session, broadcast)
    broadcast.state, broadcast.settled = BroadcastState.SENT, True
    broadcast.ended_at = broadcast.ended_at or work.now
    _happened(work, broadcast, "correct" if again else "end")
    tally = broadcast_rows.tally(work.session, broadcast.id)
    key = "sending.corrected" if again else "sending.ended"
    numbers = {name: tally[name] for name in ("sent", "gone", "failed", "doubt", "unreached")}
    text = work.say(key, **_what(broadcast), **numbers)
    _tell_author(work, broadcast, f"ended:{broadcast.version if again else 0}", text)
    (tell_heads_again if again else tell_heads)(work, broadcast)
    return False


def _any_open(work: Work, broadcast: Broadcast) -> bool:
    """Whether it is worth while to wait; who gets it only while they look on has failed to when that was long ago."""
    session = work.session
    if not broadcast_rows.any_open(session, broadcast.id):
        return False
    since = max(at for at in (broadcast.fanned_at, broadcast.edited_at, broadcast.started_at) if at)
    if work.now - since < LOOKED_FOR or broadcast_rows.any_leaving(session, broadcast.id):
        return True
    broadcast_rows.move_slice(session, broadcast.id, WAITING, OutboxState.DEAD, work.now)
    return broadcast_rows.any_open(session, broadcast.id)


def _happened(work: Work, broadcast: Broadcast, act: str) -> None:
    work.session.add(broadcast)
    work.session.add(BroadcastEvent(broadcast_id=broadcast.id, at=work.now, act=act))


def _what(broadcast: Broadcast) -> dict[str, object]:
    at = broadcast.send_at.astimezone(VIETNAM)
    return {"number": f"{broadcast.number:02}/{broadcast.year}", "title": broadcast.title, "at": f"{at:%H:%M %d/%m/%Y}"}


def _tell_author(work: Work, broadcast: Broadcast, what: str, text: Markup) -> None:
    responsible.tell(work, broadcast.author_id, Reply(text), f"broadcast:{broadcast.id}:{what}")
