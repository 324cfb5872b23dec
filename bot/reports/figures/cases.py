"""Figures about cases: received and answered, on time, open, their subjects, how satisfied their owners are."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.core.clock import local_date
from bot.core.workdays import WorkCalendar
from bot.papers.chart import Bar, Bars, Columns, Goal, Series
from bot.reports.figures.view import Seen, View
from bot.reports.figures.weeks import by_week, number, share
from db import figures

ON_TIME_GOAL, SATISFIED_GOAL = 100, 90
"""The plan's targets in percent."""

AGES = (5, 10, 20)
"""Up to so many working days open; older than the last is a class of its own."""

AGE_NAMES = ("figures.age_0", "figures.age_1", "figures.age_2", "figures.age_3")

MARKS = (5, 4, 3, 2, 1)
MOST_SUBJECTS = 12


def by_weeks(view: View) -> Seen:
    """How many cases came in and how many were answered, by week."""
    received, answered, punctual = _weekly(view)
    say = view.say
    chart = Columns(
        title=say.label("figures.weeks_title"),
        lines=[say.label("figures.in_weeks", who=view.who, count=len(view.weeks))],
        steps=view.steps(),
        series=[
            Series(say.label("figures.received"), received),
            Series(say.label("figures.answered"), answered),
        ],
        shown=[[number(count) for count in received], [number(count) for count in answered]],
        empty=say.label("figures.nothing"),
        foot=view.foot,
    )
    counts = zip(view.weeks, received, answered, punctual, strict=True)
    rows = [_came_and_went(view, view.week(week), *each) for week, *each in counts]
    sums = _came_and_went(view, view.all_weeks, sum(received), sum(answered), sum(punctual))
    nothing = say("figures.none_received", count=len(view.weeks))
    return Seen(chart, [nothing] if chart.is_empty else [rows[-1], sums], [*rows, sums])


def _came_and_went(view: View, when: str, received: int, answered: int, punctual: int) -> Markup:
    counts = {"when": when, "received": number(received), "answered": number(answered)}
    if not answered:
        return view.say("figures.weeks_none_answered", when=when, received=number(received))
    return view.say("figures.weeks_row", share=share(punctual, answered), goal=ON_TIME_GOAL, **counts)


def _weekly(view: View) -> tuple[list[int], list[int], list[int]]:
    """Received, answered, answered on time, by week."""
    came = figures.received_by_day(view.session, view.scope, view.since)
    found = figures.answered_by_day(view.session, view.scope, view.since)
    answered = by_week(view.weeks, {day: one.count for day, one in found.items()})
    on_time = by_week(view.weeks, {day: one.on_time for day, one in found.items()})
    return by_week(view.weeks, came), answered, on_time


def on_time(view: View) -> Seen:
    """Which share of the answers of each week came on or before the due date."""
    _, answered, punctual = _weekly(view)
    say = view.say
    late = figures.late_now(view.session, view.scope, local_date(view.now))
    rows = list(zip(punctual, answered, strict=True))
    chart = Columns(
        title=say.label("figures.on_time_title"),
        lines=[say.label("figures.in_weeks", who=view.who, count=len(view.weeks))],
        steps=view.steps(),
        series=[Series(say.label("figures.on_time"), [100 * part / whole if whole else None for part, whole in rows])],
        shown=[[share(part, whole).removesuffix(" %") for part, whole in rows]],
        empty=say.label("figures.nothing" if not sum(answered) else "figures.none_on_time"),
        top=100,
        unit=" %",
        goal=Goal(ON_TIME_GOAL, say.label("figures.goal", goal=ON_TIME_GOAL)),
        foot=view.foot,
    )
    weekly = zip(view.weeks, punctual, answered, strict=True)
    words = [_punctual(view, view.week(week), part, whole) for week, part, whole in weekly]
    sums = _punctual(view, view.all_weeks, sum(punctual), sum(answered))
    now = say("figures.late_now", count=number(late)) if late else say("figures.none_late")
    return Seen(chart, [words[-1], sums, now], [*words, sums, now])


def _punctual(view: View, when: str, part: int, whole: int) -> Markup:
    if not whole:
        return view.say("figures.on_time_none", when=when)
    counts = {"part": number(part), "whole": number(whole), "share": share(part, whole)}
    return view.say("figures.on_time_row", when=when, **counts)


def age_bounds(calendar: WorkCalendar, now: datetime) -> list[datetime]:
    """From which moment on a case received counts as at most 5, 10, 20 working days old.

    Day zero is the day on which it counts as received: what comes after the closing is the next working day's.
    """
    today = local_date(now)
    here = today if calendar.is_workday(today) else calendar.add(today, -1)
    return [calendar.closing(calendar.add(here, -days - 1)) for days in AGES]


def still_open(view: View) -> Seen:
    """The open cases of each unit by the working days since they were received."""
    say, today = view.say, local_date(view.now)
    found = figures.open_by_unit(view.session, view.scope, age_bounds(view.ward.calendar, view.now), today)
    rows = _units(found)
    names = [say.label(name) for name in AGE_NAMES]
    chart = Bars(
        title=say.label("figures.open_title"),
        lines=[view.who],
        bars=[Bar(_unit(view, unit), ages, _standing(view, sum(ages), late)) for unit, ages, late in rows],
        empty=say.label("figures.nothing_open"),
        names=names,
        foot=view.foot,
    )
    caption = _open_caption(view, rows)
    words = [_unit_in_words(view, unit, ages, late, names) for unit, ages, late in rows]
    return Seen(chart, caption, [*words, caption[0]])


