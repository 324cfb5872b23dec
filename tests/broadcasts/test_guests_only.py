"""What goes to the guests of a meeting is nothing for the loudspeaker, and names nobody to heads."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.broadcasts.audience import Audience
from bot.feature import App
from bot.settings import Settings
from bot.ward import SHIPPED
from db.broadcasts import Broadcast
from db.people import Chat
from db.staff import Role
from tests.broadcasts.crowd import standing
from tests.broadcasts.test_visiting import ended, head, heard
from tests.crew import join
from tests.meetings.scene import answered, called, invite, meeting_of, organiser
from tests.people.test_registering import GROUPS, presses

OLD = "đã cũ"


@pytest.fixture
def settings(both: Settings, tmp_path: Path) -> Settings:
    """On each database, a ward with two groups."""
    ward = tmp_path / "ward.toml"
    ward.write_text(GROUPS + SHIPPED.read_text("utf-8"), "utf-8")
    return both.model_copy(update={"ward_file": ward})


@pytest.fixture
def meeting_id(app: App) -> int:
    """Two are invited and come, and one who says nothing; nobody has a chat any more in which the bot may write."""
    number = called(app)
    for who in ("lan", "nam", "hoa"):
        invite(app, number, who)
    for who in ("lan", "nam"):
        answered(app, number, who, came_at=app.clock(), came_party=1)
    head(app, "tho", "tdp1")
    organiser(app)
    return number


def gone(app: App) -> None:
    """All guests have blocked the bot."""
    with app.database.write() as session:
        for chat in session.exec(select(Chat).where(col(Chat.address).in_(("lan", "nam", "hoa")))):
            chat.gone_since = app.clock()


@pytest.mark.parametrize("field", ["coming", "came", "silent"])
def test_heads_hear_nothing_of_it(app: App, meeting_id: int, field: str) -> None:
    gone(app)
    broadcast_id = ended(app, Audience.from_json({field: meeting_id}))
    assert standing(app, broadcast_id).ended_at is not None
    assert heard(app) == []
    for data in (f"visit.list:{broadcast_id}:1:tdp1", f"passing.loud:{broadcast_id}", f"passing.sheet:{broadcast_id}"):
        assert OLD in presses(app, "tho", data)[0]


def test_nor_of_what_goes_to_those_whom_it_missed(app: App, meeting_id: int) -> None:
    minutes = ended(app, Audience(came=meeting_id))
    ended(app, Audience(missed=minutes))
    assert heard(app) == []


def test_the_unit_sees_whom_the_minutes_did_not_reach(app: App, meeting_id: int) -> None:
    gone(app)
    broadcast_id = ended(app, Audience(came=meeting_id))
    join(app, "can bo", Role.OFFICER, unit="kthtdt")
    assert OLD not in presses(app, "can bo", f"visit.groups:{broadcast_id}")[0]


def test_not_where_those_with_an_open_case_were_invited(app: App, meeting_id: int) -> None:
    gone(app)
    with app.database.write() as session:
        invitation = session.get_one(Broadcast, meeting_of(app, meeting_id).invitation_id)
        invitation.audience = Audience(cases="thue").to_json()
    broadcast_id = ended(app, Audience(came=meeting_id))
    assert OLD in presses(app, "can bo", f"visit.groups:{broadcast_id}")[0]
