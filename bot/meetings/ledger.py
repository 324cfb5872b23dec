"""/camket: what was promised at the meetings and what became of it, in public words, to anybody."""

import re
from collections import Counter
from datetime import date

from markupsafe import Markup

from bot.core.clock import in_words, local_date
from bot.core.replies import column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn, Work
from bot.meetings.keeping import Standing, counted, standing
from db import heard
from db.heard import Place, Promised

WORDS = ("cam kết", "sổ cam kết", "các cam kết", "lời hứa của phường", "phường đã hứa gì", "xem cam kết")
PAGE = 5

STANDINGS = {
    Standing.KEPT: "ledger.kept",
    Standing.KEPT_LATE: "ledger.kept_late",
    Standing.OPEN: "ledger.open",
    Standing.LATE: "ledger.late",
    Standing.GIVEN_UP: "ledger.given_up",
}
NUMBERS = {
    Standing.KEPT_LATE: "ledger.count_kept_late",
    Standing.OPEN: "ledger.count_open",
    Standing.LATE: "ledger.count_late",
    Standing.GIVEN_UP: "ledger.count_given_up",
}


def feature() -> Feature:
    """The routes; they are answered in groups too, for nobody is named."""
    return Feature(
        name="ledger",
        commands=(CommandRoute("camket", show, "ledger.menu", WORDS, in_groups=True),),
        buttons=(ButtonRoute("ledger.page", show, in_groups=True),),
        start_with={"camket": show},
    )


def show(turn: Turn, argument: str) -> None:
    """One page; behind a button, what comes after the promise that it names (`12:20261210:55`)."""
    after = _place(argument)
    found = heard.promised(turn.session, after=after, size=PAGE + 1)
    if not found and after is None:
        turn.reply(turn.say("ledger.none"))
        return
    counts = counted(heard.fates(turn.session), turn.today)
    lines = [turn.say("ledger.title", numbers=numbers(turn, counts)), *_lines(turn, found[:PAGE])]
    more = [turn.button("ledger.older", f"ledger.page:{_named(found[PAGE - 1])}")] if len(found) > PAGE else []
    turn.reply(Markup("\n\n").join(lines), column(more))


def _place(argument: str) -> Place | None:
    """Where the page before ended; None for the first page, and for a button that was made up."""
    parts = re.fullmatch(r"([1-9]\d{0,8}):(\d{4})(\d\d)(\d\d):([1-9]\d{0,8})", argument)
    if parts is None:
        return None
    try:
        return int(parts[1]), date(int(parts[2]), int(parts[3]), int(parts[4])), int(parts[5])
    except ValueError:
        return None


def _named(last: Promised) -> str:
    return f"{last.meeting_id}:{last.due_on:%Y%m%d}:{last.id}"


def numbers(work: Work, counts: Counter[Standing]) -> str:
    """So many, of which how many are kept, open, late; what is none is left out."""
    label = work.app.say.label
    kept = counts[Standing.KEPT] + counts[Standing.KEPT_LATE]
    parts = [label("ledger.count_all", count=counts.total()), label("ledger.count_kept", count=kept)]
    parts += [label(key, count=counts[which]) for which, key in NUMBERS.items() if counts[which]]
    return ", ".join(parts)


def _lines(turn: Turn, found: list[Promised]) -> list[Markup]:
    """The promises, with the meeting above the first of each."""
    lines: list[Markup] = []
    meeting_id = 0
    for each in found:
        if each.meeting_id != meeting_id:
            meeting_id = each.meeting_id
            lines.append(turn.say("ledger.meeting", title=each.title, day=in_words(local_date(each.held_on))))
        lines.append(_line(turn, each))
    return lines


def _line(turn: Turn, each: Promised) -> Markup:
    which = standing(each.due_on, each.status, each.answered_at, turn.today)
    values: dict[str, object] = {}
    if which in {Standing.KEPT, Standing.KEPT_LATE} and each.answered_at:
        values["day"] = in_words(local_date(each.answered_at))
    if which == Standing.LATE:
        values["days"] = (turn.today - each.due_on).days
    fate = turn.app.say.label(STANDINGS[which], **values)
    unit = turn.ward.unit(each.unit)  # as it is now: the case may have gone to another one
    who = unit.name if unit else each.who
    return turn.say("ledger.line", what=each.what, who=who, due=in_words(each.due_on), fate=fate)


def last_time(work: Work) -> Markup:
    """One line for the next invitation: what was promised last time and what became of it; empty if nothing was."""
    meeting = heard.last_with_promises(work.session, work.now)
    if meeting is None:
        return Markup("")
    counts = counted(heard.fates(work.session, meeting.id), work.today)
    day = in_words(local_date(meeting.starts_at))
    return work.say("ledger.last_time", day=day, numbers=numbers(work, counts))
