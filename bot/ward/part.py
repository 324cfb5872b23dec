"""What the tables of the ward profile have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# In button data, which Telegram limits to 64 bytes together with the act and the case.
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,12}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,16}$")]

# On a button of a telephone's width.
Title = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """A table of the profile: unknown names are mistakes, values do not change under a turn."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
