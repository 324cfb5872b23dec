"""How a case ends, and how it does not: its owner takes it back, is content or is not; it is closed, it is let go.

The same manner as the acts in `service`: each returns the case, or None where the act may not be done now.
"""

from sqlmodel import Session, col, select

from bot.cases import notices
from bot.cases.rules import CLOCK, Act, Actor, next_handler
from bot.cases.service import family, lay_down, open_counts, permit, record
from bot.feature import Work
from db import letters
from db.cases import OPEN, Case
from db.letters import LetterState
from db.staff import Role, Staff, with_role


def withdraw(work: Work, actor: Actor, case_id: int, reason: str = "") -> Case | None:
    """The owner takes the case back. Cases that were answered with it go on by themselves."""
    case = permit(work, actor, case_id, Act.WITHDRAW)
    if case is None:
        return None
    _release(work, case)
    case.merged_into = None
    lay_down(work, case)
    event = record(work, actor, case, Act.WITHDRAW, note=reason, told=True)
    notices.withdrawn(work, case, event)
    return case


def _release(work: Work, case: Case) -> None:
    """Cases that were to be answered with this one are on their own again, and those who handle them hear of it."""
    for follower in family(work, case, Act.SPLIT)[1:]:
        follower.merged_into = None
        notices.new_case(work, follower, record(work, CLOCK, follower, Act.SPLIT))


def clear(work: Work, actor: Actor, case_id: int) -> Case | None:
    """The owner has understood the answer."""
    case = permit(work, actor, case_id, Act.CLEAR)
    if case:
        record(work, actor, case, Act.CLEAR, told=True)
    return case


def mark(work: Work, actor: Actor, case_id: int, points: int) -> Case | None:
    """The owner's mark, 1 to 5."""
    case = permit(work, actor, case_id, Act.MARK) if 1 <= points <= 5 else None
    if case:
        case.mark = points
        record(work, actor, case, Act.MARK, told=True, mark=points)
    return case


def dispute(work: Work, actor: Actor, case_id: int, reason: str) -> Case | None:
    """The owner is not satisfied: somebody else handles it anew, with a deadline of its own."""
    case = permit(work, actor, case_id, Act.DISPUTE)
    if case is None:
        return None
    lay_down(work, case)
    before = case.assignee_id
    other = _somebody_else(work, case)
    subject = work.ward.subject(case.subject)
    # Where nobody else is in reach, the same one may take it rather than nobody.
    case.not_again_id, case.assignee_id = (before, other.id) if other else (None, None)
    case.merged_into = None
    case.due_on = work.ward.calendar.due(work.now, subject.days if subject else 10)
    case.silent_since, case.disputes = None, case.disputes + 1
    event = record(work, actor, case, Act.DISPUTE, note=reason, told=True, to=other.id if other else None)
    notices.disputed(work, case, event, other)
    return case


def _somebody_else(work: Work, case: Case) -> Staff | None:
    leaders = [leader for leader in with_role(work.session, Role.LEADER) if leader.id != case.assignee_id]
    if case.protected:
        return leaders[0] if leaders else None
    officers = with_role(work.session, Role.OFFICER, case.unit)
    present = [officer for officer in officers if not officer.absent_on(work.today)]
    other = next_handler(present, open_counts(work.session, [officer.id for officer in present]), case.assignee_id)
    return other or next_handler(leaders, {}, case.assignee_id)


def close(work: Work, actor: Actor, case_id: int, act: Act = Act.CLOSE, note: str = "") -> Case | None:
    """End an answered case, or one whose owner stayed silent; not before every letter has arrived or was told."""
    case = permit(work, actor, case_id, act)
    if case is None or not arrived(work.session, case.id):
        return None
    if act is Act.EXPIRE:
        _release(work, case)
    event = record(work, actor, case, act, note=note, told=True)
    notices.closed(work, case, event)
    return case


def arrived(session: Session, case_id: int) -> bool:
    """Whether every letter about the case has reached its owner, by chat or otherwise."""
    return not any(
        letter.delivery in {"pending", "failed"} or letter.state == LetterState.PROPOSED
        for letter in letters.of_case(session, case_id)
    )


def hand_back(work: Work, staff: Staff) -> int:
    """Somebody left: the open cases go back to their units; how many."""
    rows = select(Case).where(OPEN, Case.assignee_id == staff.id).order_by(col(Case.id)).with_for_update()
    found = work.session.exec(rows, execution_options={"populate_existing": True}).all()
    for case in found:
        case.assignee_id = None
        event = record(work, CLOCK, case, Act.HAND_BACK, staff=staff.id)
        notices.new_case(work, case, event)
    return len(found)
