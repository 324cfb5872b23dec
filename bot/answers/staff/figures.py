"""/hoidap: how much was asked and how well it was answered, by week and by subject; numbers and titles only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import reduce
from operator import add

from markupsafe import Markup

import faq
from bot.answers.library import Library
from bot.answers.staff import weeks
from bot.answers.wording import shortened
from bot.core.clock import local_date
from bot.core.replies import Button, Rows, column
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn
from db import question_figures, unanswered_rows
from db.question_figures import Asked
from db.staff import Role

ROLES = frozenset({Role.LEADER, Role.OFFICER, Role.CLERK, Role.ADMIN})
WORDS = ("số liệu hỏi đáp", "thống kê hỏi đáp")
SPAN = 8
MOST = 5
TITLE = 90
ALL, UNKNOWN, GONE = "-", "?", "x"
"""What stands for a subject: all of them, the questions of none, the entries that are no more."""

PARTS = {
    "asked": "hoidap.part_asked",
    "answered": "hoidap.part_answered",
    "suggested": "hoidap.part_suggested",
    "chosen": "hoidap.part_chosen",
    "unanswered": "hoidap.part_unanswered",
    "passed_on": "hoidap.part_passed_on",
    "helped": "hoidap.part_helped",
    "failed": "hoidap.part_failed",
    "reported": "hoidap.part_reported",
}

Counts = dict[date, dict[str, Asked]]
"""By week, then by subject."""


class Figures:
    """The handlers; which subject an entry belongs to is what is answered at the moment."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def feature(self) -> Feature:
        """The routes."""
        return Feature(
            name="hoidap",
            commands=(CommandRoute("hoidap", self.overview, "hoidap.menu", WORDS, roles=ROLES),),
            buttons=(
                ButtonRoute("hoidap", self.again, roles=ROLES),
                ButtonRoute("hoidap.subjects", self.subjects, roles=ROLES),
                ButtonRoute("hoidap.weeks", self.by_week, roles=ROLES),
            ),
        )

    def overview(self, turn: Turn, _argument: str) -> None:
        """/hoidap: this week and the last one."""
        self._two_weeks(turn, "")

    def again(self, turn: Turn, argument: str) -> None:
        """Another week and the one before it, in the place of those shown."""
        self._two_weeks(turn, argument)
        turn.replaces = True

    def _two_weeks(self, turn: Turn, argument: str) -> None:
        first, last = _ends(turn)
        week = weeks.asked_for(argument, first, last)
        mondays = weeks.up_to(week, 2)
        counts = self._counted(turn, mondays)
        shown = [_week_in_full(turn, day, _sum(counts[day].values())) for day in reversed(mondays)]
        said = [turn.say("hoidap.title"), *shown, *self._most(turn, mondays), *_waiting(turn)]
        pages = _pages(turn, "hoidap", week, 1, (first, last), earlier=mondays[0] > first)
        more = turn.button("hoidap.button_subjects", f"hoidap.subjects:{week}", weeks=SPAN)
        turn.reply(Markup("\n\n").join(said), (*pages, (more,)))

    def subjects(self, turn: Turn, argument: str) -> None:
        """Eight weeks by subject."""
        first, last = _ends(turn)
        week = weeks.asked_for(argument, first, last)
        mondays = weeks.up_to(week, SPAN)
        sums = _by_subject(self._counted(turn, mondays))
        titles = {ALL: turn.app.say.label("hoidap.all"), **self._titles(turn)}
        sums = {ALL: _sum(sums.values()), **sums}
        rows = [(name, title) for name, title in titles.items() if name in sums]
        lines = [turn.say("hoidap.row", title=title, counts=_parts(turn, sums[name])) for name, title in rows]
        said = [turn.say("hoidap.subjects", first=_day(mondays[0]), last=_ended(mondays[-1])), *lines]
        pages = _pages(turn, "hoidap.subjects", week, SPAN, (first, last), earlier=mondays[0] > first)
        shown = [Button(shortened(title), f"hoidap.weeks:{week}:{name}") for name, title in rows]
        turn.reply(Markup("\n").join(said), (*column(shown), *pages, (_back(turn, week),)))
        turn.replaces = True

    def by_week(self, turn: Turn, argument: str) -> None:
        """One subject, week by week."""
        named, _, subject = argument.partition(":")
        titles = {ALL: turn.app.say.label("hoidap.all"), **self._titles(turn)}
        if subject not in titles:
            turn.reply(turn.say("turn.old_button"))
            return
        week = weeks.asked_for(named, *_ends(turn))
        counts = self._counted(turn, weeks.up_to(week, SPAN))
        of_week = {day: _of(found, subject) for day, found in counts.items()}
        rows = [
            *((turn.say("hoidap.week", first=_day(day), last=_ended(day)), found) for day, found in of_week.items()),
            (turn.say("hoidap.sum", weeks=SPAN), _sum(of_week.values())),
        ]
        lines = [turn.say("hoidap.row", title=title, counts=_parts(turn, found)) for title, found in rows]
        back = turn.button("hoidap.button_subjects", f"hoidap.subjects:{week}", weeks=SPAN)
        turn.reply(Markup("\n").join([turn.say("hoidap.subject", title=titles[subject]), *lines]), column((back,)))
        turn.replaces = True

    def _counted(self, turn: Turn, mondays: list[date]) -> Counts:
        entries = self.library.held(turn.session).content.entries
        counts: Counts = {day: defaultdict(Asked) for day in mondays}
        for cell in question_figures.by_week_and_entry(turn.session, weeks.bounds(mondays)):
            counts[mondays[cell.week]][_subject(entries.get(cell.entry), cell.entry)] += cell.counts
        return counts

    def _titles(self, turn: Turn) -> dict[str, str]:
        """The subjects in their order, then what belongs to none."""
        say, known = turn.app.say, self.library.held(turn.session).content.categories
        return {**known, GONE: say.label("hoidap.gone"), UNKNOWN: say.label("hoidap.unknown")}

    def _most(self, turn: Turn, mondays: list[date]) -> list[Markup]:
        """The entries that were asked for most in these weeks."""
        begun, *_, ended = weeks.bounds(mondays)
        entries = self.library.held(turn.session).content.entries
        found = question_figures.most_asked(turn.session, begun, ended, MOST)
        known = [(entries[name].question if name in entries else name, count) for name, count in found]
        lines = [turn.say("hoidap.most_row", title=shortened(title, TITLE), count=_n(count)) for title, count in known]
        return [Markup("\n").join([turn.say("hoidap.most"), *lines])] if lines else []


