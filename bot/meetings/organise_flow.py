"""The questions to somebody who calls a meeting, and what their answers mean; pure over profile and clock."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.broadcasts.moments import moment
from bot.broadcasts.officer import compose_flow
from bot.broadcasts.officer.compose_flow import LONGEST_SIGNER, LONGEST_TITLE, NOW, signers, when_of
from bot.core.accept import one_of, written
from bot.core.accept import words as accept_words
from bot.core.choices import plain
from bot.core.clock import VIETNAM, Clock
from bot.core.events import Phone, Place, Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.core.split import utf16_units
from bot.meetings import rules
from bot.meetings.invitation import Spot
from bot.ward import Ward

NAME = "meeting_call"
UNLIMITED = "0"
LARGEST_ROOM = 50_000
LONGEST_PLACE = 120
LONGEST_CHAIR = 80
LONGEST_CONTACT = 60
LONGEST_PEOPLE = 400
LONGEST_AGENDA = 1500
LONGEST_PREPARE = 600
DEGREES = re.compile(r"(?:^|[@=\s])(-?\d{1,2}\.\d{2,})\s*,\s*(-?\d{1,3}\.\d{2,})(?:[,&\s]|$)")
"""A point as maps show it, alone or in the address of a map."""


class Questions:
    """What the questions offer and take, as profile and clock have it at the time."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.profile = profile
        self.clock = clock
        self.compose = compose_flow.Questions(profile, clock)

    def flow(self) -> Flow:
        """The dialogue."""
        return Flow(NAME, (*self._what(), *self._who(), *self._answers(), *self._sending()))

    def _what(self) -> tuple[Question, ...]:
        return (
            Question("head", short(LONGEST_TITLE), free=True),
            Question("starts", self.start, free=True),
            Question("place", short(LONGEST_PLACE), free=True),
            Question("map", point, optional=True, free=True),
        )

    def _who(self) -> tuple[Question, ...]:
        return (
            Question("chair", short(LONGEST_CHAIR), free=True),
            Question("people", accept_words(LONGEST_PEOPLE), optional=True, free=True),
            Question("agenda", accept_words(LONGEST_AGENDA), free=True),
            Question("prepare", accept_words(LONGEST_PREPARE), optional=True, free=True),
            Question("contact", contact, choices=self.contacts, free=True),
        )

    def _answers(self) -> tuple[Question, ...]:
        unlimited = [Choice(UNLIMITED, "meeting.unlimited")]
        return (
            Question("capacity", capacity, choices=lambda _answers: unlimited, free=True),
            Question("closes", self.closing, choices=self.closings, free=True),
        )

    def _sending(self) -> tuple[Question, ...]:
        at_once, go_on = [Choice(NOW, "composing.now")], [Choice("yes", "meeting.send_anyway")]
        return (
            Question("subject", one_of(()), choices=self.compose.subjects),
            *self.compose.to_whom(),
            Question("when", self.compose.time, choices=lambda _answers: at_once, free=True),
            Question(
                "early", one_of(()), choices=lambda _answers: go_on, when=self.is_late, values=self.days, shown=False
            ),
            Question("signer", accept_words(LONGEST_SIGNER), choices=signers, free=True),
        )

    def start(self, what: What) -> Value | Invalid:
        """When it begins, as ISO text: a moment to come, within a year."""
        return self._ahead(what, "meeting.start_wanted")

    def closing(self, what: What) -> Value | Invalid:
        """Until when people answer; that it is before the beginning is looked at with everything else."""
        return self._ahead(what, "meeting.closing_wanted")

    def _ahead(self, what: What, wanted: str) -> Value | Invalid:
        found = moment(what.text, self.clock()) if isinstance(what, Text) else None
        if found is None:
            return invalid(wanted)
        if found <= self.clock():
            return invalid("meeting.past")
        too_far = found > self.clock() + compose_flow.AT_MOST_AHEAD
        return invalid("composing.too_far") if too_far else found.isoformat()

    def contacts(self, _answers: Answers) -> list[Choice]:
        """The ward's telephone, where the profile has it."""
        number = self.profile().contact.center_phone
        return [Choice(number, number)] if number else []

    def closings(self, answers: Answers) -> list[Choice]:
        """Usual closing times."""
        offered = rules.closing_offers(starts_of(answers), self.clock())
        return [Choice(at.isoformat(), f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}") for at in offered]

    def sent_at(self, answers: Answers) -> datetime:
        """When the invitation would leave."""
        return max(when_of(answers) or self.clock(), self.clock())

    def is_late(self, answers: Answers) -> bool:
        """Whether people get the invitation later than is the custom."""
        early_days = self.profile().meetings.early_days
        return "when" in answers and not rules.is_early(self.sent_at(answers), starts_of(answers), early_days)

    def days(self, answers: Answers) -> dict[str, object]:
        """How many days people have, and how many they should."""
        ahead = rules.days_ahead(self.sent_at(answers), starts_of(answers))
        return {"days": ahead, "custom": self.profile().meetings.early_days}

    def hindrances(self, answers: Answers) -> list[str]:
        """The keys of what keeps it from being called as it is."""
        now, starts, closes = self.clock(), starts_of(answers), closes_of(answers)
        found = {
            "meeting.starts_in_the_past": starts <= now,
            "meeting.sent_too_late": starts > now and self.sent_at(answers) >= starts,
            "meeting.closes_too_late": closes > starts,
            "meeting.closes_before_sent": closes <= self.sent_at(answers) < starts,
        }
        return [key for key, is_so in found.items() if is_so]


def short(longest: int) -> Callable[[What], Value | Invalid]:
    """Words that fit under a file however they are written: counted as Telegram counts them, on one line."""

    def accept(what: What) -> Value | Invalid:
        said = accept_words(longest)(what)
        return _fitting(said, longest)

    return accept


def _fitting(said: Value | Invalid, longest: int) -> Value | Invalid:
    if not isinstance(said, str):
        return said
    line = " ".join(said.split())
    units = utf16_units(line)
    return invalid("flow.too_long", longest=longest, length=units) if units > longest else line


def contact(what: What) -> Value | Invalid:
    """A telephone number, a name with one, or a contact that was shared."""
    typed = Text(what.number) if isinstance(what, Phone) else what
    return _fitting(written(LONGEST_CONTACT)(typed), LONGEST_CONTACT)


def capacity(what: What) -> Value | Invalid:
    """How many people find room; 0 for as many as come."""
    typed = plain(what.text).replace(" ", "") if isinstance(what, Text) else ""
    if typed in {"khonggioihan", "khonghanche"}:
        return UNLIMITED
    found = re.fullmatch(r"([0-9]{1,6})(?:nguoi|cho)?", typed)
    fits = found is not None and 1 <= int(found[1]) <= LARGEST_ROOM
    return str(int(found[1])) if found and fits else invalid("meeting.capacity_wanted", most=LARGEST_ROOM)


def point(what: What) -> Value | Invalid:
    """A location that was shared, or the degrees as a map shows them; as "20.94015,106.31642"."""
    if isinstance(what, Place):
        return _degrees(what.latitude, what.longitude)
    found = DEGREES.search(what.text) if isinstance(what, Text) else None
    return _degrees(float(found[1]), float(found[2])) if found else invalid("meeting.point_wanted")


def _degrees(latitude: float, longitude: float) -> Value | Invalid:
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return f"{latitude:.6f},{longitude:.6f}" if on_earth else invalid("meeting.point_wanted")


def spot_of(answers: Answers) -> Spot | None:
    """The point on the map, if one was told."""
    if not answers.get("map"):
        return None
    latitude, longitude = map(float, str(answers["map"]).split(","))
    return Spot(latitude, longitude)


def starts_of(answers: Answers) -> datetime:
    """When it begins."""
    return datetime.fromisoformat(str(answers["starts"]))


def closes_of(answers: Answers) -> datetime:
    """Until when people answer."""
    return datetime.fromisoformat(str(answers["closes"]))


def told(answers: Answers) -> dict[str, Any]:
    """What was told, by the columns of a meeting."""
    spot = spot_of(answers)
    return {
        "title": str(answers["head"]),
        "subject": compose_flow.subject_of(answers),
        "starts_at": starts_of(answers),
        "place": str(answers["place"]),
        "latitude": spot.latitude if spot else None,
        "longitude": spot.longitude if spot else None,
        "chair": str(answers["chair"]),
        "takes_part": str(answers["people"] or ""),
        "agenda": str(answers["agenda"]),
        "prepare": str(answers["prepare"] or ""),
        "contact": str(answers["contact"]),
        "capacity": int(str(answers["capacity"])),
        "closes_at": closes_of(answers),
    }
