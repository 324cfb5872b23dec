"""Who comes to a meeting, who was there and who is silent, as the people of an announcement; on indexes."""

import pytest
from sqlmodel import select

from bot.broadcasts.audience import Audience
from bot.feature import App
from bot.settings import Settings
from db import broadcast_rows
from db.audience import count, is_free, is_wanted
from db.broadcasts import BroadcastState
from db.businesses import Subscription
from db.fan_out import fan_out_slice
from db.meetings import Answer, Guest
from tests.broadcasts.crowd import announce, rows_of
from tests.db.test_plans import Asked, asked, scans
from tests.meetings.scene import answered, called, code, guests_of, invite, invite_crowd, person_of

__all__ = ["asked"]


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


def reached(app: App, audience: Audience, size: int = 2) -> list[int | None]:
    """Who gets it, fanned out two people at a time."""
    broadcast_id = announce(app, audience, state=BroadcastState.SENDING)
    with app.database.read() as session:
        counted, _ = count(session, audience.to_json(), "")
    more = True
    while more:
        with app.database.write() as session:
            broadcast = broadcast_rows.locked(session, broadcast_id)
            assert broadcast
            more = bool(fan_out_slice(session, broadcast, app.clock(), size))
    found = [row.person_id for row in rows_of(app, broadcast_id)]
    assert counted == len(found)
    return found


def walked_in(app: App, meeting_id: int, number: int = 90) -> None:
    """Somebody of whom only the name is known was there."""
    with app.database.write() as session:
        now = app.clock()
        session.add(
            Guest(
                meeting_id=meeting_id,
                name="Bà Tư",
                answer=Answer.LAPSED,
                answered_at=now,
                code=code(number),
                came_at=now,
                came_party=1,
            )
        )


def test_three_audiences_of_one_meeting(app: App, meeting_id: int) -> None:
    lan, nam = (person_of(app, who) for who in ("lan", "nam"))
    hoa, tam = (invite(app, meeting_id, who) for who in ("hoa", "tam"))
    answered(app, meeting_id, "lan", came_at=app.clock(), came_party=1)
    answered(app, meeting_id, "nam")
    answered(app, meeting_id, "hoa", "declined", came_at=app.clock(), came_party=2)
    walked_in(app, meeting_id)
    assert reached(app, Audience(coming=meeting_id)) == [lan, nam]
    assert reached(app, Audience(came=meeting_id)) == [lan, hoa]
    assert reached(app, Audience(silent=meeting_id)) == [tam]


def test_another_meeting_does_not_count(app: App, meeting_id: int) -> None:
    other = called(app, days=20)
    nam = invite(app, other, "nam")
    answered(app, meeting_id, "nam")
    answered(app, other, "lan", came_at=app.clock(), came_party=1)
    assert reached(app, Audience(silent=other)) == [nam]
    assert reached(app, Audience(coming=meeting_id)) == [nam]
    assert reached(app, Audience(came=meeting_id)) == []


def test_who_answers_before_the_slice_gets_no_reminder(app: App, meeting_id: int) -> None:
    ids = invite_crowd(app, meeting_id, 3)
    broadcast_id = announce(app, Audience(silent=meeting_id), state=BroadcastState.SENDING)
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock(), 2)
    with app.database.write() as session:
        session.add(
            Guest(
                meeting_id=meeting_id, person_id=ids[0], answer=Answer.DECLINED, answered_at=app.clock(), code=code(3)
            )
        )
    with app.database.write() as session:
        broadcast = broadcast_rows.locked(session, broadcast_id)
        assert broadcast
        fan_out_slice(session, broadcast, app.clock(), 5)
    assert len(guests_of(app, meeting_id)) == 1
    assert ids[0] not in [row.person_id for row in rows_of(app, broadcast_id)]


def test_whatever_news_they_want(app: App, meeting_id: int) -> None:
    ids = invite_crowd(app, meeting_id, 2)
    answered(app, meeting_id, "lan")
    lan, now = person_of(app, "lan"), app.clock()
    with app.database.write() as session:
        for each in session.exec(select(Subscription)):
            each.paused_at = now
        session.add(Subscription(person_id=lan, subject="", since=now, paused_at=now))
    assert reached(app, Audience(coming=meeting_id)) == [lan]
    assert set(ids).isdisjoint(reached(app, Audience(silent=meeting_id))), "a reminder is news that they paused"
    assert all(is_free({name: 1}) for name in ("coming", "came", "silent"))


@pytest.mark.parametrize(
    ("audience", "expected"),
    [({}, [True, False, False]), ({"came": 1}, [True, True, True]), ({"silent": 1}, [True, False, True])],
)
def test_who_wants_it_who_paused_it_and_who_said_nothing(audience: dict[str, object], expected: list[bool]) -> None:
    assert [is_wanted(audience, wants) for wants in (True, False, None)] == expected


class TestOnSqlite:
    @pytest.fixture
    def backend(self) -> str:
        return "sqlite"

    @pytest.mark.parametrize("audience", [Audience(coming=1), Audience(came=1)], ids=["coming", "came"])
    def test_guests_are_found_through_the_meeting(
        self, app: App, meeting_id: int, audience: Audience, asked: Asked
    ) -> None:
        answered(app, meeting_id, "lan", came_at=app.clock(), came_party=1)
        asked.clear()
        reached(app, audience)
        of_guests = [each for each in asked if "guest" in each[0]]
        assert of_guests
        assert {step for step, _ in scans(app, of_guests)} <= {"SCAN anon_1"}, "the slice itself, of at most two people"

    def test_the_silent_are_found_person_by_person(self, app: App, meeting_id: int, asked: Asked) -> None:
        asked.clear()
        reached(app, Audience(silent=meeting_id))
        of_guests = [each for each in asked if "guest" in each[0]]
        steps = {step.split(" USING")[0] for step, _ in scans(app, of_guests)}
        assert not any("guest" in step or "outbox" in step or "chat" in step for step in steps)
