"""The calendar file, read back by a parser: what is called, changed and cancelled, each valid and each one event."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.core.clock import VIETNAM
from bot.feature import App
from bot.meetings import calendar_file
from bot.meetings.calendar_file import Words
from db.meetings import Meeting
from tests.meetings.scene import called, meeting_of

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
LONG = "Hội trường tầng hai, trụ sở UBND phường Việt Hòa; số 1, đường Thanh Niên \\ cạnh chợ\nvào cổng sau 🏛"
WORDS = Words("UBND phường Việt Hòa", "Chủ trì: Chủ tịch; liên hệ: 0220 3892 000, gặp ông/bà trực.", "Sắp đến giờ họp")
REQUIRED = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "ORGANIZER", "SEQUENCE", "STATUS", "LOCATION")


@pytest.fixture
def meeting(app: App) -> Meeting:
    """With everything in it that can go wrong in a file."""
    return meeting_of(app, called(app, place=LONG, latitude=20.94015, longitude=106.31642))


def read_back(content: bytes) -> Any:
    """As a parser has it."""
    return Calendar.from_ical(content)


def event_of(content: bytes) -> Any:
    """The only event in it."""
    events = read_back(content).events
    assert len(events) == 1
    return events[0]


def lines_of(content: bytes) -> list[bytes]:
    """As they stand in the file, each ended by CRLF."""
    assert content.endswith(b"\r\n")
    return content[:-2].split(b"\r\n")


def made(meeting: Meeting) -> Iterator[tuple[str, bytes]]:
    """Create, update, cancel."""
    yield "create", calendar_file.published(meeting, WORDS, NOW)
    changed = Meeting(**{name: getattr(meeting, name) for name in Meeting.model_fields})
    changed.sequence, changed.starts_at = 1, meeting.starts_at + timedelta(days=1, hours=6)
    yield "update", calendar_file.published(changed, WORDS, NOW + timedelta(hours=1))
    changed.sequence = 2
    yield "cancel", calendar_file.cancelled(changed, WORDS, NOW + timedelta(hours=2))


def test_each_is_one_valid_event(meeting: Meeting) -> None:
    for _, content in made(meeting):
        calendar = read_back(content)
        calendar.validate()
        assert calendar["VERSION"] == "2.0"
        assert calendar["PRODID"] == calendar_file.PRODUCT
        assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
        event = event_of(content)
        assert [part.errors for part in calendar.walk()] == [[]] * len(calendar.walk())
        assert [name for name in REQUIRED if name not in event] == []
        assert calendar.get_missing_tzids() == set()


def test_lines_are_folded_at_75_octets_and_end_with_crlf(meeting: Meeting) -> None:
    for _, content in made(meeting):
        lines = lines_of(content)
        assert max(map(len, lines)) <= 75
        assert [line for line in lines if b"\r" in line or b"\n" in line] == []
        assert any(line.startswith(b" ") for line in lines), "the long place is folded"
        assert all(line.decode() for line in lines), "no letter is cut in two"


def test_what_people_see_survives(meeting: Meeting) -> None:
    event = event_of(calendar_file.published(meeting, WORDS, NOW))
    assert str(event["LOCATION"]) == LONG
    assert str(event["SUMMARY"]) == meeting.title
    assert str(event["DESCRIPTION"]) == WORDS.description
    assert event["GEO"].to_ical() == "20.94015;106.31642"
    assert event["DTSTAMP"].dt == NOW


def test_its_time_is_that_of_vietnam_and_the_file_says_what_that_is(meeting: Meeting) -> None:
    content = calendar_file.published(meeting, WORDS, NOW)
    assert b"DTSTART;TZID=Asia/Ho_Chi_Minh:20261211T080000" in content
    event = event_of(content)
    assert event.start == meeting.starts_at
    timezone = read_back(content).timezones[0]
    assert timezone.tz_name == VIETNAM.key
    (standard,) = timezone.standard
    assert standard["TZOFFSETTO"].td == VIETNAM.utcoffset(meeting.starts_at)
    assert event.start.replace(tzinfo=timezone.to_tz(lookup_tzid=False)) == meeting.starts_at


def test_create_update_and_cancel_are_the_same_event_with_a_higher_sequence(meeting: Meeting) -> None:
    files = dict(made(meeting))
    events: dict[str, Any] = {name: event_of(content) for name, content in files.items()}
    assert {str(event["UID"]) for event in events.values()} == {meeting.uid}
    assert [int(event["SEQUENCE"]) for event in events.values()] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in events.values()] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    methods = [str(read_back(content)["METHOD"]) for content in files.values()]
    assert methods == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert events["update"].start == meeting.starts_at + timedelta(days=1, hours=6)


def test_it_names_nobody_and_no_mailbox(meeting: Meeting) -> None:
    for _, content in made(meeting):
        event = event_of(content)
        assert "ATTENDEE" not in event
        assert str(event["ORGANIZER"]) == calendar_file.NO_ADDRESS
        assert event["ORGANIZER"].params["CN"] == WORDS.organizer
        assert b"mailto" not in content.lower()


def test_an_alarm_an_hour_before_and_none_for_what_is_cancelled(meeting: Meeting) -> None:
    files = dict(made(meeting))
    for name in ("create", "update"):
        (alarm,) = event_of(files[name]).subcomponents
        assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(hours=-1))
        assert str(alarm["DESCRIPTION"]) == WORDS.reminder
    assert event_of(files["cancel"]).subcomponents == []


def test_without_a_point_on_the_map_there_is_no_geo(app: App) -> None:
    meeting = meeting_of(app, called(app))
    assert "GEO" not in event_of(calendar_file.published(meeting, WORDS, NOW))


def test_the_same_row_and_moment_make_the_same_file(meeting: Meeting) -> None:
    assert calendar_file.published(meeting, WORDS, NOW) == calendar_file.published(meeting, WORDS, NOW)
    assert calendar_file.name(meeting) == "doi-thoai-2026-12-11.ics"
