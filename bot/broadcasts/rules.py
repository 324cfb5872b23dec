"""The life of an announcement: what may be done with it, by whom, who must approve, on which days it recurs; pure."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum, auto
from typing import Literal, Self

from bot.ward.news import Broadcasts
from db.broadcasts import Broadcast, BroadcastState
from db.staff import Role, Staff


class Act(StrEnum):
    """What can be done with an announcement; the names stand in its history, beside those of the clock."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    STILL_WAITS = "still_waits"
    PAUSE = "pause"
    GO_ON = "go_on"
    CANCEL = "cancel"
    EDIT = "edit"
    NOTICE = "notice"
    END = "end_recurrence"
    PROPOSE_EDIT = "propose_edit"
    APPROVE_EDIT = "approve_edit"
    RETURN_EDIT = "return_edit"
    PLAN = "plan"


class Standing(Enum):
    """What somebody is to an announcement."""

    AUTHOR = auto()
    UNIT = auto()
    CLERK = auto()
    LEADER = auto()


P, B, H = BroadcastState.PROPOSED, BroadcastState.RETURNED, BroadcastState.SCHEDULED
S, W, T = BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.SENT


def _stays(act: Act, *states: BroadcastState) -> dict[tuple[BroadcastState, Act], BroadcastState]:
    return {(state, act): state for state in states}


MOVES: dict[tuple[BroadcastState, Act], BroadcastState] = {
    (B, Act.SUBMIT): P,
    (P, Act.APPROVE): H,
    (P, Act.RETURN): B,
    (P, Act.WITHDRAW): B,
    (H, Act.WITHDRAW): B,
    (S, Act.PAUSE): W,
    (W, Act.GO_ON): S,
    **dict.fromkeys(((state, Act.CANCEL) for state in (P, B, H, S, W)), BroadcastState.CANCELLED),
    **_stays(Act.EDIT, S, W, T),
    **_stays(Act.PROPOSE_EDIT, S, W, T),
    **_stays(Act.APPROVE_EDIT, S, W, T),
    **_stays(Act.RETURN_EDIT, S, W, T),
    # What was stopped half-way has reached people too; they may have to be told what is right.
    **_stays(Act.NOTICE, S, W, T, BroadcastState.CANCELLED),
    **_stays(Act.END, *BroadcastState),
}
"""Where each act leads from each state; what is not here cannot happen. The clock moves the rest."""

_LEADER = frozenset({Standing.LEADER})
_OURS = frozenset({Standing.AUTHOR, Standing.UNIT, Standing.LEADER})

MAY: dict[Act, frozenset[Standing]] = {
    Act.SUBMIT: frozenset({Standing.AUTHOR}),
    Act.APPROVE: _LEADER,
    Act.RETURN: _LEADER,
    Act.WITHDRAW: frozenset({Standing.AUTHOR}),
    Act.PAUSE: _OURS,
    Act.GO_ON: _OURS,
    Act.CANCEL: _OURS,
    Act.EDIT: _OURS,
    Act.NOTICE: _OURS,
    Act.END: _OURS,
    Act.PROPOSE_EDIT: _OURS,
    Act.APPROVE_EDIT: _LEADER,
    Act.RETURN_EDIT: _LEADER,
}
"""Who may do each act, by what they are to the announcement."""

SECOND_PAIR_OF_EYES = frozenset({Act.APPROVE, Act.RETURN})
"""What nobody does to what they wrote."""

SETTLED_KINDS = frozenset({"meeting_change", "meeting_cancel"})
"""What they tell counts from when they may leave: stopped half-way they would leave people with what is wrong."""

_STOPS = frozenset({Act.PAUSE, Act.CANCEL, Act.WITHDRAW})

GOING = (S, W)
"""Where an announcement has begun and has not reached everybody."""

COMPOSE = frozenset({Role.OFFICER, Role.CLERK, Role.LEADER})
"""Who writes announcements. An admin looks after the machine; a head passes on by hand what the bot did not reach."""

