"""What announcements know of somebody comes along to their new phone, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.broadcasts.audience import Audience
from bot.feature import App
from bot.people.service import unite
from bot.settings import Settings
from db.audience import count
from db.broadcasts import Unreached, Visit
from db.outbox import OutboxRow, OutboxState
from db.people import Person
from db.staff import Role
from tests.broadcasts.notices import arrived, change, sent
from tests.conftest import MORNING
from tests.crew import join
from tests.people.test_registering import person


@pytest.fixture
def settings(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """As elsewhere, on each database in turn."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path, database_url=database_url)


def given_out(app: App, title: str) -> int:
    number = sent(app, title)
    change(app, number, fanned_at=MORNING)
    return number


def united(app: App) -> None:
    new, old = person(app, "new"), person(app, "old")
    with app.database.write() as session:
        unite(session, session.get_one(Person, new), session.get_one(Person, old))


def whose(app: App) -> list[tuple[int | None, int | None]]:
    with app.database.read() as session:
        rows = select(OutboxRow.broadcast_id, OutboxRow.person_id).where(col(OutboxRow.broadcast_id).is_not(None))
        return sorted(session.exec(rows))


def test_what_arrived_on_the_new_phone_arrived_with_its_owner(app: App) -> None:
    first, second = given_out(app, "Một"), given_out(app, "Hai")
    new, old = person(app, "new"), person(app, "old")
    arrived(app, first, "new")
    arrived(app, second, "new")
    arrived(app, second, "old")
    united(app)
    assert whose(app) == [(first, old), (second, new), (second, old)]
    with app.database.read() as session:
        assert count(session, Audience(reached=first).to_json(), "") == (1, 1)


def test_what_is_still_being_given_out_is_theirs_too(app: App) -> None:
    number, _ = sent(app, "Một"), person(app, "new")
    old = person(app, "old")
    arrived(app, number, "new", OutboxState.READY)
    united(app)
    assert whose(app) == [(number, old)]


def test_whoever_got_it_on_one_of_two_phones_was_reached(app: App) -> None:
    numbers = [given_out(app, title) for title in ("Một", "Hai", "Ba")]
    new, old = person(app, "new"), person(app, "old")
    arrived(app, numbers[0], "new")
    arrived(app, numbers[1], "old")
    with app.database.write() as session:
        missed = [(numbers[0], old), (numbers[1], new), (numbers[2], new), (numbers[2], old)]
        session.add_all(Unreached(broadcast_id=number, person_id=one) for number, one in missed)
    united(app)
    with app.database.read() as session:
        assert [(each.broadcast_id, each.person_id) for each in session.exec(select(Unreached))] == [(numbers[2], old)]


@pytest.mark.parametrize("later", ["new", "old"])
def test_of_two_visits_the_later_one_counts(app: App, later: str) -> None:
    both, one = given_out(app, "Một"), given_out(app, "Hai")
    new, old, head = person(app, "new"), person(app, "old"), join(app, "to", Role.HEAD).id
    with app.database.write() as session:
        for who, number in (("new", new), ("old", old)):
            at = MORNING + timedelta(hours=who == later)
            session.add(Visit(broadcast_id=both, person_id=number, result="absent", note=who, staff_id=head, at=at))
        session.add(Visit(broadcast_id=one, person_id=new, result="told", staff_id=head, at=MORNING))
    united(app)
    with app.database.read() as session:
        kept = [(each.broadcast_id, each.person_id, each.note) for each in session.exec(select(Visit))]
    assert sorted(kept) == [(both, old, later), (one, old, "")]
