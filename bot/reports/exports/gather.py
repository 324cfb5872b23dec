"""Cases as the rows of the ward's table, and the block of totals under it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from bot.cases.rules import satisfied
from bot.cases.wording import shortened
from bot.core.clock import in_words
from bot.papers.table import DayAnd, Row, Total
from bot.reports.exports.masking import masked
from bot.reports.exports.names import HIDDEN, Known
from bot.reports.exports.rules import LEVELS, STATES, Form, Protected, State, state_of
from bot.text import Texts
from bot.ward import Ward
from db.cases import Status
from db.export_rows import Line
from db.letters import Delivery, Kind

SUMMARY = 300
"""Characters of an answer that stand in the table."""

RESULTS: dict[str, str] = {
    Kind.ANSWER: "reports.result_answer",
    Kind.CORRECTION: "reports.result_correction",
    Kind.DECLINE: "reports.result_decline",
}
BLANKS = {
    "phone": ("reports.phone", "phone"),
    "result_basis": ("reports.result_basis", "basis"),
    "result_where": ("reports.result_where", "basis"),
    "result_summary": ("reports.result_summary", "text"),
    "result_reason": ("reports.result_reason", "text"),
    "result_officer": ("reports.result_officer", "officer"),
}
"""Sentences with one blank, taken from the catalogue once a table: it is not asked for each of 100,000 rows."""


class Clerk:
    """Writes the rows of one table, numbered, and counts for its totals as they go by.

    `today` is the local day as of which the table is. Protected cases are covered unless they are SHOWN; those to be
    LEFT_OUT must not come here.
    """

    def __init__(self, say: Texts, ward: Ward, today: date, form: Form, protected: Protected) -> None:
        self.say, self.ward, self.today = say, ward, today
        self.masks, self.shows_protected = form == Form.MASKED, protected is Protected.SHOWN
        self.states: Counter[State] = Counter()
        self.on_time = self.marks = self.satisfied = 0
        self.word = lru_cache(maxsize=None)(say.label)
        self.unit, self.group = lru_cache(maxsize=256)(self._unit), lru_cache(maxsize=256)(self._group)
        self.subject, self.authority = lru_cache(maxsize=256)(self._subject), lru_cache(maxsize=256)(self._authority)
        self.dated, self.counted = lru_cache(maxsize=None)(self._dated), lru_cache(maxsize=256)(self._counted)
        self.late_by = lru_cache(maxsize=4096)(self._late_by)
        self.filled = {blank: _around(say, key, name) for blank, (key, name) in BLANKS.items()}

    def rows(self, lines: Iterable[Line]) -> Iterator[Row]:
        """A row each."""
        for number, line in enumerate(lines, start=1):
            state = state_of(line.status, line.due_on, self.today, answered=line.answered_on is not None)
            self._count(line, state)
            hidden = line.protected and not self.shows_protected
            yield self._covered(number, line, state) if hidden else self._open(number, line, state)

    def _count(self, line: Line, state: State) -> None:
        self.states[state] += 1
        if state is State.ANSWERED and _missed(line) is None:
            self.on_time += 1
        if line.mark is not None:
            self.marks += 1
            self.satisfied += satisfied(line.mark)

    def _covered(self, number: int, line: Line, state: State) -> Row:
        """Code, day, subject, unit, due date and status; of all else not even whether there is something."""
        words = self.word("reports.protected")
        known = (number, line.code, line.received_on, "", "", self.subject(line.subject), words, words, "", "")
        return (*known, self.unit(line.unit), line.due_on, words, self.word(STATES[state]), None, "")

    def _open(self, number: int, line: Line, state: State) -> Row:
        content, suggestion, document, result = self._texts(line)
        return (
            number,
            line.code,
            DayAnd(line.received_on, line.source),
            self._business(line),
            self._address(line),
            self.subject(line.subject),
            content,
            suggestion,
            document,
            self._competence(line),
            self._led_by(line),
            line.due_on,
            result,
            self.word(STATES[state]),
            line.followers or None,
            self._notes(line, state),
        )

    def _texts(self, line: Line) -> Sequence[str]:
        """What people wrote, in the columns 7, 8, 9 and 13."""
        written: Sequence[str] = (
            line.text,
            line.suggestion,
            line.document,
            line.result_text or "",
            line.result_basis or "",
        )
        if self.masks:
            known = Known(line.reporter or "", line.business, line.place)
            written = masked(written, known, self.ward.cases.prefix)
        text, suggestion, document, answer, basis = written
        return text, suggestion, document, self._result(line, answer, basis)

    def _business(self, line: Line) -> str:
        if line.anonymous:
            return self.word("reports.unnamed")
        return HIDDEN if self.masks and line.business else line.business

    def _address(self, line: Line) -> str:
        group = self.group(line.neighbourhood)
        if self.masks:
            return group
        spot = "" if line.latitude is None or line.longitude is None else f"{line.latitude:.5f}, {line.longitude:.5f}"
        phone = self._fill("phone", line.phone) if line.phone else ""
        return "; ".join(part for part in (group, line.place, spot, phone) if part)

    def _competence(self, line: Line) -> str:
        if not line.authority:
            return self.word("reports.competence_ward")
        found = self.ward.authority(line.authority)
        return self.word(LEVELS[found.level if found else ""])

    def _led_by(self, line: Line) -> str:
        return self.authority(line.unit, line.authority) if line.authority else self.unit(line.unit)

    def _result(self, line: Line, text: str, basis: str) -> str:
        if line.result_on is None:
            return ""
        declined = line.result_kind == Kind.DECLINE
        summary, founded = ("result_reason", "result_where") if declined else ("result_summary", "result_basis")
        said = (
            self.dated(RESULTS[line.result_kind or ""], line.result_on),
            self._fill(founded, basis),
            self._fill(summary, shortened(text, SUMMARY)),
            self._fill("result_officer", line.result_officer or ""),
        )
        return "\n".join(said)

    def _fill(self, blank: str, value: str) -> str:
        before, after = self.filled[blank]
        return f"{before}{value}{after}"

    def _notes(self, line: Line, state: State) -> str:
        """Column 16. Nothing in it was written by people."""
        if state is State.ANSWERED and not _is_remarkable(line):
            return ""
        found = [*self._of_others(line), *self._of_time(line, state)]
        if line.result_delivery == Delivery.FAILED:
            found.append(self.word("reports.note_untold"))
        if line.files:
            found.append(self.counted("reports.note_files", line.files))
        return "; ".join(found)

    def _of_others(self, line: Line) -> Iterator[str]:
        if line.answered_with:
            yield self.say.label("reports.note_answered_with", code=line.answered_with)
        if line.dossier:
            yield self.say.label("reports.note_dossier", code=line.dossier)

    def _of_time(self, line: Line, state: State) -> Iterator[str]:
        if line.extensions:
            yield self.counted("reports.note_extended", line.extensions)
        if line.disputes:
            yield self.counted("reports.note_disputed", line.disputes)
        if line.status == Status.WAITING and line.silent_on is None:
            yield self.word("reports.note_waiting")
        elif line.status == Status.WAITING and line.silent_on:
            yield self.dated("reports.note_waiting_since", line.silent_on)
        if state is State.OVERDUE:
            yield self.say.label("reports.note_late", days=self.late_by(line.due_on, self.today))
        elif (was_due := _missed(line)) is not None and line.answered_on:
            yield self.say.label("reports.note_was_late", days=self.late_by(was_due, line.answered_on))

    def _dated(self, key: str, day: date) -> str:
        return self.say.label(key, day=in_words(day))

    def _counted(self, key: str, count: int) -> str:
        return self.say.label(key, count=count)

    def _late_by(self, due_on: date, day: date) -> int:
        return -self.ward.calendar.left(day, due_on)

    def _unit(self, name: str) -> str:
        found = self.ward.unit(name)
        return found.short if found else name

    def _group(self, name: str) -> str:
        found = self.ward.group(name)
        return found.name if found else name

    def _subject(self, name: str) -> str:
        found = self.ward.subject(name)
        return found.title if found else name

    def _authority(self, unit: str, name: str) -> str:
        found = self.ward.authority(name)
        return self.say.label("reports.forwarded_to", unit=self.unit(unit), authority=found.name if found else name)

    def totals(self) -> list[Total]:
        """The block under the table, of the rows that went by.

        The states sum to the total: every case is in exactly one of them, see `state_of`. On time is the share of cases
        answered on or before the due date that stood then, among those answered and those overdue without an answer;
        satisfied the share of marks 4 and 5 among all marks given. Where nothing is counted there is no share.
        """
        say, states = self.say.label, self.states
        owed = states[State.ANSWERED] + states[State.OVERDUE]
        parts = [Total(state, say(key), states[state]) for state, key in TOTALS.items()]
        return [
            Total("total", say("reports.total"), states.total()),
            *parts,
            Total("on_time", say("reports.total_on_time"), _share(self.on_time, owed), "100 %", percent=True),
            Total(
                "satisfied",
                say("reports.total_satisfied", count=self.marks),
                _share(self.satisfied, self.marks),
                "≥ 90 %",
                percent=True,
            ),
            Total("electronic", say("reports.total_electronic"), None, "100 %", percent=True),
            Total("reused", say("reports.total_reused"), None, "≥ 80 %", percent=True),
        ]


TOTALS = {
    State.ANSWERED: "reports.total_answered",
    State.IN_PROGRESS: "reports.total_in_progress",
    State.FORWARDED: "reports.total_forwarded",
    State.OVERDUE: "reports.total_overdue",
    State.DECLINED: "reports.total_declined",
    State.WITHDRAWN: "reports.total_withdrawn",
    State.UNANSWERED: "reports.total_unanswered",
}


def _is_remarkable(line: Line) -> bool:
    """Whether there may be anything to note of an answered case."""
    noted = line.answered_with or line.dossier or line.extensions or line.disputes or line.files
    return bool(noted or line.result_delivery == Delivery.FAILED or _missed(line))


def _around(say: Texts, key: str, name: str) -> tuple[str, str]:
    """What stands before and behind the blank of a sentence."""
    before, _, after = say.label(key, **{name: "\x00"}).partition("\x00")
    return before, after


def _share(part: int, whole: int) -> float | None:
    """Rounded down to a tenth of a percent: only all is 100 %."""
    return 1000 * part // whole / 1000 if whole else None


def _missed(line: Line) -> date | None:
    """The due date that the first answer missed; None where it came in time or has not come."""
    due_on = line.answered_due_on or line.due_on
    return due_on if line.answered_on is not None and line.answered_on > due_on else None
