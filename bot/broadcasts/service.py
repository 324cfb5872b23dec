"""The life of an announcement: submitted, decided, stopped; corrections are beside.

Each act asks both tables, changes the row, writes its history, tells who must know. All take the transaction at work
and who acts, and return the announcement, or None where the act may not be done now.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from bot.broadcasts import approvals, repeats
from bot.broadcasts.audience import Audience
from bot.broadcasts.deciding import may_now
from bot.broadcasts.history import last_event, record
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import COMPOSE, MOVES, Act, needs_approval
from bot.feature import Work
from bot.people.codes import ALPHABET
from db import audience as people
from db import broadcast_rows
from db.broadcasts import Broadcast, BroadcastCount, BroadcastState
from db.numbers import next_of
from db.staff import Staff

GiveBack = Callable[[Work, Staff, int, int, str], Broadcast | None]
PROOF_LENGTH = 8
TRIES = 10


@dataclass(frozen=True)
class Draft:
    """What somebody wants announced. `body` is small HTML; without `send_at` it goes at once.

    With `again` that returned announcement is submitted anew; `corrects_id` is what a correction corrects.
    """

    title: str
    body: str
    audience: Audience
    subject: str = ""
    signer: str = ""
    urgent: bool = False
    late: str = "send"
    send_at: datetime | None = None
    file_sha: str = ""
    file_name: str = ""
    file_kind: str = ""
    repeat: Repeat | None = None
    on_day: date | None = None
    corrects_id: int | None = None
    again: int | None = None
    kind: str = "notice"
    expires_at: datetime | None = None


CONTENT = (
    "title",
    "body",
    "subject",
    "urgent",
    "late",
    "file_sha",
    "file_name",
    "file_kind",
    "corrects_id",
    "on_day",
    "kind",
    "expires_at",
)


def unsaved(work: Work, author: Staff, draft: Draft) -> Broadcast:
    """The announcement as it would be, without number and code: for previews."""
    return Broadcast(
        **{name: getattr(draft, name) for name in CONTENT},
        key="",
        year=work.today.year,
        number=0,
        proof="",
        audience=draft.audience.to_json(),
        unit=author.unit,
        signer=draft.signer or author.name,
        author_id=author.id,
        created_at=work.now,
        send_at=max(draft.send_at or work.now, work.now),
    )


def submit(work: Work, author: Staff, draft: Draft, *, key: str = "") -> Broadcast | None:
    """Lay it before a leader, or, where none has to look at it, schedule it. The same event submits once.

    `key` names the event where the work has none. Raises ValueError where neither does.
    """
    if not (key or work.key):
        raise ValueError("what is submitted is named by its event")
    if author.until is not None or author.role not in COMPOSE:
        return None
    key = key or work.key
    known = work.session.exec(select(Broadcast).where(Broadcast.key == key)).one_or_none()
    if known is not None:
        return known
    broadcast = _again(work, author, draft) if draft.again else _numbered(work, unsaved(work, author, draft), key)
    if broadcast is None:
        return None
    repeats.recur(work, broadcast, draft.repeat)
    count(work, broadcast)
    broadcast.needs_approval = is_to_be_approved(work, broadcast)
    broadcast.state = BroadcastState.PROPOSED if broadcast.needs_approval else BroadcastState.SCHEDULED
    event = record(work, author, broadcast, Act.SUBMIT)
    if broadcast.needs_approval:
        approvals.ask(work, broadcast, event)
    return broadcast


def count(work: Work, broadcast: Broadcast) -> None:
    """How many it concerns, and how many of them the bot can write to, as of now: takes seconds where they are many."""
    broadcast.people, broadcast.reachable = people.count(work.session, broadcast.audience, broadcast.subject)


def is_to_be_approved(work: Work, broadcast: Broadcast) -> bool:
    """Whether a leader decides on what has its number of people already.

    However few get it, also a correction of what was approved, and what bears the name of somebody else.
    """
    if needs_approval(broadcast.people, broadcast.urgent, work.ward.broadcasts):
        return True
    corrected = work.session.get(Broadcast, broadcast.corrects_id) if broadcast.corrects_id else None
    if corrected is not None:
        return corrected.needs_approval
    return broadcast.signer != work.session.get_one(Staff, broadcast.author_id).name


def _again(work: Work, author: Staff, draft: Draft) -> Broadcast | None:
    broadcast = permit(work, author, draft.again or 0, Act.SUBMIT)
    if broadcast is None:
        return None
    fresh = unsaved(work, author, draft)
    for name in (*CONTENT, "audience", "signer", "send_at"):
        setattr(broadcast, name, getattr(fresh, name))
    return broadcast


def _numbered(work: Work, broadcast: Broadcast, key: str) -> Broadcast:
    broadcast.key = key
    broadcast.number = next_of(work.session, BroadcastCount, broadcast.year)
    broadcast.proof = new_proof(work.session)
    return broadcast


def new_proof(session: Session) -> str:
    """A code of 8 characters that no announcement has. Raises RuntimeError where chance is against it ten times."""
    for _ in range(TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(PROOF_LENGTH))
        if session.exec(select(Broadcast.id).where(Broadcast.proof == code)).first() is None:
            return code
    raise RuntimeError("no free code of proof was found")


def permit(work: Work, staff: Staff | None, broadcast_id: int, act: Act) -> Broadcast | None:
    """The announcement, locked, if both tables allow the act now, and nobody decides on what they wrote."""
    broadcast = broadcast_rows.locked(work.session, broadcast_id)
    return broadcast if broadcast and staff and may_now(work.session, staff, broadcast, act) else None


def _moved(work: Work, staff: Staff, broadcast_id: int, act: Act, note: str = "") -> Broadcast | None:
    broadcast = permit(work, staff, broadcast_id, act)
    if broadcast:
        _move(work, staff, broadcast, act, note)
    return broadcast


def _move(work: Work, staff: Staff, broadcast: Broadcast, act: Act, note: str = "") -> None:
    broadcast.state = MOVES[BroadcastState(broadcast.state), act]
    record(work, staff, broadcast, act, note)


def approve(work: Work, leader: Staff, broadcast_id: int, submission: int) -> Broadcast | None:
    """Schedule exactly what was submitted as that event; where its time has passed it goes at once.

    None also where it makes no sense any more: it would never leave.
    """
    broadcast = permit(work, leader, broadcast_id, Act.APPROVE)
    if broadcast is None or has_expired(work, broadcast) or not _is_last(work, broadcast_id, submission):
        return None
    broadcast.approved_by = leader.id
    broadcast.send_at = max(broadcast.send_at, work.now)
    _move(work, leader, broadcast, Act.APPROVE)
    approvals.approved(work, broadcast, submission)
    return broadcast


def has_expired(work: Work, broadcast: Broadcast) -> bool:
    """Whether nothing of it may leave any more, whoever approves it."""
    return broadcast.expires_at is not None and broadcast.expires_at <= work.now


def send_back(work: Work, leader: Staff, broadcast_id: int, submission: int, reason: str) -> Broadcast | None:
    """Give it back to its author with what is to be mended."""
    broadcast = permit(work, leader, broadcast_id, Act.RETURN)
    if broadcast is None or not _is_last(work, broadcast_id, submission):
        return None
    _move(work, leader, broadcast, Act.RETURN, reason)
    approvals.returned(work, broadcast, reason, submission)
    return broadcast


def _is_last(work: Work, broadcast_id: int, submission: int) -> bool:
    last = last_event(work.session, broadcast_id, Act.SUBMIT)
    return last is not None and last.id == submission


def withdraw(work: Work, staff: Staff, broadcast_id: int) -> Broadcast | None:
    """Its author takes it back to mend it before it leaves; it is decided anew."""
    broadcast = permit(work, staff, broadcast_id, Act.WITHDRAW)
    if broadcast is None:
        return None
    waited = broadcast.state == BroadcastState.PROPOSED
    broadcast.approved_by, broadcast.needs_approval = None, True
    _move(work, staff, broadcast, Act.WITHDRAW)
    submission = last_event(work.session, broadcast.id, Act.SUBMIT)
    if waited and submission:
        approvals.withdrawn(work, broadcast, submission.id)
    return broadcast


def outgrown(work: Work, broadcast: Broadcast) -> bool:
    """Whether what nobody had to approve concerns too many by now, when it is to leave: then a leader is asked."""
    if broadcast.needs_approval or last_event(work.session, broadcast.id, Act.SUBMIT) is None:
        return False
    most = work.ward.broadcasts.approve_above + 1
    found = people.count_up_to(work.session, broadcast.audience, broadcast.subject, most)
    if not needs_approval(found, broadcast.urgent, work.ward.broadcasts):
        return False
    count(work, broadcast)
    broadcast.needs_approval, broadcast.state = True, BroadcastState.PROPOSED
    event = record(work, None, broadcast, Act.SUBMIT)
    approvals.ask(work, broadcast, event)
    approvals.outgrown(work, broadcast, event.id)
    return True


def pause(work: Work, staff: Staff, broadcast_id: int) -> Broadcast | None:
    """Hold what has not left."""
    return unsettled(work, _moved(work, staff, broadcast_id, Act.PAUSE))


def go_on(work: Work, staff: Staff, broadcast_id: int) -> Broadcast | None:
    """Let the rest leave."""
    return unsettled(work, _moved(work, staff, broadcast_id, Act.GO_ON))


def cancel(work: Work, staff: Staff, broadcast_id: int) -> Broadcast | None:
    """Let nothing of it leave any more. One that was never approved takes its recurrence with it."""
    before = broadcast_rows.locked(work.session, broadcast_id)
    unapproved = before is not None and before.state in {BroadcastState.PROPOSED, BroadcastState.RETURNED}
    broadcast = _moved(work, staff, broadcast_id, Act.CANCEL)
    if broadcast is None:
        return None
    if broadcast.started_at is None:
        broadcast.ended_at = work.now
    else:
        broadcast.settled = False
    if unapproved:
        repeats.end(work, broadcast)
    _tell_author(work, staff, broadcast)
    return broadcast


def _tell_author(work: Work, staff: Staff, broadcast: Broadcast) -> None:
    if staff.id != broadcast.author_id:
        approvals.cancelled(work, broadcast, staff)


def unsettled(work: Work, broadcast: Broadcast | None) -> Broadcast | None:
    """Its messages do not follow it yet; the clock sees to that."""
    if broadcast:
        broadcast.settled = False
        work.session.add(broadcast)
        work.session.flush()
    return broadcast


def end_recurrence(work: Work, staff: Staff, broadcast_id: int) -> Broadcast | None:
    """Plan no more of it; what is scheduled already is cancelled by itself."""
    broadcast = permit(work, staff, broadcast_id, Act.END)
    if broadcast is None or not repeats.end(work, broadcast):
        return None
    record(work, staff, broadcast, Act.END)
    return broadcast
