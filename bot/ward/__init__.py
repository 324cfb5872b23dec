"""The ward profile: what differs from ward to ward, in one TOML file that an officer can edit."""

import logging
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("viet-hoa.toml")


class ProfileError(Exception):
    """A profile that cannot be used; the message names the file, the line and what is wrong."""


class Part(BaseModel):
    """A table of the profile: unknown names are mistakes, values do not change under a turn."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Names(Part):
    """What the ward is called."""

    ward: str = Field(min_length=1)
    committee: str = Field(min_length=1)
    city: str = Field(min_length=1)
    center: str = Field(min_length=1)


class Contact(Part):
    """Where and when the ward is reached; empty values are dropped where they would be told."""

    center_address: str = ""
    center_phone: str = ""
    opening_hours: str = ""
    map_link: str = Field("", pattern=r"^(https://\S+)?$")
    reception_days: str = ""
    tax_office: str = ""
    police_phone: str = ""


class Ward(Part):
    """One ward."""

    names: Names
    contact: Contact = Contact()

    def values(self) -> dict[str, str]:
        """What the answers' clauses are filled with; an empty value drops its clause."""
        return {name: str(value) for name, value in self.contact.model_dump().items()}

    def unset(self) -> list[str]:
        """The names of the values still to be filled in, as they stand in the file."""
        return [f"contact.{name}" for name, value in self.contact.model_dump().items() if not value]


def read(path: Path) -> Ward:
    """The profile in a file. Raises ProfileError with the file, the line and the reason."""
    try:
        text = path.read_text("utf-8-sig")  # Windows editors put a mark in front
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the ward profile cannot be read ({error})") from error
    try:
        return Ward.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: {error}") from error
    except ValidationError as error:
        raise ProfileError("; ".join(_mistake(path, text, mistake) for mistake in error.errors())) from error


def _mistake(path: Path, text: str, mistake: Any) -> str:
    where = [str(step) for step in mistake["loc"]]
    return f"{path}, line {_line(text, where)}: {'.'.join(where)}: {mistake['msg']}"


def _line(text: str, where: list[str]) -> int:
    """The line, from 1, of the last step that is written in the file; a missing name is reported at its table."""
    found, steps = 1, list(where)
    for number, line in enumerate(text.splitlines(), start=1):
        if steps and re.match(rf"\s*(\[+[\w.]*\b)?{re.escape(steps[0])}\s*[\]=.]", line):
            found = number
            steps.pop(0)
    return found


class Profile:
    """The profile in use: read again when the file changes, kept as it was when the change is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ward = read(path)
        self._seen = _stamp(path)
        self.refused = ""

    def __call__(self) -> Ward:
        """The newest valid profile; `refused` holds the reason while a newer one is not."""
        stamp = _stamp(self.path)
        if stamp != self._seen:
            self._seen = stamp
            self._take()
        return self._ward

    def _take(self) -> None:
        try:
            self._ward, self.refused = read(self.path), ""
        except ProfileError as error:
            self.refused = str(error)
            log.warning("the edited ward profile is not used, the one before it is: %s", error)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
