"""What the ward decides about dialogue meetings."""

from pydantic import Field

from bot.ward.part import Part


class Meetings(Part):
    """Rules of meetings.

    An invitation is to leave `early_days` before; who is offered a freed place has `accept_hours` to take it.
    """

    early_days: int = Field(5, ge=0)
    accept_hours: int = Field(24, ge=1)
