"""What is done about the ward's own entries: proposed, approved, given back, retired; each act checks again.

An act answers with the key of the sentence that says why it was not done, empty where it was.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session

from bot.answers.staff import telling_staff
from bot.feature import Work
from db import entry_rows, own_rows
from db.entries import EntryState, OwnEntry
from db.staff import Role, Staff
from db.unanswered import AskerNotice

READERS = frozenset({Role.LEADER, Role.OFFICER, Role.CLERK})
APPROVERS = frozenset({Role.LEADER, Role.CLERK})
LEADERS = frozenset({Role.LEADER})


def may(staff: Staff | None, roles: Iterable[Role]) -> bool:
    """Whether somebody has one of these roles."""
    return staff is not None and Role(staff.role) in roles


def propose(work: Work, staff: Staff, own: OwnEntry, mended: int = 0) -> str:
    """Put a version before a second person, in the place of the returned one that it mends."""
    if own_rows.waiting_of(work.session, own.entry):
        return "entries.waits_already"
    own.author_id, own.written_at, own.state = staff.id, work.now, EntryState.WAITING
    work.session.add(own)
    work.session.flush()
    _mended(work, own, mended)
    telling_staff.ask(work, own)
    return ""


def _mended(work: Work, own: OwnEntry, mended: int) -> None:
    """What was returned is history; what its author took back themselves never was before anybody and goes."""
    before = own_rows.locked(work.session, mended) if mended else None
    if before is None or before.state != EntryState.RETURNED or before.entry != own.entry:
        return
    if before.approver_id is None:
        work.session.delete(before)
    else:
        before.state = EntryState.REPLACED
    work.session.flush()


def is_author(session: Session, staff: Staff, own: OwnEntry) -> bool:
    """Whether somebody wrote a version, in this role or in an earlier one."""
    return session.get_one(Staff, own.author_id).person_id == staff.person_id


def refused(work: Work, staff: Staff | None, own: OwnEntry | None) -> str:
    """Why somebody may not decide on a version."""
    if own is None or own.state != EntryState.WAITING:
        return "entries.decided"
    if staff is None or not may(staff, APPROVERS):
        return "entries.not_yours_to_approve"
    return "entries.own_proposal" if is_author(work.session, staff, own) else ""


def approve(work: Work, staff: Staff, own: OwnEntry) -> None:
    """Make a version live that nobody else has decided on: `refused` was asked with the locked row."""
    before = own_rows.live_of(work.session, own.entry, locked=True)
    if before:
        before.state = EntryState.REPLACED
        work.session.flush()
    own.state, own.approver_id, own.decided_at = EntryState.LIVE, staff.id, work.now
    work.session.flush()
    _tell_askers(work, own)
    telling_staff.approved(work, own)
    entry_rows.bump(work.session)


def _tell_askers(work: Work, own: OwnEntry) -> None:
    """Who was given the answer before hears that it changed, once."""
    if own.substance and own_rows.notice_of(work.session, own.id) is None:
        work.session.add(
            AskerNotice(
                own_entry_id=own.id,
                entry=own.entry,
                since=work.now - timedelta(days=work.ward.faq.tell_days),
                until=work.now,
                staff_id=own.approver_id,
                made_at=work.now,
            )
        )


def give_back(work: Work, staff: Staff, own_id: int, remark: str) -> str:
    """Return a version to its author with what is to be mended."""
    own = own_rows.locked(work.session, own_id)
    why = refused(work, staff, own)
    if own is None or why:
        return why
    own.state, own.approver_id, own.decided_at, own.remark = EntryState.RETURNED, staff.id, work.now, remark
    work.session.flush()
    telling_staff.returned(work, own)
    return ""


def withdraw(work: Work, staff: Staff, own_id: int) -> OwnEntry | None:
    """An author takes back what waits, to mend it; None where it is decided or somebody else's."""
    own = own_rows.locked(work.session, own_id)
    if own is None or own.state != EntryState.WAITING or not is_author(work.session, staff, own):
        return None
    own.state, own.decided_at = EntryState.RETURNED, work.now
    work.session.flush()
    telling_staff.withdrawn(work, own)
    return own


def retire(work: Work, staff: Staff, entry: str, version: int, *, shipped: bool) -> str:
    """Take the live version away, if it is still that one; what was `shipped` is answered again.

    Whether those who read it hear of that is asked apart: `tell_readers`.
    """
    own_rows.lock(work.session)  # before anything is looked up: who attaches words to it at the same time waits here
    own = own_rows.live_of(work.session, entry, locked=True)
    if own is None or own.id != version:
        return "entries.moved_on"
    if not may(staff, LEADERS):
        return "entries.leader_retires"
    if own_rows.waiting_of(work.session, entry):
        return "entries.decide_first"
    own.state = EntryState.RETIRED
    if not shipped:
        # Its words may ask for another entry from now on.
        for phrasing in own_rows.phrasings(work.session, entry):
            phrasing.removed_at = work.now
    entry_rows.bump(work.session)
    telling_staff.retired(work, own, staff)
    return ""


def tell_readers(work: Work, staff: Staff, own: OwnEntry) -> None:
    """Who read a version that was taken away hears that the answer is another one."""
    since = max(own.decided_at or own.written_at, work.now - timedelta(days=work.ward.faq.tell_days))
    notice = AskerNotice(entry=own.entry, since=since, until=work.now, staff_id=staff.id, made_at=work.now)
    work.session.add(notice)
