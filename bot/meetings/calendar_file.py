"""A meeting as a calendar file (RFC 5545, RFC 5546) for everybody who is invited.

The method is PUBLISH, never REQUEST: the same file goes to thousands of people, so it names no attendee and wants no
answer to a mailbox; who comes says so to the bot. It replaces an older one by its UID and a higher SEQUENCE.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vText

from bot.core.clock import VIETNAM
from db.meetings import Meeting

PRODUCT = "-//Dong hanh//Doi thoai//VI"
NO_ADDRESS = "invalid:nomail"
"""RFC 5546 wants an organizer with a URI; the ward reads no mail here, and an address nobody reads would be a lie."""

REMINDS = timedelta(hours=-1)
OFFSET = timedelta(hours=7)
BEFORE = timedelta(hours=8)
SINCE = datetime(1975, 6, 13)  # noqa: DTZ001 - the beginning of an offset is a local time, RFC 5545, 3.6.5
"""When Vietnam's clocks came to what they are."""

Method = Literal["PUBLISH", "CANCEL"]


@dataclass(frozen=True)
class Words:
    """The sentences in a file: who invites, what stands in the description, and what the alarm says."""

    organizer: str
    description: str
    reminder: str


def published(meeting: Meeting, words: Words, at: datetime) -> bytes:
    """The file for an invitation, or for a change, as the meeting stands in the row; made at `at`."""
    event = _event(meeting, words, at, "CONFIRMED")
    event.add_component(Alarm.new_display(words.reminder, REMINDS))
    return _file(event, "PUBLISH")


def cancelled(meeting: Meeting, words: Words, at: datetime) -> bytes:
    """The file that takes the meeting out of people's calendars."""
    return _file(_event(meeting, words, at, "CANCELLED"), "CANCEL")


def name(meeting: Meeting) -> str:
    """What the file is called: "doi-thoai-2026-12-11.ics"."""
    return f"doi-thoai-{meeting.starts_at.astimezone(VIETNAM):%Y-%m-%d}.ics"


def _event(meeting: Meeting, words: Words, at: datetime, status: str) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at.astimezone(VIETNAM))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("description", words.description)
    event.add("status", status)
    event.add("organizer", _organizer(words.organizer))
    if meeting.latitude is not None and meeting.longitude is not None:
        event.add("geo", (meeting.latitude, meeting.longitude))
    return event


def _organizer(called: str) -> vCalAddress:
    organizer = vCalAddress(NO_ADDRESS)
    organizer.params["CN"] = vText(called.replace('"', "'"))  # RFC 5545, 3.2: no parameter can hold one
    return organizer


def _file(event: Event, method: Method) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_timezone())
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _timezone() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", SINCE)
    standard.add("tzoffsetfrom", BEFORE)
    standard.add("tzoffsetto", OFFSET)
    standard.add("tzname", "+07")
    timezone = Timezone()
    timezone.add("tzid", VIETNAM.key)
    timezone.add_component(standard)
    return timezone
