"""Subscriptions on both databases: what is paused stays paused, and two people who are one have one registration."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import Session, select

from bot.core.clock import FrozenClock
from bot.feature import App
from bot.people.service import part, unite
from bot.settings import Settings
from db import businesses
from db.businesses import Business, Subscription
from db.people import Chat, Person
from tests.conftest import MORNING
from tests.people.test_registering import person

LATER = MORNING + timedelta(days=1)


@pytest.fixture
def settings(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """As elsewhere, on each database in turn."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path, database_url=database_url)


def rows(app: App) -> dict[tuple[int, str], bool]:
    """Every subscription, and whether it is on."""
    with app.database.read() as session:
        return {(row.person_id, row.subject): row.paused_at is None for row in session.exec(select(Subscription))}


def do(app: App, *acts: Callable[[Session], object]) -> None:
    with app.database.write() as session:
        for act in acts:
            act(session)


def test_subscribing_does_not_wake_what_was_paused(app: App) -> None:
    lan = person(app, "lan")
    do(app, lambda s: businesses.subscribe(s, lan, "thue", MORNING))
    do(app, lambda s: businesses.pause(s, lan, "thue", MORNING), lambda s: businesses.subscribe(s, lan, "thue", LATER))
    assert rows(app) == {(lan, "thue"): False}
    do(app, lambda s: businesses.resume(s, lan, "thue", LATER))
    assert rows(app) == {(lan, "thue"): True}


def test_the_first_pause_counts_and_one_pauses_what_one_never_had(app: App) -> None:
    lan = person(app, "lan")
    do(app, *(partial(businesses.pause, person_id=lan, subject="von", now=at) for at in (MORNING, LATER)))
    with app.database.read() as session:
        assert session.exec(select(Subscription)).one().paused_at == MORNING


def test_an_end_is_for_everything_that_one_has_and_for_nobody_else(app: App) -> None:
    lan, hoa = person(app, "lan"), person(app, "hoa")
    for one in (lan, hoa):
        do(app, partial(businesses.subscribe, person_id=one, subject="von", now=MORNING))
    do(app, lambda s: businesses.pause_all(s, lan, LATER))
    assert rows(app) == {(lan, ""): False, (lan, "von"): False, (hoa, "von"): True}


def test_registering_again_changes_what_is_told_again(app: App) -> None:
    lan = person(app, "lan")
    do(app, lambda s: businesses.register(s, lan, MORNING, kind="company", name="Lan"))
    do(app, lambda s: businesses.register(s, lan, LATER, trade="tapho"))
    with app.database.read() as session:
        kept = session.exec(select(Business)).one()
    assert (kept.kind, kept.trade, kept.name) == ("company", "tapho", "Lan")
    assert (kept.registered_at, kept.changed_at) == (MORNING, LATER)


def test_two_presses_at_once_are_one_row(app: App) -> None:
    lan = person(app, "lan")
    for act in (businesses.pause, businesses.resume, businesses.subscribe, businesses.pause):
        start = Barrier(2)

        def one(act: Callable[..., None] = act, start: Barrier = start) -> None:
            start.wait()
            do(app, partial(act, person_id=lan, subject="von", now=MORNING))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(one) for _ in range(2)]:
                done.result()
    assert rows(app) == {(lan, "von"): False}


def united(app: App, source: int, target: int) -> None:
    with app.database.write() as session:
        unite(session, session.get_one(Person, source), session.get_one(Person, target))


def test_a_registration_comes_along_to_who_had_none(app: App) -> None:
    new, old = person(app, "new"), person(app, "old")
    do(app, lambda s: businesses.register(s, new, MORNING, name="Lan"))
    do(app, lambda s: businesses.subscribe(s, new, "", MORNING), lambda s: businesses.pause(s, new, "von", MORNING))
    united(app, new, old)
    with app.database.read() as session:
        assert [(kept.person_id, kept.name) for kept in session.exec(select(Business))] == [(old, "Lan")]
    assert rows(app) == {(old, ""): True, (old, "von"): False}


@pytest.mark.parametrize(("who", "kept"), [("new", "Mới"), ("old", "Cũ")])
def test_of_two_registrations_the_one_that_was_changed_last_stays(app: App, who: str, kept: str) -> None:
    new, old = person(app, "new"), person(app, "old")
    for one, name in ((new, "Mới"), (old, "Cũ")):
        at = LATER if (one == new) == (who == "new") else MORNING
        do(app, partial(businesses.register, person_id=one, now=at, name=name))
    united(app, new, old)
    with app.database.read() as session:
        assert [(row.person_id, row.name) for row in session.exec(select(Business))] == [(old, kept)]


@pytest.mark.parametrize("paused", ["new", "old"])
def test_a_pause_outlives_the_move_whoever_of_the_two_asked_for_it(app: App, paused: str) -> None:
    new, old, other = person(app, "new"), person(app, "old"), person(app, "other")
    for one in (new, old, other):
        do(app, *(partial(businesses.subscribe, person_id=one, subject=name, now=MORNING) for name in ("", "von")))
    do(app, lambda s: businesses.pause(s, {"new": new, "old": old}[paused], "von", LATER))
    do(app, lambda s: businesses.subscribe(s, new, "thue", MORNING))
    united(app, new, old)
    assert rows(app) == {
        (old, ""): True,
        (old, "von"): False,
        (old, "thue"): True,
        (other, ""): True,
        (other, "von"): True,
    }


def test_a_phone_that_is_parted_takes_nothing_along(app: App, clock: FrozenClock) -> None:
    lan = person(app, "lan")
    do(app, lambda s: businesses.register(s, lan, MORNING), lambda s: businesses.subscribe(s, lan, "", MORNING))
    with app.database.write() as session:
        chat = session.exec(select(Chat).where(Chat.person_id == lan)).one()
        assert part(session, session.get_one(Person, lan), chat.id, clock())
        assert businesses.wanted_of(session, chat.person_id) == frozenset()
        assert businesses.wanted_of(session, lan) == {""}
