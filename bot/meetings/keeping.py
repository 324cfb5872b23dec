"""What became of promises: kept, kept late, open, late, given up; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from bot.core.clock import local_date
from db.cases import Status
from db.heard import Fate

ANSWERED = frozenset({Status.ANSWERED, Status.CLOSED})
GIVEN_UP = frozenset({Status.DECLINED, Status.WITHDRAWN, Status.CLOSED})


KEEPABLE = frozenset({Status.RECEIVED, Status.WORKING, Status.WAITING, Status.FORWARDED})
"""While its case is one of these a promise is neither kept nor given up."""


class Standing(StrEnum):
    """Where a promise stands. It is never stored: the day that was named is compared."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    OPEN = "open"
    LATE = "late"
    GIVEN_UP = "given_up"


def standing(due_on: date, status: str, answered_at: datetime | None, today: date) -> Standing:
    """A promise is kept when its case is answered, whatever the answer; an extension of the case moves no promise."""
    if status in ANSWERED and answered_at is not None:
        return Standing.KEPT if local_date(answered_at) <= due_on else Standing.KEPT_LATE
    if status in GIVEN_UP:
        return Standing.GIVEN_UP
    return Standing.OPEN if today <= due_on else Standing.LATE


def counted(fates: Iterable[Fate], today: date) -> Counter[Standing]:
    """How many stand where."""
    return Counter(standing(due_on, status, answered_at, today) for due_on, status, answered_at in fates)
