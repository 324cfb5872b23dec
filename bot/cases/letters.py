"""What the ward writes to an owner: proposed, approved, sent, and followed until it has arrived."""

from collections.abc import Sequence

from bot.cases import notices
from bot.cases.rules import IN_PUBLIC, Act, Actor
from bot.cases.service import family, owed_on, permit, record
from bot.cases.substance import is_basis, is_reason, is_substance
from bot.feature import Work
from db import attachments, due, letters
from db.attachments import Attachment
from db.cases import Case, CaseEvent, Status
from db.clockwork import Reminder
from db.letters import Delivery, Kind, Letter, LetterState
from db.staff import Role


def reply(
    work: Work, actor: Actor, case_id: int, text: str, basis: str, *, files: Sequence[Attachment] = ()
) -> Letter | None:
    """Answer the case, or lay the answer before a leader where its subject wants that.

    None where it may not be done now, or the text has no substance, or no basis. The files follow the letter, and are
    a basis too.
    """
    case = permit(work, actor, case_id, Act.REPLY)
    if case is None or actor.staff is None or not (is_substance(text) and (files or is_basis(basis))):
        return None
    case.assignee_id = case.assignee_id or actor.staff.id
    letter = _letter(work, actor, case, Kind.ANSWER, text=text, basis=basis)
    attachments.enclose(work.session, files, case.id, letter.id)
    if _needs_approval(work, actor, case):
        _propose(work, actor, case, letter)
    else:
        _answer(work, actor, case, letter, Act.REPLY)
    return letter


def _needs_approval(work: Work, actor: Actor, case: Case) -> bool:
    subject = work.ward.subject(case.subject)
    leads = actor.staff is not None and actor.staff.role == Role.LEADER
    return (subject is None or subject.approval) and not leads


def _propose(work: Work, actor: Actor, case: Case, letter: Letter) -> None:
    notices.to_approve(work, case, letter, _lay_aside(work, actor, case, letter))


def _lay_aside(work: Work, actor: Actor, case: Case, letter: Letter) -> CaseEvent:
    letter.state, letter.sent_at = LetterState.PROPOSED, None
    work.session.add(letter)
    return record(work, actor, case, Act.PROPOSE, letter=letter.id)


def relay(work: Work, actor: Actor, case_id: int, text: str, basis: str) -> Letter | None:
    """Pass on what an authority answered to one case of its dossier.

    Where its subject wants a leader's approval the letter is proposed; leaders are told of the dossier, not of each.
    None as for a reply.
    """
    case = permit(work, actor, case_id, Act.RELAY)
    if case is None or actor.staff is None or not (is_substance(text) and is_basis(basis)):
        return None
    letter = _letter(work, actor, case, Kind.ANSWER, text=text, basis=basis)
    if _needs_approval(work, actor, case):
        _lay_aside(work, actor, case, letter)
    else:
        _answer(work, actor, case, letter, Act.RELAY)
    return letter


def approve(work: Work, actor: Actor, case_id: int) -> Letter | None:
    """A leader sends what was proposed."""
    case = permit(work, actor, case_id, Act.APPROVE)
    letter = letters.proposed(work.session, case_id) if case else None
    if case is None or letter is None or actor.staff is None:
        return None
    letter.approved_by = actor.staff.id
    if letter.kind == Kind.CORRECTION:
        _correct(work, actor, case, letter)
    else:
        _answer(work, actor, case, letter, Act.APPROVE)
    return letter


def give_back(work: Work, actor: Actor, case_id: int, reason: str) -> Letter | None:
    """A leader returns a proposal to its officer, with what is to be mended; None where that is not said."""
    case = permit(work, actor, case_id, Act.RETURN)
    letter = letters.proposed(work.session, case_id) if case else None
    if case is None or letter is None or not is_reason(reason):
        return None
    letter.state = LetterState.RETURNED
    event = record(work, actor, case, Act.RETURN, note=reason, letter=letter.id)
    notices.returned(work, case, event)
    return letter


def _answer(work: Work, actor: Actor, case: Case, letter: Letter, act: Act) -> None:
    """The same answer to everybody whose case is answered with this one; a letter each."""
    for each in family(work, case, Act.REPLY if act is Act.APPROVE else act):
        own = letter if each.id == case.id else _copy(work, each, letter)
        if each.answered_at is None:
            each.answered_at, each.answered_due_on = work.now, each.answered_due_on or owed_on(work, each)
        each.days_left, each.silent_since = None, None
        record(work, actor, each, act, told=True, letter=own.id)
        send(work, each, own)


def correct(
    work: Work, actor: Actor, case_id: int, text: str, basis: str, *, files: Sequence[Attachment] = ()
) -> Letter | None:
    """Put right an answer that was sent: everybody who got it gets the correction."""
    case = permit(work, actor, case_id, Act.CORRECT)
    if case is None or actor.staff is None or not (is_substance(text) and (files or is_basis(basis))):
        return None
    letter = _letter(work, actor, case, Kind.CORRECTION, text=text, basis=basis)
    attachments.enclose(work.session, files, case.id, letter.id)
    if _needs_approval(work, actor, case):
        _propose(work, actor, case, letter)
    else:
        _correct(work, actor, case, letter)
    return letter


def _correct(work: Work, actor: Actor, case: Case, letter: Letter) -> None:
    for each in family(work, case, Act.CORRECT):
        own = letter if each.id == case.id else _copy(work, each, letter)
        each.silent_since = None  # who is told something new has all the time again to say whether it is clear
        record(work, actor, each, Act.CORRECT, told=True, letter=own.id)
        send(work, each, own)


