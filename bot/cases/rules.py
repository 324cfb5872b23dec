"""The life of a case: its statuses, the acts that move it, who may do which, and what counts as on time; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum, auto

from bot.core.choices import plain
from bot.core.clock import local_date
from db.cases import Case, Status
from db.staff import Role, Staff


class Act(StrEnum):
    """What can be done with a case; the names stand in its history."""

    LOG = "log"
    TAKE = "take"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    REQUEST = "request"
    SUPPLEMENT = "supplement"
    NOTE = "note"
    REPLY = "reply"
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"
    CORRECT = "correct"
    EXTEND = "extend"
    FORWARD = "forward"
    RELAY = "relay"
    DECLINE = "decline"
    MERGE = "merge"
    SPLIT = "split"
    TELL = "tell"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    CLEAR = "clear"
    MARK = "mark"
    DISPUTE = "dispute"
    INVITE = "invite"
    CLAIM = "claim"
    HAND_BACK = "hand_back"
    EXPIRE = "expire"
    LAPSE = "lapse"


class Standing(Enum):
    """What somebody is to a case."""

    OWNER = auto()
    ASSIGNEE = auto()
    UNIT = auto()
    LOGGER = auto()
    CLERK = auto()
    ADMIN = auto()
    LEADER = auto()
    CLOCK = auto()


def _stays(act: Act, *statuses: Status) -> dict[tuple[Status, Act], Status]:
    return {(status, act): status for status in statuses}


def _leads(act: Act, to: Status, *statuses: Status) -> dict[tuple[Status, Act], Status]:
    return dict.fromkeys(((status, act) for status in statuses), to)


R, K, W, A, F = Status.RECEIVED, Status.WORKING, Status.WAITING, Status.ANSWERED, Status.FORWARDED

MOVES: dict[tuple[Status, Act], Status] = {
    **_leads(Act.TAKE, K, R, K),
    **_stays(Act.TAKE, W, F),
    **_leads(Act.ASSIGN, K, R, K),
    **_stays(Act.ASSIGN, W, F),
    **_leads(Act.TRANSFER, R, R, K),
    **_leads(Act.REQUEST, W, R, K),
    **_stays(Act.SUPPLEMENT, R, K, A, F),
    **_leads(Act.SUPPLEMENT, K, W),
    **_stays(Act.NOTE, *Status),
    **_leads(Act.REPLY, A, R, K, W, F),
    **_stays(Act.PROPOSE, R, K, W, F, A, Status.CLOSED),
    **_leads(Act.APPROVE, A, R, K, W, F),
    **_stays(Act.APPROVE, A, Status.CLOSED),
    **_stays(Act.RETURN, R, K, W, F, A, Status.CLOSED),
    **_stays(Act.CORRECT, A, Status.CLOSED),
    **_stays(Act.EXTEND, R, K, F),
    **_leads(Act.FORWARD, F, R, K, W, F),
    **_leads(Act.RELAY, A, R, K, W, F),
    **_leads(Act.DECLINE, Status.DECLINED, R, K, W),
    **_stays(Act.MERGE, R, K, W, F),
    **_stays(Act.SPLIT, R, K, W, F),
    **_stays(Act.TELL, *Status),
    **_leads(Act.CLOSE, Status.CLOSED, A),
    **_leads(Act.WITHDRAW, Status.WITHDRAWN, R, K, W, F),
    **_leads(Act.CLEAR, Status.CLOSED, A),
    **_stays(Act.MARK, Status.CLOSED),
    **_leads(Act.DISPUTE, K, A, Status.CLOSED),
    **_stays(Act.INVITE, *Status),
    **_stays(Act.CLAIM, *Status),
    **_leads(Act.HAND_BACK, R, R, K),
    **_stays(Act.HAND_BACK, W, F, A),
    **_leads(Act.EXPIRE, Status.CLOSED, W),
    **_leads(Act.LAPSE, Status.CLOSED, A),
}
"""Where each act leads from each status; what is not here cannot happen."""

_HANDLES = frozenset({Standing.ASSIGNEE, Standing.LEADER})
_DISTRIBUTES = frozenset({Standing.ASSIGNEE, Standing.UNIT, Standing.CLERK, Standing.ADMIN, Standing.LEADER})
_STAFF = _DISTRIBUTES | {Standing.LOGGER}
_OWNER, _CLOCK, _LEADER = (frozenset({one}) for one in (Standing.OWNER, Standing.CLOCK, Standing.LEADER))

MAY: dict[Act, frozenset[Standing]] = {
    Act.TAKE: frozenset({Standing.UNIT, Standing.LEADER}),
    Act.ASSIGN: _DISTRIBUTES,
    Act.TRANSFER: _DISTRIBUTES,
    Act.REQUEST: _HANDLES,
    Act.SUPPLEMENT: _OWNER | {Standing.LOGGER},
    Act.NOTE: _STAFF,
    Act.REPLY: _HANDLES,
    Act.PROPOSE: _HANDLES,
    Act.APPROVE: _LEADER,
    Act.RETURN: _LEADER,
    Act.CORRECT: _HANDLES,
    Act.EXTEND: _HANDLES,
    Act.FORWARD: _HANDLES,
    # The clerk (văn thư) receives what authorities write; the answer of one is passed on, not given.
    Act.RELAY: _HANDLES | {Standing.CLERK},
    Act.DECLINE: _HANDLES,
    Act.MERGE: _HANDLES | {Standing.CLERK},
    Act.SPLIT: _HANDLES | _OWNER,
    Act.TELL: _STAFF,
    Act.CLOSE: _HANDLES,
    Act.WITHDRAW: _OWNER,
    Act.CLEAR: _OWNER,
    Act.MARK: _OWNER,
    Act.DISPUTE: _OWNER,
    Act.INVITE: _HANDLES | {Standing.LOGGER},
    Act.CLAIM: _OWNER,
    Act.HAND_BACK: _CLOCK,
    Act.EXPIRE: _CLOCK,
    Act.LAPSE: _CLOCK,
}
"""Who may do each act, by what they are to the case."""

_OWNS = {Act.SUPPLEMENT, Act.WITHDRAW, Act.SPLIT, Act.CLAIM, Act.CLEAR, Act.MARK, Act.DISPUTE, Act.EXPIRE, Act.LAPSE}
OF_A_MERGED_CASE = frozenset({Act.NOTE, Act.INVITE, Act.TELL} | _OWNS)
"""What can still be done with a case that is answered with another one; everything else is done with that one."""

BUTTONS = (
    Act.TAKE,
    Act.REPLY,
    Act.REQUEST,
    Act.ASSIGN,
    Act.TRANSFER,
    Act.NOTE,
    Act.EXTEND,
    Act.FORWARD,
    Act.DECLINE,
    Act.CORRECT,
    Act.TELL,
    Act.INVITE,
    Act.SPLIT,
    Act.CLOSE,
)
"""The acts that stand as buttons on a case card, in their order; approving stands beside the proposal."""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a person, perhaps with a role, standing in today for absent colleagues; or the clock."""

    person_id: int | None
    staff: Staff | None = None
    stands_in_for: frozenset[int] = frozenset()

    @property
    def hands(self) -> frozenset[int]:
        """The ids of the staff whose work this is."""
        return self.stands_in_for | ({self.staff.id} if self.staff else frozenset())


