"""What nobody has decided and is to leave soon, or has waited for half an hour: the leaders are reminded once."""

from datetime import timedelta

from bot.broadcasts import apart, approvals
from bot.broadcasts.history import last_event, record
from bot.broadcasts.rules import Act
from bot.feature import App, Work
from db import broadcast_rows, called, composed
from db.broadcasts import Broadcast, BroadcastState

PATIENCE = timedelta(minutes=30)
"""How long a leader has had it, and how near its time is, when it is worth a second message."""


def remind(app: App) -> None:
    """Remind the leaders of each in a transaction of its own; by night only of what is urgent, or a meeting is near."""
    with app.database.read() as session:
        waiting = [broadcast.id for broadcast in composed.waiting(session)]
    apart.each(app, "leaders not reminded of broadcast %s", waiting, _is_due, _remind)


def _is_due(work: Work, broadcast_id: int) -> bool:
    broadcast = work.session.get(Broadcast, broadcast_id)
    return broadcast is not None and broadcast.state == BroadcastState.PROPOSED and _is_near(work, broadcast)


def _is_near(work: Work, broadcast: Broadcast) -> bool:
    if broadcast.send_at > work.now + PATIENCE:
        return False
    presses = broadcast.urgent or called.is_near(work.session, broadcast, work.now)
    if work.ward.broadcasts.quiet_until(work.now) and not presses:
        return False
    last = last_event(work.session, broadcast.id, Act.SUBMIT, Act.STILL_WAITS)
    return last is not None and last.act == Act.SUBMIT and last.at <= work.now - PATIENCE


def _remind(work: Work, broadcast_id: int) -> None:
    """Look again under the lock: a leader may have decided, another process reminded them."""
    broadcast = broadcast_rows.locked(work.session, broadcast_id)
    if broadcast is None or not _is_due(work, broadcast_id):
        return
    submission = last_event(work.session, broadcast.id, Act.SUBMIT)
    record(work, None, broadcast, Act.STILL_WAITS)
    if submission:
        approvals.still_waits(work, broadcast, submission.id)
