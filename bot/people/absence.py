"""/vang: somebody is away from one day to another, and a colleague does the work meanwhile."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from bot import dialogue
from bot.core.accept import one_of
from bot.core.clock import Clock, in_words, local_date
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.core.replies import Reply, column
from bot.feature import Turn
from bot.people.staff import IN_CHARGE, title
from db.drafts import DraftRow
from db.staff import Role, Staff, all_serving

FLOW = "staff_away"
DAY = timedelta(days=1)
FARTHEST = timedelta(days=366)
RELATIVE = {"hom nay": 0, "nay": 0, "mai": 1, "ngay kia": 2, "kia": 2, "mot": 2}
MOST_COLLEAGUES = 50
"""Buttons of colleagues in one message; Telegram takes 100."""


def away_flow(clock: Clock) -> Flow:
    """The dialogue: which days, who stands in."""

    def today() -> date:
        return local_date(clock())

    def near(_answers: Answers) -> list[Choice]:
        return [Choice(in_words(today()), "staff.today"), Choice(in_words(today() + DAY), "staff.tomorrow")]

    return Flow(
        FLOW,
        (
            Question("days", days(today), choices=near),
            Question("substitute", one_of(()), choices=listed("colleagues"), when=_has_colleagues),
        ),
    )


def _has_colleagues(answers: Answers) -> bool:
    return bool(answers["colleagues"])


def listed(name: str) -> Callable[[Answers], list[Choice]]:
    """Choices that were put among the answers when the dialogue began, each as `row` writes it."""

    def choices(answers: Answers) -> list[Choice]:
        rows = answers.get(name)
        parted = [row.partition("=") for row in rows] if isinstance(rows, list) else []
        return [Choice(value, label) for value, _, label in parted]

    return choices


def row(value: object, label: str) -> str:
    """One choice for `listed`; the value holds no equals sign."""
    return f"{value}={label}"


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both included."""

    first: date
    last: date

    def meets(self, staff: Staff) -> bool:
        """Whether somebody is absent on one of these days."""
        since, until = staff.absent_from, staff.absent_until
        return since is not None and until is not None and since <= self.last and self.first <= until

    def __str__(self) -> str:
        return in_words(self.first) if self.first == self.last else f"{in_words(self.first)} - {in_words(self.last)}"


def days(today: Callable[[], date]) -> Callable[[What], Value | Invalid]:
    """Days as people type them: "mai", "5/12", "05/12/2026", "từ mai đến 10/12", "5-10/12"; kept as `Days` shows them.

    Without a year the next such day is meant. At the earliest today, at the latest in a year.
    """

    def accept(what: What) -> Value | Invalid:
        read = read_days(what.text, today()) if isinstance(what, Text) else None
        if read is None:
            return invalid("staff.days_wanted")
        if read.last < read.first:
            return invalid("staff.days_backwards")
        if read.first < today():
            return invalid("staff.days_past", today=in_words(today()))
        return invalid("staff.days_far") if read.last > today() + FARTHEST else str(read)

    return accept


