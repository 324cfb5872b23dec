"""The acts on a case: each asks both tables for leave, changes the rows, writes the history, tells who must know.

All take the transaction at work and the actor, and return the case, or None where the act may not be done now.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from bot.cases import notices
from bot.cases.rules import MOVES, Act, Actor, may, words_of
from bot.core.clock import local_date
from bot.feature import Turn, Work
from bot.ward import Ward
from db import cases, letters
from db.cases import ENDED, OPEN, Case, CaseEvent, Status
from db.letters import LetterState
from db.staff import SERVING, Role, Staff


@dataclass(frozen=True)
class Report:
    """What somebody raises; ids are those of the ward profile, `subject` must be one of them."""

    subject: str
    text: str
    place: str = ""
    neighbourhood: str = ""
    latitude: float | None = None
    longitude: float | None = None
    suggestion: str = ""
    business: str = ""
    phone: str = ""
    document: str = ""
    anonymous: bool = False
    protected: bool = False


def filed(ward: Ward, report: Report, received: datetime, number: int) -> Case:
    """A case as it is logged, not in the database yet: its code, its unit, its deadline.

    Raises ValueError for a subject that the profile does not have.
    """
    subject = ward.subject(report.subject)
    if subject is None:
        raise ValueError(f"no subject {report.subject!r} in the profile")
    year = local_date(received).year
    case = Case(
        **vars(report),
        code=code_of(ward, year, number),
        year=year,
        number=number,
        unit=subject.unit,
        received_at=received,
        acknowledge_by=ward.calendar.add_hours(received, ward.cases.acknowledge_hours),
        due_on=ward.calendar.due(received, subject.days),
    )
    if case.anonymous:
        case.business = case.phone = ""
    case.protected = report.protected or subject.protected
    return case


def code_of(ward: Ward, year: int, number: int) -> str:
    """How a case is called: VH-2026-0001."""
    return f"{ward.cases.prefix}-{year}-{number:04d}"


def log(
    work: Work,
    actor: Actor,
    report: Report,
    *,
    reporter_id: int | None,
    source: str = "bot",
    note: str = "",
    unit: str = "",
    due_on: date | None = None,
) -> Case:
    """Log a case, give it its code and its deadline, and tell the unit. The same event logs once.

    `unit` and `due_on` are those of the subject where nothing else was decided.
    """
    case = filed(work.ward, report, work.now, cases.next_number(work.session, work.today.year))
    case.key, case.reporter_id, case.source = work.key, reporter_id, source
    case.unit, case.due_on = unit or case.unit, due_on or case.due_on
    case.logged_by = actor.staff.id if actor.staff and reporter_id != actor.person_id else None
    work.session.add(case)
    work.session.flush()
    cases.index_words(work.session, case.id, words_of(case))
    _write(work, actor, case, Act.LOG, before="", note=note, told=True)
    notices.new_case(work, case)
    return case


def permit(work: Work, actor: Actor, case_id: int, act: Act) -> Case | None:
    """The case, locked, if both tables allow the act now."""
    case = cases.locked(work.session, case_id)
    return case if case and may(actor, case, act, work.today) else None


def record(
    work: Work, actor: Actor, case: Case, act: Act, *, note: str = "", told: bool = False, **data: object
) -> CaseEvent:
    """Move the case as the table says and write it into its history. Raises KeyError for a move that does not exist."""
    before = Status(case.status)
    case.status = MOVES[(before, act)]
    if case.status in ENDED and before not in ENDED:
        case.closed_at, case.silent_since = work.now, None
    elif case.status not in ENDED:
        case.closed_at = None
    if actor.staff and case.acknowledged_at is None and act not in {Act.INVITE, Act.CLAIM}:
        case.acknowledged_at = work.now
    work.session.add(case)
    return _write(work, actor, case, act, before=before, note=note, told=told, **data)


def _write(
    work: Work, actor: Actor, case: Case, act: Act, *, before: str, note: str = "", told: bool = False, **data: object
) -> CaseEvent:
    work.session.flush()
    last = cases.last_event(work.session, case.id)
    event = CaseEvent(
        case_id=case.id,
        number=last.number + 1 if last else 1,
        at=work.now,
        act=act,
        before=before,
        after=case.status,
        person_id=actor.person_id,
        staff_id=actor.staff.id if actor.staff else None,
        note=note,
        told=told,
        data=data,
        key=work.key,
    )
    work.session.add(event)
    work.session.flush()
    if isinstance(work, Turn):
        work.outcome = "case"
    return event


def family(work: Work, case: Case, act: Act) -> list[Case]:
    """The case and those that are answered with it, all locked; one that the act leads nowhere now is left out.

    A case that was answered before its main case was disputed keeps its answer. One that was split off meanwhile is
    none of them.
    """
    found = (cases.locked(work.session, follower.id) for follower in cases.followers(work.session, case.id))
    mine = (follower for follower in found if follower and follower.merged_into == case.id)
    return [case, *(follower for follower in mine if (follower.status, act) in MOVES)]


def take(work: Work, actor: Actor, case_id: int) -> Case | None:
    """Somebody of the unit, or a leader, takes the case."""
    # Before the case, as where somebody leaves.
    serving = _locked(work.session, actor.staff.id) if actor.staff else None
    case = permit(work, actor, case_id, Act.TAKE)
    if case is None or serving is None:
        return None
    first = case.status == Status.RECEIVED
    case.assignee_id = serving.id
    event = record(work, actor, case, Act.TAKE, told=first)
    if first:
        notices.being_handled(work, case, event)
    return case


def assign(work: Work, actor: Actor, case_id: int, to: Staff) -> Case | None:
    """Give the case to somebody of its unit or to a leader; a protected one to a leader only."""
    serving = _locked(work.session, to.id)
    case = permit(work, actor, case_id, Act.ASSIGN)
    if case is None or serving is None or not assignable(case, serving):
        return None
    first = case.status == Status.RECEIVED
    case.assignee_id = to.id
    event = record(work, actor, case, Act.ASSIGN, told=first, to=to.id)
    if first:
        notices.being_handled(work, case, event)
    notices.assigned(work, case, to, event)
    return case


def _locked(session: Session, staff_id: int) -> Staff | None:
    """Somebody who has a role now and keeps it until the end of this transaction; others may work with them too."""
    rows = select(Staff).where(Staff.id == staff_id, SERVING).with_for_update(read=True)
    return session.exec(rows, execution_options={"populate_existing": True}).one_or_none()


def assignable(case: Case, to: Staff) -> bool:
    """Whether somebody can be given the case: of its unit or a leader, and not whom the owner was dissatisfied with."""
    fits = to.role == Role.LEADER or (to.role == Role.OFFICER and to.unit == case.unit and not case.protected)
    return fits and to.until is None and to.id not in {case.not_again_id, case.assignee_id}


def open_counts(session: Session, staff_ids: list[int]) -> dict[int, int]:
    """How many open cases each has; protected ones do not show, even as a number."""
    counted = (OPEN, col(Case.assignee_id).in_(staff_ids), ~col(Case.protected))
    rows = select(Case.assignee_id, func.count()).where(*counted)
    return {staff_id: count for staff_id, count in session.exec(rows.group_by(col(Case.assignee_id))) if staff_id}


def transfer(work: Work, actor: Actor, case_id: int, unit: str, reason: str) -> Case | None:
    """Hand the case to another unit of the ward; its deadline stays."""
    case = permit(work, actor, case_id, Act.TRANSFER)
    if case is None or work.ward.unit(unit) is None or unit == case.unit:
        return None
    case.unit, case.assignee_id = unit, None
    event = record(work, actor, case, Act.TRANSFER, note=reason, told=True, unit=unit)
    notices.transferred(work, case, event)
    notices.new_case(work, case, event)
    return case


def note(work: Work, actor: Actor, case_id: int, text: str) -> Case | None:
    """A remark for colleagues; the owner does not see it."""
    case = permit(work, actor, case_id, Act.NOTE)
    if case:
        record(work, actor, case, Act.NOTE, note=text)
    return case


def supplement(work: Work, actor: Actor, case_id: int, text: str) -> Case | None:
    """The owner adds something; a clock that stood still goes on with the days that were left."""
    case = permit(work, actor, case_id, Act.SUPPLEMENT)
    if case is None:
        return None
    waited = case.status == Status.WAITING
    if waited:
        case.due_on = owed_on(work, case)
        case.days_left, case.silent_since = None, None
    elif case.silent_since is not None:
        case.silent_since = work.now  # who speaks is not silent
    event = record(work, actor, case, Act.SUPPLEMENT, note=text, told=True, resumed=waited)
    cases.index_words(work.session, case.id, words_of(case))
    notices.supplemented(work, case, event)
    return case


def owed_on(work: Work, case: Case) -> date:
    """The day that counts now; while the owner is asked for more it moves along, unless it had passed before that."""
    if case.status != Status.WAITING or case.days_left is None or case.days_left < 0:
        return case.due_on
    return work.ward.calendar.due(work.now, case.days_left)


def extend(work: Work, actor: Actor, case_id: int, days: int, reason: str) -> Case | None:
    """More working days, before the deadline only, with a reason, told to everybody who waits; counted apart."""
    case = permit(work, actor, case_id, Act.EXTEND)
    if case is None or days < 1:
        return None
    for each in (one for one in family(work, case, Act.EXTEND) if work.today <= one.due_on):
        each.due_on = work.ward.calendar.due(work.ward.calendar.opening(each.due_on), days)
        each.extensions += 1
        event = record(work, actor, each, Act.EXTEND, note=reason, told=True, days=days)
        notices.extended(work, each, event)
    return case


def merge(work: Work, actor: Actor, case_id: int, into_id: int) -> Case | None:
    """Answer the case together with another open one; both keep everything that they hold."""
    case, into = permit(work, actor, case_id, Act.MERGE), cases.locked(work.session, into_id)
    if case is None or into is None or into.id == case.id or not may(actor, into, Act.MERGE, work.today):
        return None
    for each in family(work, case, Act.MERGE):
        each.merged_into = into.id
        lay_down(work, each)
        record(work, actor, each, Act.MERGE, told=True, into=into.code)
    record(work, actor, into, Act.MERGE, gathered=case.code)
    return into


def split(work: Work, actor: Actor, case_id: int) -> Case | None:
    """A merged case is handled by itself again."""
    case = permit(work, actor, case_id, Act.SPLIT)
    if case:
        case.merged_into = None
        record(work, actor, case, Act.SPLIT)
    return case


def lay_down(work: Work, case: Case) -> None:
    """An answer that waits for a leader counts no more: the case has moved on."""
    waiting = letters.proposed(work.session, case.id)
    if waiting:
        waiting.state = LetterState.RETURNED
        work.session.flush()
