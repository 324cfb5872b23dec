"""What the ward decides about its answers: who minds which category, how long an answer is remembered."""

from collections.abc import Collection, Iterator, Mapping

from pydantic import Field

from bot.ward.desk import Mistake
from bot.ward.part import Part, UnitId


class Faq(Part):
    """Rules of the answers.

    Who was given an answer within `tell_days` hears when it changes in substance. A task goes out `warn_days` before an
    answer expires, to the unit that `units` names for its category, to the clerks where it names none.
    """

    tell_days: int = Field(90, ge=1, le=365)
    warn_days: int = Field(30, ge=1, le=365)
    units: Mapping[str, UnitId] = Field(default_factory=dict)

    def unit_of(self, category: str) -> str:
        """The id of the unit that minds a category; empty where the clerks do."""
        return self.units.get(category, "")

    def strays(self, known: Collection[str]) -> Iterator[Mistake]:
        """Categories that are given to a unit that is not one of these."""
        for category, unit in self.units.items():
            if unit not in known:
                yield ("faq", "units", category), f'there is no "{unit}" in units'
