"""What the tests of meetings share: a meeting to which two people at the terminal are invited."""

import pytest

from bot.feature import App
from tests.meetings.scene import called, invite


@pytest.fixture
def meeting_id(app: App) -> int:
    """Called by the officer minh, in ten days at eight, for as many as want to come; lan and nam are invited."""
    number = called(app)
    for who in ("lan", "nam"):
        invite(app, number, who)
    return number
