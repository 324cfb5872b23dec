"""Cases beyond the ward's competence: gathered in a numbered dossier, sent to an authority, answered by it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.cases import letters, notices
from bot.cases.rules import Act, Actor, may, sees
from bot.cases.service import family, owed_on, permit, record
from bot.core.clock import local_date
from bot.feature import Work
from db import cases, dossiers
from db import letters as of_case
from db.cases import Case, Status
from db.dossiers import Dossier
from db.letters import Letter, LetterState
from db.staff import Role

FORWARD_WITHIN = 5
"""Working days after receipt within which a case of another's competence is handed on: Nghị định 20/2008, Điều 9."""


def hand_on_by(work: Work, case: Case) -> date:
    """The last day on which the case is handed on in the time that the law gives."""
    calendar = work.ward.calendar
    return calendar.add(local_date(calendar.counted_from(case.received_at)), FORWARD_WITHIN)


@dataclass(frozen=True)
class Folder:
    """A dossier with its cases as they stand now."""

    dossier: Dossier
    cases: Sequence[Case]

    @property
    def protected(self) -> bool:
        """Whether only leaders may know of it."""
        return any(case.protected for case in self.cases)

    @property
    def waiting(self) -> list[Case]:
        """The cases that the authority's answer is for; a merged one is answered with its main case."""
        return [case for case in self.cases if case.status == Status.FORWARDED and case.merged_into is None]


def opened(work: Work, actor: Actor, dossier_id: int) -> Folder | None:
    """A dossier that the actor may read; None also where there is none."""
    dossier = work.session.get(Dossier, dossier_id)
    folder = Folder(dossier, dossiers.gathered(work.session, dossier_id)) if dossier else None
    return folder if folder and reads(actor, folder) else None


def unanswered(work: Work, actor: Actor) -> list[Folder]:
    """The dossiers that an authority still has to answer and that the actor may read, the most urgent first."""
    folders = [
        Folder(dossier, dossiers.gathered(work.session, dossier.id)) for dossier in dossiers.unanswered(work.session)
    ]
    return [folder for folder in folders if reads(actor, folder)]


READERS = frozenset({Role.LEADER, Role.CLERK, Role.OFFICER, Role.ADMIN})


def reads(actor: Actor, folder: Folder) -> bool:
    """Whether the actor may know of the dossier: one with a protected case is for leaders alone.

    An empty one perhaps held such a case: besides leaders only who made it reads it.
    """
    if actor.staff is None or actor.staff.role not in READERS:
        return False
    made = folder.dossier.made_by == actor.staff.id
    return actor.staff.role == Role.LEADER or (not folder.protected and (bool(folder.cases) or made))


def shown(actor: Actor, folder: Folder) -> list[Case]:
    """Those of its cases that the actor may read."""
    return [case for case in folder.cases if sees(actor, case)]


def handles(work: Work, actor: Actor, folder: Folder) -> bool:
    """Whether the actor may say what the authority did: who handles all of its cases, a clerk, a leader."""
    if folder.dossier.answered_at is not None or not reads(actor, folder):
        return False
    if folder.waiting:
        return all(may(actor, case, Act.RELAY, work.today) for case in folder.waiting)
    charge = actor.staff is not None and actor.staff.role in {Role.LEADER, Role.CLERK}
    return charge or folder.dossier.made_by in actor.hands


def accepts(work: Work, folder: Folder) -> bool:
    """Whether more may be gathered in it: not after its answer or its deadline, never beside a protected case."""
    return folder.dossier.answered_at is None and folder.dossier.due_on >= work.today and not folder.protected


def forward(
    work: Work, actor: Actor, case_id: int, authority: str, *, text: str, dossier_id: int | None = None
) -> Case | None:
    """Hand the case on to an authority, in a new dossier or in one that waits for its answer.

    The dossier's deadline is the case's second one; the history keeps the first. None where it may not be done now, or
    that dossier takes no more. A protected case gets a dossier of its own.
    """
    joined = dossiers.locked(work.session, dossier_id) if dossier_id is not None else None
    case = permit(work, actor, case_id, Act.FORWARD)
    if case is None or actor.staff is None or work.ward.authority(authority) is None:
        return None
    if dossier_id is not None and not _joins(work, case, joined, authority):
        return None
    dossier = joined or _new(work, actor.staff.id, authority)
    case.assignee_id = case.assignee_id or actor.staff.id
    for each in family(work, case, Act.FORWARD):
        _put(work, actor, each, dossier, text)
    return case


