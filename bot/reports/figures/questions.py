"""Figures about questions: how many and what became of them, what is asked most, what finds no answer."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

import faq
from bot.core.choices import plain
from bot.papers.chart import Bar, Bars, Columns, Series
from bot.reports.exports.masking import masked
from bot.reports.exports.names import Known
from bot.reports.figures.view import Seen, View
from bot.reports.figures.weeks import by_week, number, share
from db import figures

DECISIONS = {
    "answer": "figures.decision_answer",
    "suggest": "figures.decision_suggest",
    "none": "figures.decision_none",
}
"""What a typed question comes to; greetings and difficulties that were told are no questions."""

MOST = 10
OFTEN = 2
"""Chats. What only one person says stays with them: it may tell of somebody."""

NOBODY = Known()


@dataclass(frozen=True)
class Ranking:
    """The words around a list of texts: its title, the sentence on the first of them, what is said of none."""

    title: str
    most: str
    nothing: str


ASKED = Ranking("figures.asked_title", "figures.asked_most", "figures.asked_nothing")
UNANSWERED = Ranking("figures.unanswered_title", "figures.unanswered_most", "figures.unanswered_nothing")


def questions(view: View) -> Seen:
    """How many questions were asked, and what became of them, by week."""
    counts = _weekly(view)
    say, sums = view.say, [sum(week) for week in zip(*counts, strict=True)]
    names = [say.label(name) for name in DECISIONS.values()]
    chart = Columns(
        title=say.label("figures.questions_title"),
        lines=[_whole_ward(view)],
        steps=view.steps(),
        series=[Series(name, values) for name, values in zip(names, counts, strict=True)],
        shown=[[number(count) for count in sums]],
        empty=say.label("figures.nothing"),
        stacked=True,
        foot=view.as_of,
    )
    rows = [_row(view, view.week(week), parts) for week, *parts in zip(view.weeks, *counts, strict=True)]
    whole = _row(view, view.all_weeks, [sum(values) for values in counts])
    return Seen(chart, [whole] if chart.is_empty else [rows[-1], whole], [*rows, whole])


def _whole_ward(view: View) -> str:
    """Questions belong to no unit."""
    return view.say.label("figures.in_weeks", who=view.say.label("figures.whole_ward"), count=len(view.weeks))


def _weekly(view: View) -> list[list[int]]:
    """Counts by week, a list for each decision."""
    found = figures.questions_by_day(view.session, view.since)
    return [
        by_week(view.weeks, {day: count for (day, taken), count in found.items() if taken == decision})
        for decision in DECISIONS
    ]


def _row(view: View, when: str, parts: Sequence[int]) -> Markup:
    whole = sum(parts)
    if not whole:
        return view.say("figures.questions_none", when=when)
    answered, suggested, none = map(number, parts)
    counts = {"answered": answered, "suggested": suggested, "none": none, "share": share(parts[0], whole)}
    return view.say("figures.questions_row", when=when, whole=number(whole), **counts)


def asked(view: View) -> Seen:
    """The entries that people asked for or opened most."""
    found = figures.entries_by_use(view.session, view.since, MOST)
    return _most(view, ASKED, [(_titles().get(entry, entry), count) for entry, count in found])


@cache
def _titles() -> dict[str, str]:
    """The questions of the entries; what is shipped does not change while a process runs."""
    return {name: entry.question for name, entry in faq.load_content().entries.items()}


def unanswered(view: View) -> Seen:
    """What more than one asked and found no answer to; what a text says of people is masked."""
    rows = often(figures.unanswered(view.session, view.since))
    prefix = view.ward.cases.prefix
    return _most(view, UNANSWERED, [(masked([said], NOBODY, prefix)[0], count) for said, count in rows])


def often(found: Sequence[tuple[str, int, frozenset[int]]]) -> list[tuple[str, int]]:
    """Texts that differ only in case, diacritics or punctuation are one, in the form that is typed most.

    The most frequent first, ten of them, none that only one chat sent, however often.
    """
    counts: Counter[str] = Counter()
    chats: defaultdict[str, set[int]] = defaultdict(set)
    forms: dict[str, tuple[int, str]] = {}
    for folded, text, count, heard_in in ((plain(text), text, count, heard_in) for text, count, heard_in in found):
        counts[folded] += count
        chats[folded] |= heard_in
        forms[folded] = max(forms.get(folded, (0, "")), (count, text))
    told = [(folded, count) for folded, count in counts.items() if folded and len(chats[folded]) >= OFTEN]
    ranked = sorted(told, key=lambda one: (-one[1], one[0]))
    return [(forms[folded][1], count) for folded, count in ranked[:MOST]]


def _most(view: View, of: Ranking, rows: Sequence[tuple[str, int]]) -> Seen:
    """Texts with how often each came."""
    say = view.say
    chart = Bars(
        title=say.label(of.title),
        lines=[_whole_ward(view)],
        bars=[Bar(text, [count], say.label("figures.times", count=number(count))) for text, count in rows],
        empty=say.label(of.nothing),
        foot=view.as_of,
    )
    words = [say("figures.most_row", text=_short(text), count=number(count)) for text, count in rows]
    if not rows:
        return Seen(chart, [say(of.nothing)], words)
    most = say(of.most, text=_short(rows[0][0]), count=number(rows[0][1]), weeks=len(view.weeks))
    return Seen(chart, [most], words)


LONGEST = 160


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
