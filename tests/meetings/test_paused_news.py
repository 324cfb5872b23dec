"""Who paused the news of a meeting's subject has the invitation already; the reminder leaves them alone."""

import pytest

from bot.feature import App
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import businesses
from tests.cases.presses import presses
from tests.meetings.scene import called, invite, person_of
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """SQLite and PostgreSQL in turn."""
    return on_both_databases


@pytest.fixture
def meeting_id(app: App) -> int:
    """About taxes; tam, sau and bay are silent and no business is registered."""
    number = called(app, subject="thue")
    for who in ("tam", "sau", "bay"):
        invite(app, number, who)
    return number


def pause(app: App, who: str, subject: str) -> None:
    person_id = person_of(app, who)
    with app.database.write() as session:
        businesses.pause(session, person_id, subject, app.clock())


def remind(app: App, meeting_id: int) -> str:
    said = presses(app, "minh", f"silent.send:{meeting_id}")
    for _ in range(3):
        tick(app)
    return said


def test_who_paused_this_news_gets_no_reminder(app: App, meeting_id: int) -> None:
    pause(app, "tam", "thue")
    pause(app, "sau", "vay-von")
    assert "2 người" in remind(app, meeting_id)
    assert Owner(app, "tam").waits() == ""
    for who in ("sau", "bay"):
        assert "Nhắc trả lời" in Owner(app, who).waits()


def test_who_pauses_it_before_the_reminder_leaves_gets_none(app: App, meeting_id: int) -> None:
    assert "3 người" in remind(app, meeting_id)
    pause(app, "tam", "thue")
    pause(app, "sau", "vay-von")
    assert Owner(app, "tam").waits() == ""
    for who in ("sau", "bay"):
        assert "Nhắc trả lời" in Owner(app, who).waits()
