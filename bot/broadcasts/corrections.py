"""What was sent and is wrong: the right words in its place, or a notice to the same people; approved as the first was.

All take the transaction at work and who acts, and return the announcement, or None where the act may not be done now.
"""

import json

from bot.broadcasts import approvals
from bot.broadcasts.audience import Audience
from bot.broadcasts.deciding import wrote
from bot.broadcasts.history import Proposal, proposed, record
from bot.broadcasts.rules import Act
from bot.broadcasts.service import Draft, permit, submit, unsettled
from bot.feature import App, Work
from db import proofs
from db.broadcasts import Broadcast
from db.staff import Staff


def edits(app: App, broadcast: Broadcast) -> bool:
    """Whether its words are its own; those of an invitation follow the meeting."""
    kind = app.routes.notices.get(broadcast.kind)
    return kind is None or kind.edits


def correct_by_edit(work: Work, staff: Staff, broadcast_id: int, title: str, body: str) -> Broadcast | None:
    """Put the right words into what has arrived and into what has not left; approved where the first were."""
    broadcast = permit(work, staff, broadcast_id, Act.EDIT)
    if broadcast is None or not edits(work.app, broadcast):
        return None
    if broadcast.needs_approval:
        event = record(work, staff, broadcast, Act.PROPOSE_EDIT, _kept(title, body))
        approvals.ask_edit(work, broadcast, Proposal(event.id, staff.id, title, body))
        return broadcast
    record(work, staff, broadcast, Act.EDIT)
    return put_right(work, broadcast, title, body)


def _kept(title: str, body: str) -> str:
    return json.dumps({"title": title, "body": body}, ensure_ascii=False)


def put_right(work: Work, broadcast: Broadcast, title: str, body: str) -> Broadcast:
    """Put other words in the place of what stands, wherever that may be decided; what stood is kept as proof."""
    proofs.keep(work.session, broadcast, work.now)
    broadcast.title, broadcast.body = title, body
    broadcast.version, broadcast.edited_at, broadcast.edited_to = broadcast.version + 1, work.now, 0
    unsettled(work, broadcast)
    return broadcast


def approve_edit(work: Work, leader: Staff, broadcast_id: int, proposal: int) -> Broadcast | None:
    """Correct it by exactly what was proposed as that event, by somebody else."""
    broadcast = permit(work, leader, broadcast_id, Act.APPROVE_EDIT)
    waits = waits_for(work, leader, broadcast_id, proposal)
    if broadcast is None or waits is None or not edits(work.app, broadcast):
        return None
    event = record(work, leader, broadcast, Act.APPROVE_EDIT)
    approvals.edit_decided(work, broadcast, waits.by, event)
    return put_right(work, broadcast, waits.title, waits.body)


def return_edit(work: Work, leader: Staff, broadcast_id: int, proposal: int, reason: str) -> Broadcast | None:
    """The correction is to be mended."""
    broadcast = permit(work, leader, broadcast_id, Act.RETURN_EDIT)
    waits = waits_for(work, leader, broadcast_id, proposal)
    if broadcast is None or waits is None:
        return None
    event = record(work, leader, broadcast, Act.RETURN_EDIT, reason)
    approvals.edit_decided(work, broadcast, waits.by, event)
    return broadcast


def waits_for(work: Work, leader: Staff, broadcast_id: int, proposal: int) -> Proposal | None:
    """The correction that was proposed as that event, if it waits still and somebody else wrote it."""
    waits = proposed(work.session, broadcast_id)
    if waits is None or waits.event != proposal or wrote(work.session, leader, waits.by):
        return None
    return waits


def correct_by_notice(work: Work, staff: Staff, broadcast_id: int, title: str, body: str) -> Broadcast | None:
    """Write to the same people what is right; a notice of its own, approved like any other."""
    broadcast = permit(work, staff, broadcast_id, Act.NOTICE)
    if broadcast is None or broadcast.started_at is None:
        return None
    draft = Draft(
        title=title,
        body=body,
        audience=Audience(reached=broadcast.id),
        subject=broadcast.subject,
        signer=broadcast.signer,
        urgent=broadcast.urgent,
        corrects_id=broadcast.id,
    )
    record(work, staff, broadcast, Act.NOTICE)
    return submit(work, staff, draft, key=f"{work.key}:correction" if work.key else "")
