"""Places and the waiting list: never too many, none unused while somebody would take it, always in order."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from bot.core.clock import FrozenClock
from bot.feature import App, Work
from bot.meetings import places, seats
from bot.meetings.remind import end_offers, give_places
from bot.people.service import unite
from db import guests, meetings
from db.meetings import HOLDING, Answer, Guest, Meeting, MeetingState
from db.outbox import OutboxRow
from db.people import Person, chats_of, mark_gone
from db.session import Database
from tests.conftest import MORNING
from tests.meetings.scene import called, change, guests_of, meeting_of, person_of, work

T = TypeVar("T")
HOUR = timedelta(hours=1)


def do(app: App, act: Callable[[Work], T]) -> T:
    """One act in a transaction of its own."""
    with app.database.write() as session:
        return act(work(app, session))


def come(app: App, meeting_id: int, who: str, party: int = 1, *, whole: bool = False) -> Guest | None:
    person_id = person_of(app, who)
    return do(app, lambda work: seats.come(work, meeting_id, person_id, party, whole=whole))


def decline(app: App, meeting_id: int, who: str) -> Guest | None:
    person_id = person_of(app, who)
    return do(app, lambda work: seats.decline(work, meeting_id, person_id))


def standing(app: App, meeting_id: int, who: str) -> tuple[str, int]:
    """What somebody's answer is, and for how many people."""
    person_id = person_of(app, who)
    with app.database.read() as session:
        guest = meetings.guest_of(session, meeting_id, person_id)
        return (str(guest.answer), guest.party) if guest else ("none", 0)


def accept(app: App, meeting_id: int, who: str) -> Guest | None:
    person_id = person_of(app, who)

    def act(work: Work) -> Guest | None:
        guest = meetings.guest_of(work.session, meeting_id, person_id)
        return seats.accept(work, guest.id) if guest else None

    return do(app, act)


def told(app: App, what: str) -> list[str]:
    """The messages of that kind, by their names."""
    with app.database.read() as session:
        return sorted(name for name in session.exec(select(OutboxRow.dedupe)) if name and f":{what}:" in name)


@pytest.mark.parametrize(
    ("left", "wished", "whole", "got"),
    [(5, 3, False, 3), (2, 3, False, 2), (2, 3, True, 0), (3, 3, True, 3), (0, 1, False, 0), (-1, 2, False, 0)],
)
def test_shares(left: int, wished: int, whole: bool, got: int) -> None:
    assert places.share(left, wished, whole=whole) == got


def test_one_tap_takes_a_place_and_the_number_can_be_changed(app: App, meeting_id: int) -> None:
    change(app, meeting_id, capacity=5)
    come(app, meeting_id, "lan")
    come(app, meeting_id, "lan", 4)
    assert standing(app, meeting_id, "lan") == ("coming", 4)
    come(app, meeting_id, "lan", 9)
    assert standing(app, meeting_id, "lan") == ("coming", 5)
    come(app, meeting_id, "lan", 2)
    assert meeting_of(app, meeting_id).taken == 2
    [guest] = guests_of(app, meeting_id)
    assert len(guest.code) == 6
    with pytest.raises(ValueError, match="11"):
        come(app, meeting_id, "lan", 11)


def test_a_freed_place_goes_to_the_next_who_has_a_day_to_accept(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, capacity=2)
    for who in ("lan", "nam", "hoa", "tu"):
        come(app, meeting_id, who)
    assert [standing(app, meeting_id, who)[0] for who in ("hoa", "tu")] == ["waiting"] * 2
    decline(app, meeting_id, "lan")
    assert standing(app, meeting_id, "hoa") == ("offered", 1)
    assert standing(app, meeting_id, "tu") == ("waiting", 1)
    clock.advance(timedelta(hours=23))
    end_offers(app)
    assert accept(app, meeting_id, "hoa")
    assert accept(app, meeting_id, "hoa"), "twice is once"
    assert standing(app, meeting_id, "hoa") == ("coming", 1)
    assert accept(app, meeting_id, "tu") is None


