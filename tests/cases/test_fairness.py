"""Every act, by everybody, in every status: what the tables of the product allow, the second table calls fair."""

from itertools import product

import pytest

from bot.cases.rules import MOVES, Act, Actor, may
from db.cases import Case, Status
from db.staff import Role, Staff
from tests.cases.fairness import HANDLERS, check_fair
from tests.conftest import MORNING

TODAY = MORNING.date()
ME, ANOTHER = 1, 2


def every_case() -> list[Case]:
    """Cases as they can lie before somebody: whose, in whose hands, of which unit, in which status."""
    sorts = product(Status, ("kthtdt", "vp"), (None, ME, ANOTHER), (None, ME), (None, ME, ANOTHER), (False, True))
    return [
        Case(
            key="", code="", year=2026, number=1, subject="khac", text="", received_at=MORNING, acknowledge_by=MORNING,
            due_on=TODAY, answered_at=MORNING, dossier_id=1, status=status, unit=unit, assignee_id=assignee,
            logged_by=logger, reporter_id=owner, protected=protected,
        )
        for status, unit, assignee, logger, owner, protected in sorts
    ]  # fmt: skip


@pytest.mark.parametrize("role", [None, *Role])
def test_what_the_tables_allow_is_fair(role: Role | None) -> None:
    staff = Staff(id=ME, person_id=ME, role=role, unit="kthtdt", name="", since=MORNING) if role else None
    actor = Actor(ME, staff)
    allowed: set[Act] = set()
    for case, act in product(every_case(), Act):
        given = case.assignee_id != ME or role in HANDLERS  # nobody else is ever given a case
        if given and (case.status, act) in MOVES and may(actor, case, act, TODAY):
            allowed.add(act)
            check_fair(actor, act, case)
    assert allowed, "the tables allow this one nothing at all"
