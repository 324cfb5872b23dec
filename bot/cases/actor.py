"""Who acts in a turn."""

from bot.cases.rules import Actor
from bot.feature import Turn
from bot.people.staff import stands_in_for


def actor_of(turn: Turn) -> Actor:
    """The person of the turn with their role, and those whose work they do today."""
    if turn.staff is None:
        return Actor(turn.person.id)
    absent = stands_in_for(turn.session, turn.staff, turn.today)
    return Actor(turn.person.id, turn.staff, frozenset(one.id for one in absent))


def owner_of(turn: Turn) -> Actor:
    """The person of the turn without their role: a case of their own names no staff in its history."""
    return Actor(turn.person.id)
