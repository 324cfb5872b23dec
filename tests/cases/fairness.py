"""Who may do what to a case, written down a second time: a wrong row of the product's own table does not go unseen."""

from bot.cases.rules import Actor
from db.cases import Case
from db.staff import Role

HANDLERS = frozenset({Role.OFFICER, Role.LEADER})
DESK = HANDLERS | {Role.CLERK, Role.ADMIN}
ROLES: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("reply", "propose", "request", "correct", "extend", "forward", "decline", "close"), HANDLERS),
    **dict.fromkeys(("take", "split", "invite"), HANDLERS),
    **dict.fromkeys(("relay", "merge"), HANDLERS | {Role.CLERK}),
    **dict.fromkeys(("assign", "transfer", "note", "tell"), DESK),
    **dict.fromkeys(("approve", "return"), frozenset({Role.LEADER})),
}
"""Who of the staff may do each act."""

OF_OWNERS = frozenset({"supplement", "withdraw", "clear", "mark", "dispute", "split", "claim"})
OF_LOGGERS = frozenset({"supplement", "note", "tell", "invite"})
"""What whoever logged a case for somebody else may do to it, in whatever role."""

OF_THE_UNIT = frozenset({"take", "assign", "transfer", "note", "tell"})
"""What an officer may do to a case of the unit that is in somebody else's hands, or nobody's."""


def check_fair(actor: Actor, act: str, before: Case) -> None:
    """What was done was done by one who might, as the case stood before."""
    staff = actor.staff
    if staff is None or (before.reporter_id == actor.person_id and act in OF_OWNERS):
        assert act in OF_OWNERS
        assert before.reporter_id == actor.person_id
        return
    assert staff.role == Role.LEADER or not before.protected
    if before.logged_by == staff.id and act in OF_LOGGERS:
        return
    assert staff.role in ROLES.get(act, frozenset())
    if staff.role == Role.OFFICER:
        of_the_unit = act in OF_THE_UNIT and staff.unit == before.unit
        assert of_the_unit or before.assignee_id in actor.hands