def request(work: Work, actor: Actor, case_id: int, text: str) -> Letter | None:
    """Ask the owner for more: the clock stands still with the working days that are left.

    None where it may not be done now, or nothing is asked that can be understood.
    """
    case = permit(work, actor, case_id, Act.REQUEST)
    if case is None or actor.staff is None or not is_reason(text):
        return None
    case.days_left = work.ward.calendar.left(work.today, case.due_on)
    case.assignee_id = case.assignee_id or actor.staff.id
    letter = _letter(work, actor, case, Kind.REQUEST, text=text)
    record(work, actor, case, Act.REQUEST, note=text, told=True, letter=letter.id, left=case.days_left)
    send(work, case, letter)
    return letter


def decline(work: Work, actor: Actor, case_id: int, reason: str, where: str) -> Letter | None:
    """Không thụ lý: with the reason, and where to go instead; None without either."""
    case = permit(work, actor, case_id, Act.DECLINE)
    if case is None or actor.staff is None or not (is_reason(reason) and is_basis(where)):
        return None
    letter = _letter(work, actor, case, Kind.DECLINE, text=reason, basis=where)
    for each in family(work, case, Act.DECLINE):
        own = letter if each.id == case.id else _copy(work, each, letter)
        if each.answered_at is None:
            each.answered_at, each.answered_due_on = work.now, each.answered_due_on or owed_on(work, each)
        record(work, actor, each, Act.DECLINE, note=reason, told=True, letter=own.id)
        send(work, each, own)
    return letter


def _letter(work: Work, actor: Actor, case: Case, kind: Kind, *, text: str, basis: str = "") -> Letter:
    """A letter that is sent in this transaction, or proposed in it; a proposal that waited gives way to it."""
    waiting = letters.proposed(work.session, case.id)
    if waiting:
        waiting.state = LetterState.RETURNED
        work.session.add(waiting)
    letter = Letter(
        case_id=case.id,
        kind=kind,
        text=text.strip(),
        basis=basis.strip(),
        officer=actor.staff.name if actor.staff else "",
        staff_id=actor.staff.id if actor.staff else None,
        created_at=work.now,
        sent_at=work.now,
    )
    work.session.add(letter)
    work.session.flush()
    return letter


def _copy(work: Work, case: Case, letter: Letter) -> Letter:
    kept = {name: getattr(letter, name) for name in ("kind", "text", "basis", "officer", "staff_id", "approved_by")}
    copy = Letter(**kept, case_id=case.id, state=LetterState.SENT, created_at=work.now, sent_at=work.now)
    work.session.add(copy)
    work.session.flush()
    attachments.enclose_copies(work.session, (letter.case_id, letter.id), (case.id, copy.id))
    return copy


def send(work: Work, case: Case, letter: Letter) -> None:
    """Enqueue the letter. An owner who is reached nowhere makes it a task at once; a promise in public has none."""
    letter.state, letter.sent_at = LetterState.SENT, work.now
    work.session.add(letter)
    work.session.flush()
    letter.parts = notices.letter(work, case, letter)
    letter.delivery = Delivery.PENDING
    work.session.flush()
    if letter.parts == 0 and case.source == IN_PUBLIC:
        arrive(work, case, letter)
    elif letter.parts == 0:
        fail(work, case, letter, "unreachable")


def send_again(work: Work, case: Case, letter: Letter) -> None:
    """Enqueue a letter that never went out because its owner was not known; its day stays that of the first time."""
    letter.parts, letter.delivery, letter.reason = notices.letter(work, case, letter), Delivery.PENDING, ""
    reminded = work.session.get(Reminder, (case.id, due.untold_rung(letter.id)))
    if reminded:  # should it fail once more, that is a task anew
        work.session.delete(reminded)
    work.session.add(letter)
    work.session.flush()


def arrive(work: Work, case: Case, letter: Letter) -> None:
    """The owner has the letter: from now on silence counts."""
    letter.delivery, letter.delivered_at = Delivery.DELIVERED, work.now
    _listen(work, case)


def fail(work: Work, case: Case, letter: Letter, reason: str) -> None:
    """The owner does not have the letter: it comes back to its officer."""
    letter.delivery, letter.reason = Delivery.FAILED, reason
    work.session.add(letter)
    work.session.flush()
    notices.undelivered(work, case, letter)


def tell(work: Work, actor: Actor, case_id: int, how: str) -> Case | None:
    """Somebody told the owner by telephone, by post or in person what did not arrive."""
    case = permit(work, actor, case_id, Act.TELL)
    undelivered = letters.failed(work.session, case_id) if case else []
    if case is None or not undelivered:
        return None
    for letter in undelivered:
        letter.delivery, letter.delivered_at, letter.reason = Delivery.TOLD, work.now, how
    record(work, actor, case, Act.TELL, note=how, told=True, letters=[letter.id for letter in undelivered])
    _listen(work, case)
    return case


def _listen(work: Work, case: Case) -> None:
    """Silence begins when the last letter is there: nobody is silent about what they have not read."""
    work.session.flush()
    waits = case.status in {Status.ANSWERED, Status.WAITING} and case.silent_since is None
    if waits and not letters.unread(work.session, case.id):
        case.silent_since = work.now
    work.session.add(case)
    work.session.flush()
