"""What is written for everybody to read: that it names nobody, and that a promise can be kept or broken."""

from datetime import date

from markupsafe import Markup

from bot.cases.substance import is_substance
from bot.core.accept import words
from bot.core.choices import plain
from bot.core.clock import in_words
from bot.core.events import What
from bot.core.flow import Invalid, Value, invalid
from bot.core.masking import masked
from bot.feature import Turn
from db.cases import Case
from db.drafts import DraftRow
from db.meetings import MeetingQuestion
from db.staff import Role

READERS = frozenset({Role.OFFICER, Role.CLERK, Role.LEADER})
LONGEST_PROMISE = 500


def promised(what: What) -> Value | Invalid:
    """Words that can be kept or broken; "sẽ xem xét" is no promise."""
    said = words(LONGEST_PROMISE)(what)
    return invalid("hearing.no_promise") if isinstance(said, str) and not is_substance(said) else said


def reads(_turn: Turn, row: DraftRow, name: str) -> str | None:
    """The day of a promise as people write it."""
    return in_words(date.fromisoformat(str(row.answers["by"]))) if name == "by" else None


def warnings(turn: Turn, draft: DraftRow) -> list[Markup]:
    """What in a text for everybody looks as if it named somebody; people decide."""
    said = str(draft.answers.get("wording") or draft.answers.get("what") or "")
    found = [turn.say("hearing.warn_number")] if masked(said) != said else []
    row = turn.session.get(MeetingQuestion, int(str(draft.answers.get("question") or 0)))
    case = turn.session.get(Case, row.case_id) if row else None
    name = plain(case.business) if case else ""
    if name and f" {name} " in f" {plain(said)} ":
        found.append(turn.say("hearing.warn_name"))
    return found
