"""/thongke: the numbers of the term in words, and behind buttons a picture of each, or its numbers line by line."""

from markupsafe import Markup

from bot.core.clock import in_words
from bot.core.replies import Button, Rows
from bot.feature import ButtonRoute, CommandRoute, Feature, Turn
from bot.reports import periods
from bot.reports.figures.cases import ON_TIME_GOAL, SATISFIED_GOAL
from bot.reports.figures.drawing import FIGURES, in_lines
from bot.reports.figures.questions import DECISIONS
from bot.reports.figures.view import View
from bot.reports.figures.weeks import midnight, number, share
from bot.reports.orders import order
from bot.reports.periods import DAY
from db import figures
from db.figures import Scope, Term
from db.staff import Role

ROLES = frozenset({Role.LEADER, Role.CLERK, Role.ADMIN, Role.OFFICER})

CHOICES = (
    ("weeks", "statistics.button_weeks"),
    ("on_time", "statistics.button_on_time"),
    ("open", "statistics.button_open"),
    ("subjects", "statistics.button_subjects"),
    ("satisfaction", "statistics.button_satisfaction"),
    ("questions", "statistics.button_questions"),
)
MORE = {
    "questions": (("asked", "statistics.button_asked"), ("unanswered", "statistics.button_unanswered")),
    "asked": (("unanswered", "statistics.button_unanswered"),),
    "unanswered": (("asked", "statistics.button_asked"),),
}
"""Figures that are offered beside another one."""


def feature() -> Feature:
    """The routes of this feature."""
    return Feature(
        name="statistics",
        commands=(CommandRoute("thongke", overview, "statistics.menu", ("thống kê", "biểu đồ"), roles=ROLES),),
        buttons=(
            ButtonRoute("thongke", of_unit, roles=ROLES),
            ButtonRoute("thongke.draw", draw, roles=ROLES),
            ButtonRoute("thongke.words", in_words_instead, roles=ROLES),
        ),
    )


def overview(turn: Turn, _argument: str) -> None:
    """/thongke: the whole ward."""
    of_unit(turn, "")


def of_unit(turn: Turn, unit: str) -> None:
    """The most important numbers of the term, of the whole ward or one's own unit."""
    view = _view(turn, unit)
    lines = [*_cases(turn, view), _questions(turn), Markup.escape(view.foot), turn.say("statistics.choose")]
    rows = [turn.button(label, f"thongke.draw:{which}:{view.scope.unit}") for which, label in CHOICES]
    turn.reply(Markup("\n").join(lines), (*_pairs(rows), *_other_scope(turn, view)))


def _view(turn: Turn, unit: str) -> View:
    """Whole-ward totals are for all of the staff; whose unit a button names otherwise sees the whole ward."""
    staff = turn.staff
    own = unit if staff and staff.unit == unit else ""
    protected = staff is not None and staff.role == Role.LEADER
    return View(turn.session, turn.app.say, turn.ward, turn.now, Scope(own, protected))


def _cases(turn: Turn, view: View) -> list[Markup]:
    period, say = periods.month(turn.today), turn.say
    since, until = midnight(period.since), midnight(period.until + DAY)
    found = figures.of_term(view.session, view.scope, since, until, turn.today)
    late = figures.late_now(view.session, view.scope, turn.today)
    return [
        say("statistics.overview", since=in_words(period.since), until=in_words(period.until), who=view.who),
        say("statistics.received", received=number(found.received), answered=number(found.answered)),
        _on_time(turn, found),
        say("statistics.late", late=number(late)),
        _satisfied(turn, found),
    ]


def _on_time(turn: Turn, found: Term) -> Markup:
    """Of all that should be answered by now, as in the table that is exported: late ones still open count too."""
    whole = found.answered + found.late
    if not whole:
        return turn.say("statistics.on_time_none", goal=ON_TIME_GOAL)
    return turn.say("statistics.on_time", share=share(found.on_time, whole), goal=ON_TIME_GOAL)


def _satisfied(turn: Turn, found: Term) -> Markup:
    if not found.marked:
        return turn.say("statistics.satisfied_none", goal=SATISFIED_GOAL)
    of = {"share": share(found.satisfied, found.marked), "marked": number(found.marked)}
    return turn.say("statistics.satisfied", goal=SATISFIED_GOAL, **of)


def _questions(turn: Turn) -> Markup:
    counts = dict.fromkeys(DECISIONS, 0)
    found = figures.questions_by_day(turn.session, midnight(periods.month(turn.today).since))
    for (_, decision), count in found.items():
        counts[decision] = counts.get(decision, 0) + count
    asked = sum(counts[decision] for decision in DECISIONS)
    return turn.say("statistics.questions", asked=number(asked), answered=number(counts["answer"]))


def _other_scope(turn: Turn, view: View) -> Rows:
    if view.scope.unit:
        return ((turn.button("statistics.button_whole_ward", "thongke"),),)
    own = turn.staff.unit if turn.staff else ""
    return ((turn.button("statistics.button_own_unit", f"thongke:{own}"),),) if own else ()


def _pairs(buttons: list[Button]) -> Rows:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def draw(turn: Turn, argument: str) -> None:
    """Order the picture, and offer the numbers at once."""
    which, _, unit = argument.partition(":")
    if which not in FIGURES:
        turn.reply(turn.say("turn.old_button"))
        return
    own = _view(turn, unit).scope.unit
    order(turn, "figures", {"which": which, "unit": own})
    worded = (turn.button("statistics.button_worded", f"thongke.words:{which}:{own}"),)
    turn.reply(turn.say("statistics.drawing"), (worded, *_onwards(turn, which, own)))


def in_words_instead(turn: Turn, argument: str) -> None:
    """The numbers of a figure, for who would rather read."""
    which, _, unit = argument.partition(":")
    if which not in FIGURES:
        turn.reply(turn.say("turn.old_button"))
        return
    view = _view(turn, unit)
    lines = in_lines(FIGURES[which](view))
    turn.reply(Markup("\n").join(lines), _onwards(turn, which, view.scope.unit))


def _onwards(turn: Turn, which: str, unit: str) -> Rows:
    more = tuple(turn.button(label, f"thongke.draw:{other}:{unit}") for other, label in MORE.get(which, ()))
    back = (turn.button("statistics.button_back", f"thongke:{unit}"),)
    return (more, back) if more else (back,)