def test_an_offer_that_nobody_takes_goes_on_and_its_end_is_told_once(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, capacity=1)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who)
    decline(app, meeting_id, "lan")
    clock.advance(timedelta(hours=25))
    for _ in range(3):
        end_offers(app)
    assert standing(app, meeting_id, "nam")[0] == "lapsed"
    assert standing(app, meeting_id, "hoa")[0] == "offered"
    assert (len(told(app, "lapse")), len(told(app, "offer"))) == (1, 2)
    assert accept(app, meeting_id, "nam") is None
    come(app, meeting_id, "nam")
    assert standing(app, meeting_id, "nam")[0] == "waiting", "behind whoever waits by now"


def test_an_offer_never_ends_at_night_nor_within_the_last_hour(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, days=3, capacity=1)
    for who in ("lan", "nam", "hoa", "tu"):
        come(app, meeting_id, who)
    clock.now = MORNING.replace(hour=23)
    decline(app, meeting_id, "lan")
    until = {guest.offered_until for guest in guests_of(app, meeting_id)} - {None}
    assert until == {(MORNING + timedelta(days=2)).replace(hour=6, minute=30)}
    starts_at = meeting_of(app, meeting_id).starts_at
    for before, ends in ((2 * HOUR, starts_at - HOUR), (HOUR, starts_at)):
        clock.now = starts_at - before
        end_offers(app)
        assert {guest.offered_until for guest in guests_of(app, meeting_id)} - {None} == {ends}
    clock.now = starts_at
    end_offers(app)
    assert meeting_of(app, meeting_id).taken == 0
    assert {guest.answer for guest in guests_of(app, meeting_id)} == {"declined", "lapsed"}


def test_fewer_places_than_wished_are_offered_or_waited_for(app: App) -> None:
    meeting_id = called(app, capacity=4)
    come(app, meeting_id, "lan", 4)
    come(app, meeting_id, "nam", 3)
    come(app, meeting_id, "hoa", 1)
    come(app, meeting_id, "lan", 2)
    assert standing(app, meeting_id, "nam") == ("offered", 2)
    come(app, meeting_id, "nam", 3, whole=True)
    assert standing(app, meeting_id, "nam") == ("waiting", 3)
    assert standing(app, meeting_id, "hoa") == ("offered", 1), "passed over, not lost"
    decline(app, meeting_id, "lan")
    assert standing(app, meeting_id, "nam") == ("offered", 3)
    assert meeting_of(app, meeting_id).taken == 4


def test_after_the_closing_nobody_new_comes_and_places_still_go_on(app: App, clock: FrozenClock) -> None:
    meeting_id = called(app, capacity=3)
    come(app, meeting_id, "lan", 3)
    come(app, meeting_id, "nam", 2)
    clock.now = meeting_of(app, meeting_id).closes_at
    assert come(app, meeting_id, "hoa") is None
    assert come(app, meeting_id, "nam", 3) is None
    assert come(app, meeting_id, "lan", 2)
    assert standing(app, meeting_id, "nam") == ("offered", 1)
    assert come(app, meeting_id, "lan", 3) is None
    assert accept(app, meeting_id, "nam")
    assert decline(app, meeting_id, "lan")
    clock.now = meeting_of(app, meeting_id).starts_at
    assert decline(app, meeting_id, "nam") is None


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD])
def test_nothing_is_said_to_a_meeting_that_is_over(app: App, meeting_id: int, state: MeetingState) -> None:
    come(app, meeting_id, "lan")
    change(app, meeting_id, state=state)
    assert come(app, meeting_id, "nam") is None
    assert decline(app, meeting_id, "lan") is None


def test_who_is_reached_nowhere_loses_the_turn(app: App) -> None:
    meeting_id = called(app, capacity=1)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who)
    with app.database.write() as session:
        [chat] = chats_of(session, person_of(app, "nam"))
        mark_gone(session, chat.id, app.clock())
    decline(app, meeting_id, "lan")
    assert [standing(app, meeting_id, who)[0] for who in ("nam", "hoa")] == ["lapsed", "offered"]


def test_a_larger_room_takes_those_who_wait(app: App) -> None:
    meeting_id = called(app, capacity=1)
    for who in ("lan", "nam", "hoa"):
        come(app, meeting_id, who, 2)
    assert standing(app, meeting_id, "lan") == ("coming", 1)
    change(app, meeting_id, capacity=3)  # as somebody may write it into the table
    give_places(app)
    assert standing(app, meeting_id, "nam") == ("offered", 2)
    assert do(app, lambda work: seats.resize(work, meeting_id, 2)) is None, "three are promised"
    assert do(app, lambda work: seats.resize(work, meeting_id, 0))
    assert standing(app, meeting_id, "hoa") == ("offered", 2)