CLOCK = Actor(None)


def standings(actor: Actor, case: Case) -> frozenset[Standing]:
    """What the actor is to the case. A protected one is nothing to any staff but a leader."""
    if actor.person_id is None:
        return _CLOCK
    owner = _OWNER if case.reporter_id == actor.person_id else frozenset()
    staff = actor.staff
    if staff is None:
        return owner
    if case.protected:
        return owner | (_LEADER if staff.role == Role.LEADER else frozenset())
    return owner | {standing for standing, holds in _of_staff(actor, staff, case).items() if holds}


def _of_staff(actor: Actor, staff: Staff, case: Case) -> dict[Standing, bool]:
    again = staff.id == case.not_again_id  # nor as somebody's substitute
    return {
        Standing.LEADER: staff.role == Role.LEADER,
        Standing.ADMIN: staff.role == Role.ADMIN,
        Standing.CLERK: staff.role == Role.CLERK,
        Standing.UNIT: staff.role == Role.OFFICER and staff.unit == case.unit,
        Standing.ASSIGNEE: case.assignee_id == staff.id or (case.assignee_id in actor.hands and not again),
        Standing.LOGGER: case.logged_by == staff.id,
    }


def sees(actor: Actor, case: Case) -> bool:
    """Whether the actor may read the case as staff."""
    return bool(standings(actor, case) - _OWNER - _CLOCK)


