"""Whom an announcement concerns, as plain named data."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Audience:
    """Any of the values within a field, all fields together; what is empty is not asked.

    Everybody registered, of whom `kinds`, `trades`, `groups` and `subjects` (which news they want) choose. `cases` are
    those with an open case of that subject, `missed` those whom that broadcast did not reach. `everyone` are all who
    ever wrote, registered or not; `reached` all who got that broadcast, whatever they want by now: a correction is
    for them. `coming` are those who come to that meeting, `came` who were there, `silent` who got its invitation and
    have not answered.
    """

    kinds: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    cases: str = ""
    missed: int = 0
    reached: int = 0
    coming: int = 0
    came: int = 0
    silent: int = 0
    everyone: bool = False

    def to_json(self) -> dict[str, object]:
        """As kept with the broadcast; what is not asked is left out."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Self:
        """The inverse of `to_json`. Raises TypeError on a name that no audience has."""
        values: dict[str, object] = {
            name: tuple(map(str, value)) if isinstance(value, list | tuple) else value for name, value in kept.items()
        }
        return cls(**values)  # type: ignore[arg-type]  # plain data; a wrong name raises
