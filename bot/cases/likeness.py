"""Which cases may be about the same matter; it suggests, people decide; pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from rapidfuzz import fuzz

from bot.core.choices import plain

ALIKE = 62.0
"""How alike two texts must be, 0 to 100, to be shown as perhaps the same matter."""


class Comparable(Protocol):
    """So much of a case as tells whether another is about the same matter."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def text(self) -> str:
        """What happened."""

    @property
    def place(self) -> str:
        """Where, as it was typed."""

    @property
    def protected(self) -> bool:
        """Whether only leaders may know of it."""


Other = TypeVar("Other", bound=Comparable)


def similar(case: Comparable, others: Iterable[Other], limit: int = 3) -> list[Other]:
    """The cases most like this one by what happened and where, best first; protected ones are never among them."""
    if case.protected:
        return []
    text, place = plain(case.text), plain(case.place)
    scored = [(_likeness(text, place, other), other) for other in others if other.id != case.id and not other.protected]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].id))
    return [other for _, other in best[:limit]]


def _likeness(text: str, place: str, other: Comparable) -> float:
    what = fuzz.token_set_ratio(text, plain(other.text))
    where = fuzz.token_set_ratio(place, plain(other.place)) if place and other.place else 50.0
    return 0.7 * what + 0.3 * where