class Merged:
    """Two people who turn out to be one, each with an answer of its own."""

    def __init__(self, app: App, capacity: int = 0) -> None:
        self.app = app
        self.meeting_id = called(app, capacity=capacity)

    def unite(self, source: str, target: str) -> list[tuple[str, int]]:
        ids = person_of(self.app, source), person_of(self.app, target)
        with self.app.database.write() as session:
            source_row, target_row = (session.get_one(Person, one) for one in ids)
            unite(session, source_row, target_row)
        return [(str(guest.answer), guest.party) for guest in guests_of(self.app, self.meeting_id)]


def test_an_answer_moves_with_its_person(app: App) -> None:
    merged = Merged(app)
    come(app, merged.meeting_id, "new", 3)
    assert merged.unite("new", "old") == [("coming", 3)]
    assert standing(app, merged.meeting_id, "old") == ("coming", 3)


@pytest.mark.parametrize(("source", "target"), [("new", "old"), ("old", "new")])
def test_of_two_places_one_is_given_on(app: App, clock: FrozenClock, source: str, target: str) -> None:
    merged = Merged(app, capacity=4)
    come(app, merged.meeting_id, "old", 1)
    clock.advance(HOUR)
    come(app, merged.meeting_id, "new", 3)
    come(app, merged.meeting_id, "hoa", 1)
    assert merged.unite(source, target) == [("coming", 3), ("waiting", 1)], "the later answer stays"
    assert meeting_of(app, merged.meeting_id).taken == 3
    give_places(app)
    assert standing(app, merged.meeting_id, "hoa") == ("offered", 1)


def test_a_place_is_not_lost_to_a_turn_in_the_line_but_to_a_later_no(app: App, clock: FrozenClock) -> None:
    merged = Merged(app, capacity=1)
    come(app, merged.meeting_id, "old")
    clock.advance(HOUR)
    come(app, merged.meeting_id, "new")
    assert merged.unite("new", "old") == [("coming", 1)]
    clock.advance(HOUR)
    decline(app, merged.meeting_id, "third")
    assert merged.unite("third", "old") == [("declined", 1)]
    assert meeting_of(app, merged.meeting_id).taken == 0


NAMES = tuple(f"p{number}" for number in range(7))
names = st.sampled_from(NAMES)
parties = st.integers(1, 4)


