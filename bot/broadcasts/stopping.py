"""What the clock stops because something else has overtaken it."""

from bot.broadcasts import approvals
from bot.broadcasts.history import last_event, record
from bot.broadcasts.rules import Act
from bot.feature import Work
from db.broadcasts import Broadcast, BroadcastState

STOPPABLE = frozenset(
    {BroadcastState.PROPOSED, BroadcastState.SCHEDULED, BroadcastState.SENDING, BroadcastState.PAUSED}
)


def stop(work: Work, broadcast: Broadcast) -> bool:
    """Let nothing of it leave any more; whether something still could have. The caller has it locked.

    Leaders who have it before them hear that there is nothing to decide any more.
    """
    if broadcast.state not in STOPPABLE:
        return False
    waited = broadcast.state == BroadcastState.PROPOSED
    broadcast.state, broadcast.settled = BroadcastState.CANCELLED, broadcast.started_at is None
    broadcast.ended_at = None if broadcast.started_at else work.now
    record(work, None, broadcast, Act.CANCEL)
    submission = last_event(work.session, broadcast.id, Act.SUBMIT)
    if waited and submission:
        approvals.overtaken(work, broadcast, submission.id)
    return True
