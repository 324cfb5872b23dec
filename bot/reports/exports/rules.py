"""What an export holds: who gets which cases in which form, the sixteen columns, where a case stands; pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum, StrEnum, auto

from bot.papers.table import Kind
from db.cases import Status
from db.staff import Role, Staff

OPEN = "open"
"""As a status in a selection: all that are not ended and not answered."""


class Form(StrEnum):
    """With people's names and numbers, or without."""

    MASKED = "masked"
    FULL = "full"


class Protected(Enum):
    """What happens to protected cases: not in the table, there without their content, there like any other."""

    LEFT_OUT = auto()
    COVERED = auto()
    SHOWN = auto()


@dataclass(frozen=True)
class Selection:
    """Which cases; `since` and `until` are local days of receipt, both included, "" stands for all.

    `status` is one of db.cases.Status or "open"; "answered" takes in those that are closed with an answer.
    """

    since: date | None = None
    until: date | None = None
    status: str = ""
    unit: str = ""
    subject: str = ""
    overdue: bool = False

    def to_json(self) -> dict[str, object]:
        """Plain data, without what was not asked for."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Selection":
        """The same back; what else the data hold is passed over."""
        days = {name: date.fromisoformat(str(data[name])) for name in ("since", "until") if data.get(name)}
        words = {name: str(data[name]) for name in ("status", "unit", "subject") if data.get(name)}
        return cls(since=days.get("since"), until=days.get("until"), overdue=bool(data.get("overdue")), **words)


def selection_for(staff: Staff, asked: Selection) -> tuple[Selection, Protected]:
    """What somebody gets of what they ask for: an officer the own unit, nobody but a leader protected cases.

    A leader's are covered in the masked form all the same: see `covered`. Raises ValueError for a neighbourhood head,
    who exports nothing.
    """
    if staff.role == Role.HEAD:
        raise ValueError("a neighbourhood head exports nothing")
    if staff.role == Role.OFFICER:
        return replace(asked, unit=staff.unit), Protected.LEFT_OUT
    return asked, Protected.SHOWN if staff.role == Role.LEADER else Protected.LEFT_OUT


def covered(form: Form, protected: Protected) -> Protected:
    """The masked form shows no protected case, whoever ordered it."""
    return Protected.COVERED if form == Form.MASKED and protected is Protected.SHOWN else protected


@dataclass(frozen=True)
class Heading:
    """A column: its key in JSON, the key of its title, what it holds, how many characters wide."""

    key: str
    title: str
    kind: Kind
    width: float


COLUMNS = (
    Heading("number", "reports.column_number", Kind.NUMBER, 5),
    Heading("code", "reports.column_code", Kind.TEXT, 13),
    Heading("received", "reports.column_received", Kind.DAY, 13),
    Heading("business", "reports.column_business", Kind.TEXT, 18),
    Heading("address", "reports.column_address", Kind.TEXT, 18),
    Heading("subject", "reports.column_subject", Kind.TEXT, 14),
    Heading("content", "reports.column_content", Kind.TEXT, 36),
    Heading("suggestion", "reports.column_suggestion", Kind.TEXT, 22),
    Heading("document", "reports.column_document", Kind.TEXT, 16),
    Heading("competence", "reports.column_competence", Kind.TEXT, 11),
    Heading("unit", "reports.column_unit", Kind.TEXT, 17),
    Heading("due", "reports.column_due", Kind.DAY, 11),
    Heading("result", "reports.column_result", Kind.TEXT, 32),
    Heading("status", "reports.column_status", Kind.TEXT, 12),
    Heading("merged", "reports.column_merged", Kind.NUMBER, 8),
    Heading("notes", "reports.column_notes", Kind.TEXT, 20),
)
"""The sixteen columns of the ward's table, in the order in which they are printed (office conventions, section 2)."""


class State(StrEnum):
    """Column 14. Every case is in exactly one of these, so that their counts sum to the total."""

    ANSWERED = "answered"
    IN_PROGRESS = "in_progress"
    FORWARDED = "forwarded"
    OVERDUE = "overdue"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


STATES = {
    State.ANSWERED: "reports.state_answered",
    State.IN_PROGRESS: "reports.state_in_progress",
    State.FORWARDED: "reports.state_forwarded",
    State.OVERDUE: "reports.state_overdue",
    State.DECLINED: "reports.state_declined",
    State.WITHDRAWN: "reports.state_withdrawn",
    State.UNANSWERED: "reports.state_unanswered",
}
"""The words of column 14."""

_OWED = frozenset({Status.RECEIVED, Status.WORKING, Status.FORWARDED})
_BY_STATUS: dict[str, State] = {
    Status.RECEIVED: State.IN_PROGRESS,
    Status.WORKING: State.IN_PROGRESS,
    Status.WAITING: State.IN_PROGRESS,
    Status.FORWARDED: State.FORWARDED,
    Status.ANSWERED: State.ANSWERED,
    Status.DECLINED: State.DECLINED,
    Status.WITHDRAWN: State.WITHDRAWN,
}


def state_of(status: str, due_on: date, today: date, *, answered: bool) -> State:
    """Where a case stands in the table.

    Overdue is what owes an answer after its due date, forwarded or not; a case that waits for its owner owes none.
    Closed counts as answered with an answer, and as ended without one where the owner never sent what was asked for.
    """
    if status == Status.CLOSED:
        return State.ANSWERED if answered else State.UNANSWERED
    return State.OVERDUE if status in _OWED and due_on < today else _BY_STATUS[status]


LEVELS = {
    "city": "reports.competence_city",
    "state": "reports.competence_state",
    "": "reports.competence_above",
}
"""Column 10 of a case that was handed on, by the level of the authority in the ward profile."""
