"""How many are concerned is counted once a preview: where they are many that takes a while in which nobody writes."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from bot.feature import App
from tests.broadcasts.crowd import people
from tests.meetings.scene import organiser
from tests.meetings.test_organising import tells
from tests.terminal import Owner


@pytest.fixture
def counted(app: App) -> Iterator[list[str]]:
    """Every statement that counts an audience."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "count(*) FILTER" in statement:
            found.append(statement)

    event.listen(app.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(app.database.engine, "before_cursor_execute", note)


def test_a_meeting_counts_its_audience_once(app: App, counted: list[str]) -> None:
    people(app, 3)
    organiser(app)
    assert "3 người" in tells(Owner(app, "minh"))
    assert len(counted) == 1