UnitRow = tuple[str, list[int], int]


def _units(found: Sequence[figures.OpenOfUnit]) -> list[UnitRow]:
    """Each unit with its cases by age and how many of them are late; who has most stands first."""
    ages: dict[str, list[int]] = {}
    late: dict[str, int] = {}
    for row in found:
        ages.setdefault(row.unit, [0] * len(AGE_NAMES))[row.age] += row.count
        late[row.unit] = late.get(row.unit, 0) + row.late
    return sorted(((unit, ages[unit], late[unit]) for unit in ages), key=lambda row: (-sum(row[1]), row[0]))


def _unit(view: View, name: str) -> str:
    unit = view.ward.unit(name)
    return unit.name if unit else name


def _standing(view: View, count: int, late: int) -> str:
    if late:
        return view.say.label("figures.open_late", count=number(count), late=number(late))
    return view.say.label("figures.open_count", count=number(count))


def _unit_in_words(view: View, unit: str, ages: list[int], late: int, names: list[str]) -> Markup:
    parts = ", ".join(f"{name}: {number(count)}" for name, count in zip(names, ages, strict=True) if count)
    standing = _standing(view, sum(ages), late)
    return view.say("figures.open_row", unit=_unit(view, unit), standing=standing, parts=parts)


def _open_caption(view: View, rows: Sequence[UnitRow]) -> list[Markup]:
    if not rows:
        return [view.say("figures.nothing_open")]
    count, late = sum(sum(ages) for _, ages, _ in rows), sum(late for *_, late in rows)
    old = sum(ages[-1] for _, ages, _ in rows)
    said = view.say("figures.open_all", count=number(count), late=number(late), old=number(old), days=AGES[-1])
    most = view.say("figures.open_most", unit=_unit(view, rows[0][0]), count=number(sum(rows[0][1])))
    return [said, most] if len(rows) > 1 else [said]


def subjects(view: View) -> Seen:
    """What the cases received are about."""
    say = view.say
    rows = [(_subject(view, name), count) for name, count in _counted_subjects(view)]
    whole = sum(count for _, count in rows)
    chart = Bars(
        title=say.label("figures.subjects_title"),
        lines=[say.label("figures.in_weeks", who=view.who, count=len(view.weeks))],
        bars=[Bar(title, [count], f"{number(count)} ({share(count, whole)})") for title, count in rows],
        empty=say.label("figures.nothing"),
        foot=view.foot,
    )
    words = [
        say("figures.subject_row", title=title, count=number(count), share=share(count, whole)) for title, count in rows
    ]
    return Seen(chart, [_most(view, rows, whole)], words)


def _most(view: View, rows: Sequence[tuple[str, int]], whole: int) -> Markup:
    if not rows:
        return view.say("figures.none_received", count=len(view.weeks))
    most = "; ".join(f"{title} ({number(count)})" for title, count in rows[:3])
    return view.say("figures.subjects_all", weeks=len(view.weeks), count=number(whole), most=most)


def _counted_subjects(view: View) -> list[tuple[str, int]]:
    """The most frequent ones; the others under no name of their own."""
    found = figures.by_subject(view.session, view.scope, view.since)
    rest = sum(count for _, count in found[MOST_SUBJECTS:])
    return [*found[:MOST_SUBJECTS], *([("", rest)] if rest else ())]


def _subject(view: View, name: str) -> str:
    subject = view.ward.subject(name)
    return subject.title if subject else name or view.say.label("figures.other_subjects")


def satisfaction(view: View) -> Seen:
    """The marks of the owners, and which share of them is 4 or 5."""
    say = view.say
    found = figures.marks(view.session, view.scope, view.since)
    whole, good = sum(found.values()), found.get(4, 0) + found.get(5, 0)
    goal = Goal(SATISFIED_GOAL / 100, say.label("figures.goal_from", goal=SATISFIED_GOAL))
    rows = [(say.label(f"mine.mark_{mark}"), found.get(mark, 0)) for mark in MARKS]
    gauge = Bar(say.label("figures.satisfied"), [good / whole if whole else 0], share(good, whole), of=1, goal=goal)
    chart = Bars(
        title=say.label("figures.satisfaction_title"),
        lines=[say.label("figures.marked", who=view.who, count=number(whole), weeks=len(view.weeks))],
        bars=[gauge, *(Bar(label, [count], number(count)) for label, count in rows)],
        empty=say.label("figures.nothing"),
        foot=view.foot,
    )
    words = [say("figures.mark_row", label=label, count=number(count)) for label, count in rows]
    said = _satisfied(view, good, whole)
    return Seen(chart, [said], [*words, said])


def _satisfied(view: View, good: int, whole: int) -> Markup:
    if not whole:
        return view.say("figures.satisfaction_none", weeks=len(view.weeks))
    counts = {"good": number(good), "whole": number(whole), "share": share(good, whole)}
    return view.say("figures.satisfaction_all", weeks=len(view.weeks), goal=SATISFIED_GOAL, **counts)
