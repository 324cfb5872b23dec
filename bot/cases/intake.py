"""Petitions on paper, from dialogues and the national portal: logged many at a time, told in one message."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from bot.cases import notices, wording
from bot.cases.rules import Act, late, words_of
from bot.cases.service import Report, code_of, filed
from bot.core.choices import plain
from bot.core.replies import Reply
from bot.feature import Work
from bot.ward import Ward
from db import cases, due
from db.cases import Case, CaseEvent, CaseWord
from db.clockwork import Reminder
from db.session import insert
from db.staff import Role, Staff, with_role

TOGETHER = 500
"""So many cases are written in one go."""

Said = Callable[[int], None]


@dataclass(frozen=True)
class Petition:
    """One petition of a register.

    `key` names it for good, `number` is what the register calls it, `source` how it came. An empty `unit` is the
    subject's; `due_on` is None where the working calendar tells it. `note` is for colleagues.
    """

    key: str
    number: str
    source: str
    received: date
    report: Report
    unit: str = ""
    due_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Ready:
    """A petition and all that can be worked out about its case before anybody has to wait for the database."""

    petition: Petition
    case: Case
    words: frozenset[str]


def made_ready(ward: Ward, petition: Petition) -> Ready:
    """Raises ValueError for a subject that the profile does not have."""
    case = filed(ward, petition.report, ward.calendar.opening(petition.received), 0)
    case.key, case.source = petition.key, petition.source
    case.unit, case.due_on = petition.unit or case.unit, petition.due_on or case.due_on
    case.code = ""
    return Ready(petition, case, frozenset(words_of(case) | {word[:40] for word in plain(petition.number).split()}))


def take_in(work: Work, waiting: Iterable[Ready], said: Said) -> list[Case]:
    """Log them all, the oldest first, each with the next number of the year in which it was received.

    Somebody of the staff has received and read each of them, so nobody is asked whether they have. `said` hears now
    and then how many are written.
    """
    ordered = sorted(waiting, key=lambda ready: ready.petition.received)
    for year, of_year in groupby(ordered, key=lambda ready: ready.case.year):
        _number(work, year, list(of_year))
    for start in range(0, len(ordered), TOGETHER):
        _write(work, ordered[start : start + TOGETHER])
        said(min(start + TOGETHER, len(ordered)))
    logged = [ready.case for ready in ordered]
    _count_as_told(work, logged)
    _tell(work, logged)
    return logged


def _number(work: Work, year: int, of_year: Sequence[Ready]) -> None:
    numbers = cases.next_numbers(work.session, year, len(of_year))
    for ready, number in zip(of_year, numbers, strict=True):
        case = ready.case
        case.number, case.code = number, code_of(work.ward, year, number)
        case.received_at = min(case.received_at, work.now)
        case.acknowledged_at = work.now


def _write(work: Work, some: Sequence[Ready]) -> None:
    """In statements of many rows: others wait for this transaction, and row by row takes them ten times as long."""
    insert(work.session, Case, [ready.case.model_dump(exclude={"id"}) for ready in some])
    ids = cases.ids_of(work.session, [ready.petition.key for ready in some])
    for ready in some:
        ready.case.id = ids[ready.petition.key]
    insert(work.session, CaseEvent, [event for ready in some for event in _history(work, ready)])
    words = sorted((word, ready.case.id) for ready in some for word in ready.words | words_of_code(ready.case))
    insert(work.session, CaseWord, [{"word": word, "case_id": case_id} for word, case_id in words])


def words_of_code(case: Case) -> set[str]:
    """What its code adds to the words by which a case is found."""
    return set(plain(case.code).split())


def _history(work: Work, ready: Ready) -> Iterator[dict[str, object]]:
    """How it came; then what the register remarks, which its owner does not see."""
    petition, case = ready.petition, ready.case
    common = {"case_id": case.id, "at": work.now, "after": case.status, "data": {}, "key": ""}
    came = work.app.say.label("intake.note", source=petition.source, number=petition.number)
    yield {**common, "number": 1, "act": Act.LOG, "before": "", "note": came, "told": True}
    if petition.note:
        yield {**common, "number": 2, "act": Act.NOTE, "before": case.status, "note": petition.note, "told": False}


def _count_as_told(work: Work, logged: Sequence[Case]) -> None:
    """The one message that tells of them stands for the rungs that they have reached; a backlog climbs no further.

    A case that is late when it comes in stands in the digests and the lists until it is answered.
    """
    until = work.ward.calendar.add(work.today, work.ward.cases.warn_days)
    near = [case for case in logged if case.due_on <= until]
    given = [{"case_id": case.id, "rung": rung, "at": work.now} for case in near for rung in _rungs(work, case)]
    insert(work.session, Reminder, given)


def _rungs(work: Work, case: Case) -> tuple[str, ...]:
    if late(case, work.today):
        return due.backlog(case.due_on), due.escalation(case.due_on)
    return (due.rung(case.due_on, work.today),)


def _tell(work: Work, logged: Sequence[Case]) -> None:
    """Each unit hears of its own in one message, leaders of all; of protected ones leaders alone."""
    told: dict[int, list[Case]] = defaultdict(list)
    people: dict[int, Staff] = {}
    leaders = with_role(work.session, Role.LEADER)
    for of_unit in _by_unit(logged):
        for one in {one.id: one for one in (*notices.handlers(work, of_unit[0]), *leaders)}.values():
            people[one.id] = one
            told[one.id] += of_unit
    for staff_id, theirs in told.items():
        work.tell(people[staff_id].person_id, _message(work, theirs), f"{_name(logged)}:staff:{staff_id}")
    if any(case.protected for case in logged):
        notices.no_leader(work, _name(logged))


def _name(logged: Sequence[Case]) -> str:
    return f"import:{logged[0].id}"


def _by_unit(logged: Sequence[Case]) -> list[list[Case]]:
    """Together what the same people handle."""
    groups: dict[tuple[bool, str], list[Case]] = defaultdict(list)
    for case in logged:
        groups[case.protected, "" if case.protected else case.unit].append(case)
    return list(groups.values())


def _message(work: Work, theirs: Sequence[Case]) -> Reply:
    lines = [_line(work, of_unit) for of_unit in _by_unit(theirs)]
    text = Markup("\n").join((work.say("intake.told", count=len(theirs)), *lines))
    return Reply(text, ((work.button("intake.button_lists", "viec"),),))


def _line(work: Work, of_unit: Sequence[Case]) -> Markup:
    protected, unit = of_unit[0].protected, of_unit[0].unit
    name = work.app.say.label("intake.protected") if protected else wording.unit(work, unit)
    overdue = sum(late(case, work.today) for case in of_unit)
    until = work.ward.calendar.add(work.today, work.ward.cases.warn_days)
    soon = sum(work.today <= case.due_on <= until for case in of_unit)
    parts = [work.say("intake.told_unit", unit=name, count=len(of_unit))]
    parts += [work.say("intake.told_late", count=overdue)] if overdue else []
    parts += [work.say("intake.told_soon", count=soon)] if soon else []
    return Markup(", ").join(parts)
