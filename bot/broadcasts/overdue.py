"""What nobody has decided and is to leave soon, or has waited for half an hour: the leaders are reminded once."""

from datetime import timedelta

from bot.broadcasts import approvals
from bot.broadcasts.history import last_event, record
from bot.broadcasts.rules import Act
from bot.feature import App, Work
from db import broadcast_rows, composed
from db.broadcasts import Broadcast, BroadcastState

PATIENCE = timedelta(minutes=30)
"""How long a leader has had it, and how near its time is, when it is worth a second message."""


def remind(app: App) -> None:
    """Remind the leaders of each in a transaction of its own; by night only of what is urgent."""
    with app.database.read() as session:
        waiting = [
            each.id
            for each in composed.waiting(session)
            if _is_near(Work(app, session, app.clock(), app.profile()), each)
        ]
    for broadcast_id in waiting:
        with app.database.write() as session:
            work = Work(app, session, app.clock(), app.profile())
            broadcast = broadcast_rows.locked(session, broadcast_id)
            if broadcast and broadcast.state == BroadcastState.PROPOSED and _is_near(work, broadcast):
                _remind(work, broadcast)


def _is_near(work: Work, broadcast: Broadcast) -> bool:
    if broadcast.send_at > work.now + PATIENCE:
        return False
    if work.ward.broadcasts.quiet_until(work.now) and not broadcast.urgent:
        return False
    last = last_event(work.session, broadcast.id, Act.SUBMIT, Act.STILL_WAITS)
    return last is not None and last.act == Act.SUBMIT and last.at <= work.now - PATIENCE


def _remind(work: Work, broadcast: Broadcast) -> None:
    submission = last_event(work.session, broadcast.id, Act.SUBMIT)
    record(work, None, broadcast, Act.STILL_WAITS)
    if submission:
        approvals.still_waits(work, broadcast, submission.id)