class Room(RuleBasedStateMachine):
    """A room and seven people; `empty` and `file` are set by the test."""

    empty: App
    file: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        copy = Path(self.folder.name) / "ward.sqlite3"
        shutil.copy(self.file, copy)
        self.clock = FrozenClock(MORNING)
        self.app = replace(self.empty, database=Database(f"sqlite:///{copy}"), clock=self.clock)
        self.meeting_id = called(self.app, days=5, capacity=4)
        self.people = {who: person_of(self.app, who) for who in NAMES}
        self.before: dict[int, Guest] = {}

    def teardown(self) -> None:
        self.app.database.close()
        self.folder.cleanup()

    def act(self, act: Callable[[Work], object]) -> None:
        self.before = {guest.id: guest for guest in guests_of(self.app, self.meeting_id)}
        do(self.app, act)
        self.check_order()

    @rule(who=names, party=parties, whole=st.booleans())
    def come(self, who: str, party: int, whole: bool) -> None:
        self.act(lambda work: seats.come(work, self.meeting_id, self.people[who], party, whole=whole))

    @rule(who=names)
    def decline(self, who: str) -> None:
        self.act(lambda work: seats.decline(work, self.meeting_id, self.people[who]))

    @rule(pick=st.integers(0, 6))
    def accept(self, pick: int) -> None:
        offered = [guest for guest in guests_of(self.app, self.meeting_id) if guest.answer == Answer.OFFERED]
        if offered:
            self.act(lambda work: seats.accept(work, offered[pick % len(offered)].id))

    @rule(capacity=st.sampled_from((0, 1, 2, 3, 4, 5, 8)))
    def resize(self, capacity: int) -> None:
        self.act(lambda work: seats.resize(work, self.meeting_id, capacity))

    @rule(hours=st.sampled_from((1, 12, 25)))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)
        with self.app.database.read() as session:
            overdue = meetings.overdue_offers(session, self.clock.now)
        for meeting_id, guest_id in overdue:
            self.act(partial(seats.lapse, meeting_id=meeting_id, guest_id=guest_id))

    @invariant()
    def places_are_counted(self) -> None:
        meeting, everybody = self.seen()
        assert meeting.taken == sum(guest.party for guest in everybody if guest.answer in HOLDING)
        assert not meeting.capacity or meeting.taken <= meeting.capacity

    @invariant()
    def no_place_is_unused_while_somebody_would_take_it(self) -> None:
        meeting, everybody = self.seen()
        if not places.is_ahead(meeting, self.clock.now):
            return
        left = places.free(meeting)
        waiting = [guest for guest in everybody if guest.answer == Answer.WAITING]
        assert not any(places.share(left, guest.wished, whole=guest.whole) for guest in waiting)

    @invariant()
    def nobody_holds_more_than_they_wished(self) -> None:
        _, everybody = self.seen()
        assert all(guest.party <= guest.wished for guest in everybody if guest.answer in HOLDING)
        assert all(guest.party == guest.wished for guest in everybody if guest.answer == Answer.OFFERED and guest.whole)

    def check_order(self) -> None:
        """Whoever was passed over would not have taken what the one behind them was offered."""
        meeting, everybody = self.seen()
        was = {guest_id: guest.answer for guest_id, guest in self.before.items()}
        new = [guest for guest in everybody if guest.answer == Answer.OFFERED != was.get(guest.id)]
        new.sort(key=lambda guest: guest.turn or 0)
        for at, guest in enumerate(new):
            left = places.free(meeting) + sum(later.party for later in new[at:])
            for waits in everybody:
                if waits.answer == Answer.WAITING and (waits.turn or 0) < (guest.turn or 0):
                    assert places.share(left, waits.wished, whole=waits.whole) == 0
        self.turns_are_kept(everybody)

    def turns_are_kept(self, everybody: list[Guest]) -> None:
        for guest in everybody:
            before = self.before.get(guest.id)
            if before and before.turn is not None and guest.turn is not None:
                assert guest.turn == before.turn

    def seen(self) -> tuple[Meeting, list[Guest]]:
        return meeting_of(self.app, self.meeting_id), guests_of(self.app, self.meeting_id)


def test_whatever_people_do_the_room_is_shared_out_fairly(app: App, migrated: Path) -> None:
    Room.empty, Room.file = app, migrated
    checks = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Room, settings=checks)


def test_an_offer_is_in_force_until_the_clock_has_given_it_on(app: App, clock: FrozenClock) -> None:
    """Who pressed in time while the bot was away is not told that they were late."""
    meeting_id = called(app, capacity=1)
    come(app, meeting_id, "lan")
    come(app, meeting_id, "nam")
    decline(app, meeting_id, "lan")
    clock.advance(timedelta(hours=30))
    assert accept(app, meeting_id, "nam")


def test_what_is_asked_about_guests_counts_right(app: App, meeting_id: int) -> None:
    change(app, meeting_id, capacity=1)
    for who in ("lan", "nam", "hoa", "tu"):
        come(app, meeting_id, who)
    with app.database.read() as session:
        assert guests.ahead_in_line(session, meeting_id) == 3
        assert guests.ahead_in_line(session, meeting_id, 3) == 2
        lan = guests.answers_of(session, person_of(app, "lan"))
        assert [guest.answer for guest in lan] == ["coming"]
        assert guests.got(session, meeting_of(app, meeting_id).invitation_id, lan[0].person_id or 0)
        assert not guests.got(session, meeting_of(app, meeting_id).invitation_id, person_of(app, "hoa"))


def test_a_moment_of_the_profile(app: App) -> None:
    meeting_id = called(app, capacity=1)
    with app.database.write() as session:
        at = work(app, session)
        meeting = session.get_one(Meeting, meeting_id)
        assert seats.offer_until(at, meeting) == datetime.fromisoformat("2026-12-02T09:00:00+07:00")