def _ends(turn: Turn) -> tuple[date, date]:
    """The first week in which somebody asked, and this one."""
    begun = question_figures.first_asked(turn.session)
    return weeks.monday(local_date(begun) if begun else turn.today), weeks.monday(turn.today)


def _subject(entry: faq.Entry | None, name: str) -> str:
    return entry.category if entry else GONE if name else UNKNOWN


def _sum(counts: Iterable[Asked]) -> Asked:
    return reduce(add, counts, Asked())


def _of(found: dict[str, Asked], subject: str) -> Asked:
    return _sum(found.values()) if subject == ALL else found.get(subject, Asked())


def _by_subject(counts: Counts) -> dict[str, Asked]:
    sums: dict[str, Asked] = defaultdict(Asked)
    for found in counts.values():
        for subject, asked in found.items():
            sums[subject] += asked
    return sums


def _week_in_full(turn: Turn, day: date, found: Asked) -> Markup:
    """Each number on a line of its own."""
    this = day == weeks.monday(turn.today)
    head = turn.say("hoidap.this_week" if this else "hoidap.a_week", first=_day(day), last=_ended(day))
    if found == Asked():
        return Markup("\n").join((head, turn.say("hoidap.nothing")))
    counts = {name: _n(getattr(found, name)) for name in vars(found)}
    return Markup("\n").join((head, turn.say("hoidap.counts", **counts, share=_share(found.answered, found.asked))))


def _parts(turn: Turn, found: Asked) -> str:
    """What is not nought, in a row."""
    parts = [turn.app.say.label(key, count=_n(count)) for name, key in PARTS.items() if (count := getattr(found, name))]
    return ", ".join(parts) or turn.app.say.label("hoidap.part_none")


def _waiting(turn: Turn) -> Sequence[Markup]:
    """How much waits for staff; whoever may not read it learns the number alone."""
    count = unanswered_rows.count_open(turn.session)
    admin = turn.staff is not None and turn.staff.role == Role.ADMIN
    return [turn.say("hoidap.waiting_count" if admin else "hoidap.waiting", count=_n(count))] if count else []


def _pages(turn: Turn, name: str, week: date, step: int, ends: tuple[date, date], *, earlier: bool) -> Rows:
    """To the weeks before and after those shown, where there are any."""
    first, last = ends
    before = [turn.button("hoidap.button_earlier", f"{name}:{max(first, week - weeks.WEEK * step)}")] if earlier else []
    after = [turn.button("hoidap.button_later", f"{name}:{min(last, week + weeks.WEEK * step)}")] if week < last else []
    return ((*before, *after),) if before or after else ()


def _back(turn: Turn, week: date) -> Button:
    return turn.button("hoidap.button_back", f"hoidap:{week}")


def _day(day: date) -> str:
    return f"{day:%d/%m}"


def _ended(day: date) -> str:
    """The Sunday of a week."""
    return _day(day + timedelta(days=6))


def _n(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _share(part: int, whole: int) -> str:
    """In whole percent, never more than it is."""
    return f"{100 * part // whole}" if whole else "0"