def read_days(typed: str, today: date) -> Days | None:
    """The days that a text names; None where it names none."""
    said = re.sub(r"\b(tu|het|ngay(?! kia))\b", " ", _folded(typed)).replace("–", "-")
    parts = [" ".join(part.split()) for part in re.split(r"-|\bden\b|\btoi\b", said)]
    if len(parts) > 2 or not all(parts):
        return None
    month = re.fullmatch(r"\d{1,2}[/.](\d{1,2})([/.]\d+)?", parts[-1])
    if re.fullmatch(r"\d{1,2}", parts[0]) and month:
        parts[0] = f"{parts[0]}/{month[1]}{month[2] or ''}"
    first = _day(parts[0], today, today)
    last = _day(parts[-1], today, first or today)
    return Days(first, last) if first and last else None


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _day(text: str, today: date, earliest: date) -> date | None:
    if text in RELATIVE:
        return today + RELATIVE[text] * DAY
    parts = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})(?:[/.]([0-9]{4}|[0-9]{2}))?", text)
    if not parts:
        return None
    day, month, year = (int(part or 0) for part in parts.groups())
    if parts[3]:
        return _date(year if len(parts[3]) == 4 else 2000 + year, month, day)
    found = (_date(after, month, day) for after in range(earliest.year, earliest.year + 2))
    return next((one for one in found if one and one >= earliest), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def away(turn: Turn, _argument: str) -> None:
    """/vang: ask for an absence, or show the one that there is."""
    if turn.staff is None:
        return
    if coming(turn.staff, turn.today):
        end = turn.button("staff.button_back", f"crew.back:{turn.staff.id}")
        turn.reply(turn.say("staff.away_yours", absence=absence(turn, turn.staff)), column((end,)))
    else:
        ask(turn, turn.staff)


def coming(staff: Staff, today: date) -> bool:
    """Whether somebody is absent or is going to be."""
    return staff.absent_until is not None and staff.absent_until >= today


def absence(turn: Turn, staff: Staff) -> Markup:
    """The days and the substitute in words."""
    shown = Days(staff.absent_from or turn.today, staff.absent_until or turn.today)
    substitute = turn.session.get(Staff, staff.substitute_id) if staff.substitute_id else None
    if substitute is None or substitute.until is not None:
        return turn.say("staff.absence_alone", days=shown)
    return turn.say("staff.absence", days=shown, name=substitute.name)


def ask(turn: Turn, staff: Staff) -> None:
    """Begin the dialogue about one's own absence, or about somebody else's."""
    names = [row(one.id, f"{one.name} ({title(turn, one).unescape()})") for one in _colleagues(turn, staff)]
    dialogue.start(turn, FLOW, {"who": staff.id, "colleagues": list(names[:MOST_COLLEAGUES])})


def _colleagues(turn: Turn, staff: Staff) -> Sequence[Staff]:
    """Those of one's own unit, or of one's own role where it has none; anybody if those in charge choose."""
    others = [other for other in all_serving(turn.session) if other.id != staff.id]
    near = [other for other in others if (other.unit == staff.unit if staff.unit else other.role == staff.role)]
    if turn.staff is None or turn.staff.role not in IN_CHARGE:
        return near
    return [*near, *(other for other in others if other not in near)]


def named(turn: Turn, argument: str) -> Staff | None:
    """Whom a button names, serving or not; None for a forged one."""
    return turn.session.get(Staff, int(argument)) if re.fullmatch(r"[0-9]{1,9}", argument) else None


def may_change(actor: Staff | None, staff: Staff) -> bool:
    """One's own absence, or anybody's for those in charge; of those who still serve."""
    return actor is not None and staff.until is None and (actor.id == staff.id or Role(actor.role) in IN_CHARGE)


def given(turn: Turn, _draft: DraftRow, answers: Answers) -> None:
    """The dialogue is complete."""
    staff = turn.session.get_one(Staff, int(str(answers["who"])))
    _refresh(turn, staff)
    substitute = turn.session.get(Staff, int(str(answers["substitute"]))) if answers.get("substitute") else None
    when = read_days(str(answers["days"]), turn.today)
    if not may_change(turn.staff, staff):
        turn.reply(turn.say("turn.old_button"))
    elif when is None or when.last < turn.today or (substitute and substitute.until is not None):
        turn.reply(turn.say("staff.away_again"))
        ask(turn, staff)
    else:
        _set(turn, staff, when, substitute)


def _set(turn: Turn, staff: Staff, when: Days, substitute: Staff | None) -> None:
    staff.absent_from, staff.absent_until = when.first, when.last
    staff.substitute_id = substitute.id if substitute else None
    turn.session.flush()
    turn.reply(turn.say("staff.away_kept", name=staff.name, absence=absence(turn, staff)))
    if substitute and when.meets(substitute):
        turn.reply(turn.say("staff.away_both", name=substitute.name))
    _tell(turn, staff, turn.say("staff.away_told", absence=absence(turn, staff)))
    if substitute:
        _tell(turn, substitute, turn.say("staff.stand_in", name=staff.name, days=when))


def back(turn: Turn, argument: str) -> None:
    """Somebody is back, or does not go away after all."""
    staff = named(turn, argument)
    if staff:
        _refresh(turn, staff)
    if staff is None or not may_change(turn.staff, staff) or not coming(staff, turn.today):
        turn.reply(turn.say("turn.old_button"))
        return
    substitute = turn.session.get(Staff, staff.substitute_id) if staff.substitute_id else None
    staff.absent_from = staff.absent_until = staff.substitute_id = None
    turn.reply(turn.say("staff.back", name=staff.name))
    _tell(turn, staff, turn.say("staff.back_told"))
    if substitute and substitute.until is None:
        _tell(turn, substitute, turn.say("staff.stand_in_over", name=staff.name))


def _refresh(turn: Turn, staff: Staff) -> None:
    """As they are now: somebody else may say something about their absence too."""
    turn.session.flush()
    turn.session.refresh(staff, with_for_update={"key_share": True})


def _tell(turn: Turn, staff: Staff, said: Markup) -> None:
    """To somebody else than who does it."""
    if turn.staff and staff.id != turn.staff.id:
        turn.tell(staff.person_id, Reply(said), f"{turn.key}:staff:{staff.id}")