def _joins(work: Work, case: Case, dossier: Dossier | None, authority: str) -> bool:
    if dossier is None or dossier.authority != authority or case.protected or case.dossier_id == dossier.id:
        return False
    return accepts(work, Folder(dossier, dossiers.gathered(work.session, dossier.id)))


def _new(work: Work, made_by: int, authority: str) -> Dossier:
    year = work.today.year
    number = dossiers.next_number(work.session, year)
    place = work.ward.authority(authority)
    dossier = Dossier(
        year=year,
        number=number,
        code=f"{work.ward.cases.prefix}-{year}-HS-{number:02d}",
        authority=authority,
        made_by=made_by,
        created_at=work.now,
        due_on=work.ward.calendar.due(work.now, place.days if place else 10),
    )
    work.session.add(dossier)
    work.session.flush()
    return dossier


def _put(work: Work, actor: Actor, case: Case, dossier: Dossier, text: str) -> None:
    first, owed = case.due_on, owed_on(work, case)
    if case.answered_at is None and case.answered_due_on is None and work.today > owed:
        case.answered_due_on = owed  # what was late already does not come in time by being handed on
    case.authority, case.dossier_id, case.due_on = dossier.authority, dossier.id, dossier.due_on
    case.days_left, case.silent_since = None, None
    kept = {"dossier": dossier.code, "due_before": first.isoformat()}
    event = record(work, actor, case, Act.FORWARD, note=text, told=True, **kept)
    notices.forwarded(work, case, event)


def sent(work: Work, actor: Actor, dossier_id: int, reference: str) -> Folder | None:
    """Note with every case that the dossier went out, by the number and day of its letter."""
    folder = _held(work, actor, dossier_id)
    if folder is None or not folder.waiting:
        return None
    for case in folder.waiting:
        note = work.app.say.label("dossiers.sent_note", code=folder.dossier.code, reference=reference)
        record(work, actor, case, Act.NOTE, note=note, sent=folder.dossier.code, reference=reference)
    return folder


def _held(work: Work, actor: Actor, dossier_id: int) -> Folder | None:
    """The dossier and its cases, locked, if the actor may act on it now."""
    if dossiers.locked(work.session, dossier_id) is None:
        return None
    for case in dossiers.gathered(work.session, dossier_id):
        cases.locked(work.session, case.id)
    folder = opened(work, actor, dossier_id)  # without what was put into another one meanwhile
    return folder if folder and handles(work, actor, folder) else None


def answer(work: Work, actor: Actor, dossier_id: int, text: str, basis: str) -> list[Letter]:
    """What the authority answered goes to everybody whose case is in the dossier; the letters, some perhaps proposed.

    Empty where it may not be done now, or the text has no substance, or no basis.
    """
    folder = _held(work, actor, dossier_id)
    written = [letters.relay(work, actor, case.id, text, basis) for case in folder.waiting] if folder else []
    done = [letter for letter in written if letter]
    if folder and done:
        folder.dossier.answered_at = work.now
        work.session.flush()
    return done


def approve(work: Work, actor: Actor, dossier_id: int) -> list[Letter]:
    """A leader approves at once all that waits for it in the dossier."""
    folder = opened(work, actor, dossier_id)
    if folder is None or folder.dossier.answered_at is None:
        return []
    written = [
        letters.approve(work, actor, case.id) for case in folder.waiting if _lies_unchanged(work, case, folder.dossier)
    ]
    return [letter for letter in written if letter]


def _lies_unchanged(work: Work, case: Case, dossier: Dossier) -> bool:
    """Whether what waits is still the authority's answer; one written anew since is approved by itself."""
    cases.locked(work.session, case.id)
    letter = of_case.proposed(work.session, case.id)
    return letter is not None and letter.created_at == dossier.answered_at


def proposed(written: Sequence[Letter]) -> list[Letter]:
    """Those that wait for a leader."""
    return [letter for letter in written if letter.state == LetterState.PROPOSED]


def end(work: Work, actor: Actor, dossier_id: int) -> Folder | None:
    """No case of the dossier waits any more: nothing is owed by the authority."""
    folder = _held(work, actor, dossier_id)
    if folder is None or folder.waiting:
        return None
    folder.dossier.answered_at = work.now
    work.session.flush()
    return folder