def may(actor: Actor, case: Case, act: Act, today: date) -> bool:
    """Both tables asked, and the few conditions that no table holds."""
    if (case.status, act) not in MOVES or not MAY[act] & standings(actor, case):
        return False
    if case.merged_into is not None and act not in OF_A_MERGED_CASE:
        return False
    condition = _CONDITIONS.get(act)
    return condition is None or condition(actor, case, today)


def _may_take(actor: Actor, case: Case, _today: date) -> bool:
    """Not twice, not from a colleague unless a leader does, and not again after the owner was dissatisfied."""
    mine = actor.staff is not None and actor.staff.id in {case.assignee_id, case.not_again_id}
    free = case.assignee_id is None or Standing.LEADER in standings(actor, case)
    return free and not mine


IN_PUBLIC = "cam kết"
"""How a case came that holds a promise of the ward to everybody: nobody sent it, its answer is read in public."""

_CONDITIONS: dict[Act, Callable[[Actor, Case, date], bool]] = {
    Act.TAKE: _may_take,
    # An extension that is asked for when the day has passed would be a late answer under another name.
    Act.EXTEND: lambda _actor, case, today: today <= case.due_on,
    Act.SPLIT: lambda _actor, case, _today: case.merged_into is not None,
    # Merged cases in whatever status are answered with it; it itself waits for an authority.
    Act.RELAY: lambda _actor, case, _today: case.status == F and case.dossier_id is not None,
    # A promise to everybody is nobody's to take over, to explain or to withdraw.
    Act.INVITE: lambda _actor, case, _today: case.reporter_id is None and case.source != IN_PUBLIC,
    Act.REQUEST: lambda _actor, case, _today: case.source != IN_PUBLIC,
    Act.MERGE: lambda _actor, case, _today: not case.protected,
    Act.TRANSFER: lambda _actor, case, _today: not case.protected,
    Act.MARK: lambda _actor, case, _today: case.mark is None and case.answered_at is not None,
    # What the owner called settled stays settled; what was closed by rule or by staff can be disputed.
    Act.DISPUTE: lambda _actor, case, _today: case.mark is None and case.answered_at is not None,
}


def buttons(actor: Actor, case: Case, today: date) -> list[Act]:
    """The acts that this actor may do now, in the order of the card."""
    return [act for act in BUTTONS if may(actor, case, act, today)]


def on_time(case: Case) -> bool | None:
    """Whether the first answer of substance came on or before the due date; None while there is none."""
    if case.answered_at is None or case.answered_due_on is None:
        return None
    return local_date(case.answered_at) <= case.answered_due_on


def late(case: Case, today: date) -> bool:
    """Whether an answer is owed and the due date has passed; the clock stands while the owner is asked for more."""
    return case.status in {R, K, F} and today > case.due_on


def satisfied(mark: int) -> bool:
    """4 and 5 of 5 count as satisfied."""
    return mark >= 4


def words_of(case: Case) -> set[str]:
    """What a case is found by; nothing that an anonymous one hides is in its fields."""
    said = f"{case.code} {case.text} {case.place} {case.suggestion} {case.business} {case.phone}"
    return {word[:40] for word in plain(said).split()} | ({case.phone} if case.phone else set())


def next_handler(officers: Sequence[Staff], open_counts: dict[int, int], not_again: int | None) -> Staff | None:
    """Who takes a disputed case: of the others, the one with the fewest open cases."""
    others = [officer for officer in officers if officer.id != not_again]
    return min(others, key=lambda officer: (open_counts.get(officer.id, 0), officer.id), default=None)