BUTTONS = (Act.PAUSE, Act.GO_ON, Act.EDIT, Act.NOTICE, Act.CANCEL, Act.END)
"""The acts that stand as buttons on a card; approving stands under what is to be approved."""


def standings(staff: Staff, broadcast: Broadcast) -> frozenset[Standing]:
    """What somebody who serves now is to an announcement; whose role has ended is nothing to it."""
    if staff.until is not None:
        return frozenset()
    of_unit = staff.role in {Role.OFFICER, Role.CLERK} and staff.unit == broadcast.unit
    holds = {
        Standing.AUTHOR: staff.id == broadcast.author_id,
        Standing.UNIT: of_unit and bool(broadcast.unit),
        Standing.CLERK: staff.role == Role.CLERK,
        Standing.LEADER: staff.role == Role.LEADER,
    }
    return frozenset(standing for standing, held in holds.items() if held)


def sees(staff: Staff, broadcast: Broadcast) -> bool:
    """Whether somebody may read it as staff: the author, the unit, the clerks (văn thư), the leaders."""
    return bool(standings(staff, broadcast))


def may(staff: Staff, broadcast: Broadcast, act: Act) -> bool:
    """Both tables asked, and that nobody approves what they wrote, nor ends what does not recur.

    Each time of what recurs was approved with the first one: alone it can be cancelled, not mended.
    """
    if (broadcast.state, act) not in MOVES or not MAY[act] & standings(staff, broadcast):
        return False
    if act in SECOND_PAIR_OF_EYES and staff.id == broadcast.author_id:
        return False
    if act in _STOPS and is_settled(broadcast):
        return False
    if act == Act.WITHDRAW and broadcast.state == H and broadcast.recurrence_id is not None:
        return False
    return act != Act.END or broadcast.recurrence_id is not None


def is_settled(broadcast: Broadcast) -> bool:
    """Whether what it tells counts already, so that everybody has to hear it; what is wrong takes another change."""
    return broadcast.kind in SETTLED_KINDS and broadcast.state in {H, S, W}


def buttons(staff: Staff, broadcast: Broadcast) -> list[Act]:
    """The acts that this colleague may do now, in the order of the card."""
    return [act for act in BUTTONS if may(staff, broadcast, act)]


def needs_approval(people: int, urgent: bool, rules: Broadcasts) -> bool:
    """Whether a leader other than the author looks at it first: what is urgent, and what is for many."""
    return urgent or people > rules.approve_above


Kind = Literal["month", "quarter", "week"]


@dataclass(frozen=True)
class Every:
    """When an announcement recurs: on a `day` of every month, or of one month of every quarter, or of the week.

    `day` is 1 to 31, where 31 means the last day of a shorter month; of the week 0 (Monday) to 6. `month` is 1 to 3
    within the quarter and 0 otherwise.
    """

    kind: Kind
    day: int
    month: int = 0

    def __post_init__(self) -> None:
        days = range(7) if self.kind == "week" else range(1, 32)
        months = range(1, 4) if self.kind == "quarter" else range(1)
        if self.kind not in {"month", "quarter", "week"} or self.day not in days or self.month not in months:
            raise ValueError(f"no recurrence: {self}")

    def to_json(self) -> dict[str, object]:
        """As kept in the database."""
        return {"kind": self.kind, "day": self.day, "month": self.month}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Self:
        """The inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
        return cls(kept["kind"], kept["day"], kept["month"])  # type: ignore[arg-type]  # checked when it is made

    def is_on(self, day: date) -> bool:
        """Whether that is one of its days."""
        if self.kind == "week":
            return day.weekday() == self.day
        if self.kind == "quarter" and (day.month - 1) % 3 != self.month - 1:
            return False
        return day.day == min(self.day, monthrange(day.year, day.month)[1])

    def days_after(self, day: date, until: date) -> Iterator[date]:
        """Its days after that one, the last day `until` included."""
        while day < until:
            day += timedelta(days=1)
            if self.is_on(day):
                yield day
