"""The questions to somebody who writes an announcement, and what their answers mean; pure over profile and clock."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.broadcasts.audience import Audience
from bot.broadcasts.markup import body_of
from bot.broadcasts.moments import day_of, moment, names_no_day, time_of
from bot.broadcasts.repeats import Repeat
from bot.broadcasts.rules import Every
from bot.broadcasts.service import Draft
from bot.core.accept import one_of, words
from bot.core.clock import VIETNAM, Clock, local_date
from bot.core.events import Text, What
from bot.core.flow import TICKED, Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.people.register_flow import KINDS
from bot.ward import Ward

NAME = "broadcast_compose"
GENERAL = "-"
NOW, AGAIN = "now", "again"
ALL, CHOOSE, CASES, MISSED, EVERYONE = "all", "choose", "cases", "missed", "everyone"
LONGEST_TITLE = 80
LONGEST_TEXT = 3500
LONGEST_SIGNER = 80
SECOND_PART = 60
AT_MOST_AHEAD = timedelta(days=366)
WEEKDAYS = {str(day): f"cases.weekday_{day}" for day in range(7)}
EVERY = {
    "month": "composing.choose_month",
    "quarter": "composing.choose_quarter",
    "week": "composing.choose_week",
}
MONTHS = {"1": "composing.choose_first", "2": "composing.choose_second", "3": "composing.choose_third"}
FIELDS = {"kind": "kinds", "trade": "trades", "group": "groups"}


class Questions:
    """What the questions offer and take, as profile and clock have it at the time."""

    def __init__(self, profile: Callable[[], Ward], clock: Clock) -> None:
        self.profile = profile
        self.clock = clock

    def flow(self) -> Flow:
        """The dialogue."""
        return Flow(NAME, (*self._what(), *self.to_whom(), *self._when(), *self._how()))

    def _what(self) -> tuple[Question, ...]:
        return (
            Question("subject", one_of(()), choices=self.subjects),
            Question("urgent", one_of(()), choices=_listed({"no": "composing.normal", "yes": "composing.urgent"})),
            Question("head", words(LONGEST_TITLE), free=True),
            Question("text", text, free=True),
        )

    def to_whom(self) -> tuple[Question, ...]:
        """Who gets it."""
        return (
            Question("whom", _pressed, choices=_whom),
            Question("audience", one_of(()), choices=self.ticks, when=_is("whom", CHOOSE), several=True),
            Question("cases", one_of(()), choices=self.of_cases, when=_is("whom", CASES)),
            Question("missed", one_of(()), choices=_past, when=_is("whom", MISSED)),
        )

    def _when(self) -> tuple[Question, ...]:
        again = _is("when", AGAIN)
        return (
            Question("when", self.time, choices=_times, free=True),
            Question("every", one_of(()), choices=_listed(EVERY), when=again),
            Question("weekday", one_of(()), choices=_listed(WEEKDAYS), when=_every("week")),
            Question("month", one_of(()), choices=_listed(MONTHS), when=_every("quarter")),
            Question("day", _day, choices=_listed({"31": "composing.choose_last"}), when=_every("month", "quarter")),
            Question("at", _at, free=True, when=again),
            Question("until", self.until, free=True, when=again),
            Question("daysoff", one_of(()), choices=_listed(_DAYS_OFF), when=again),
        )

    def _how(self) -> tuple[Question, ...]:
        late = {"send": "composing.late_send", "drop": "composing.late_drop"}
        return (
            Question("late", one_of(()), choices=_listed(late), when=lambda given: given.get("when") != NOW),
            Question("signer", words(LONGEST_SIGNER), choices=signers, free=True),
        )

    def subjects(self, _answers: Answers) -> list[Choice]:
        """The kinds of news, the general one first."""
        news = [Choice(subject.id, subject.title) for subject in self.profile().news()]
        return [Choice(GENERAL, "composing.general"), *news]

    def of_cases(self, _answers: Answers) -> list[Choice]:
        """The subjects of cases; that somebody reported an official is nothing to write to them about."""
        return [Choice(subject.id, subject.title) for subject in self.profile().subjects if not subject.protected]

    def ticks(self, _answers: Answers) -> list[Choice]:
        """Kinds, trades and groups; the last choice ends the list."""
        ward = self.profile()
        found = [(f"kind:{kind}", label) for kind, label in KINDS.items()]
        found += [(f"trade:{trade.id}", trade.title) for trade in ward.trades]
        found += [(f"group:{group.id}", group.name) for group in ward.groups]
        return [*(Choice(name, label) for name, label in found), Choice(TICKED, "composing.done")]

    def time(self, what: What) -> Value | Invalid:
        """A moment to come, within a year, as ISO text."""
        typed = what.text if isinstance(what, Text) else ""
        found = moment(typed, self.clock())
        if found is None:
            nowhere = names_no_day(typed, local_date(self.clock()))
            return invalid("composing.no_such_day" if nowhere else "composing.when_wanted")
        if found <= self.clock():
            return invalid("composing.past")
        return invalid("composing.too_far") if found > self.clock() + AT_MOST_AHEAD else found.isoformat()

    def until(self, what: What) -> Value | Invalid:
        """The last day of a recurrence."""
        today = local_date(self.clock())
        typed = what.text if isinstance(what, Text) else ""
        found = day_of(typed, today)
        if found is None or found <= today:
            return invalid("composing.no_such_day" if names_no_day(typed, today) else "composing.until_wanted")
        return invalid("composing.until_too_far") if found.year > today.year + 5 else found.isoformat()

    def draft(self, answers: Answers) -> Draft:
        """What was told as an announcement, still without its file."""
        repeat = repeat_of(answers)
        first = self._first(repeat) if repeat else None
        again = answers.get("again")
        return Draft(
            title=str(answers["head"]),
            body=str(answers["text"]),
            audience=audience_of(answers),
            subject=subject_of(answers),
            signer=str(answers["signer"]),
            urgent=answers["urgent"] == "yes",
            late=str(answers.get("late") or "send"),
            send_at=first[1] if first else when_of(answers),
            repeat=repeat,
            on_day=first[0] if first else None,
            again=int(str(again)) if again else None,
        )

    def _first(self, repeat: Repeat) -> tuple[date, datetime] | None:
        today = local_date(self.clock()) - timedelta(days=1)
        dated = ((day, self.sent_at(repeat, day)) for day in repeat.every.days_after(today, repeat.until))
        return next(((day, at) for day, at in dated if at > self.clock()), None)

    def sent_at(self, repeat: Repeat, day: date) -> datetime:
        """When the announcement of that day goes: on a day off it waits for the next working day if so agreed."""
        calendar = self.profile().calendar
        sent_on = calendar.add(day, 0) if repeat.working_days_only else day
        return datetime.combine(sent_on, repeat.at, VIETNAM)

    def is_past(self, answers: Answers) -> bool:
        """Whether the moment that was typed has passed while the rest was written, decided or mended."""
        at = when_of(answers)
        return at is not None and at <= self.clock()

    def never_comes(self, answers: Answers) -> bool:
        """Whether a recurrence ends before its first day."""
        repeat = repeat_of(answers)
        return repeat is not None and self._first(repeat) is None


_DAYS_OFF = {"next": "composing.daysoff_next", "same": "composing.daysoff_same"}


def text(what: What) -> Value | Invalid:
    """The body, as small HTML."""
    said = words(LONGEST_TEXT)(what)
    return body_of(what) if isinstance(said, str) and isinstance(what, Text) else said


def _listed(choices: dict[str, str]) -> Callable[[Answers], list[Choice]]:
    return lambda _answers: [Choice(value, label) for value, label in choices.items()]


def _is(name: str, value: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) == value


def _every(*kinds: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("when") == AGAIN and answers.get("every") in kinds


def _whom(answers: Answers) -> list[Choice]:
    choices = [
        Choice(ALL, "composing.whom_all"),
        Choice(CHOOSE, "composing.whom_choose"),
        Choice(CASES, "composing.whom_cases"),
    ]
    missed = [Choice(MISSED, "composing.whom_missed")] if answers.get("past") else []
    everyone = [Choice(EVERYONE, "composing.whom_everyone")] if answers.get("urgent") == "yes" else []
    return [*choices, *missed, *everyone]


def _pressed(what: What) -> Value | Invalid:
    """A long text here is the rest of the announcement, which some apps cut in two: it has not become a part of it."""
    long = isinstance(what, Text) and len(what.text) >= SECOND_PART
    return invalid("composing.second_part" if long else "flow.choice_wanted")


def _past(answers: Answers) -> list[Choice]:
    rows = answers.get("past")
    parted = [row.partition("=") for row in rows] if isinstance(rows, list) else []
    return [Choice(number, label) for number, _, label in parted]


def _times(answers: Answers) -> list[Choice]:
    """What is urgent does not recur."""
    again = [Choice(AGAIN, "composing.again")] if answers.get("urgent") != "yes" else []
    return [Choice(NOW, "composing.now"), *again]


def signers(answers: Answers) -> list[Choice]:
    """Who writes it, as who signs it."""
    return [Choice(str(answers["me"]), str(answers["me"]))] if answers.get("me") else []


def _day(what: What) -> Value | Invalid:
    typed = what.text.strip() if isinstance(what, Text) else ""
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= 2 and 1 <= int(typed) <= 31
    return str(int(typed)) if fits else invalid("composing.day_wanted")


def _at(what: What) -> Value | Invalid:
    found = time_of(what.text) if isinstance(what, Text) else None
    return f"{found:%H:%M}" if found else invalid("composing.at_wanted")


def subject_of(answers: Answers) -> str:
    """The kind of news; empty for the general one."""
    return "" if answers["subject"] == GENERAL else str(answers["subject"])


def when_of(answers: Answers) -> datetime | None:
    """The moment that was typed; None for at once, and for again and again."""
    return None if answers["when"] in {NOW, AGAIN} else datetime.fromisoformat(str(answers["when"]))


def repeat_of(answers: Answers) -> Repeat | None:
    """The recurrence, where there is one."""
    if answers.get("when") != AGAIN:
        return None
    kind = str(answers["every"])
    day = int(str(answers["weekday"] if kind == "week" else answers["day"]))
    month = int(str(answers["month"])) if kind == "quarter" else 0
    every = Every.from_json({"kind": kind, "day": day, "month": month})
    at, until = time.fromisoformat(str(answers["at"])), date.fromisoformat(str(answers["until"]))
    return Repeat(every, at, until, answers["daysoff"] == "next")


def audience_of(answers: Answers) -> Audience:
    """Whom it concerns."""
    whom = answers["whom"]
    if whom == CHOOSE:
        return _chosen(answers)
    if whom == CASES:
        return Audience(cases=str(answers["cases"]))
    if whom == MISSED:
        return Audience(missed=int(str(answers["missed"])))
    return Audience(everyone=whom == EVERYONE and answers["urgent"] == "yes")


def _chosen(answers: Answers) -> Audience:
    ticks = answers.get("audience")
    parted = [tick.partition(":") for tick in ticks] if isinstance(ticks, list) else []
    named = {field: tuple(value for kind, _, value in parted if kind == name) for name, field in FIELDS.items()}
    return Audience(**named)  # type: ignore[arg-type]  # tuples under the names of the table above
