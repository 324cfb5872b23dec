"""The figures of the ward by name: each as a picture with its caption, and the same numbers in words."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from markupsafe import Markup

from bot.reports.figures import cases, questions
from bot.reports.figures.view import Seen, View
from db.figures import Scope

if TYPE_CHECKING:
    from bot.reports.exports.table import Press  # what writes spreadsheets is not needed to read a few numbers

FIGURES: Mapping[str, Callable[[View], Seen]] = {
    "weeks": cases.by_weeks,
    "on_time": cases.on_time,
    "open": cases.still_open,
    "subjects": cases.subjects,
    "satisfaction": cases.satisfaction,
    "questions": questions.questions,
    "asked": questions.asked,
    "unanswered": questions.unanswered,
}


def draw(press: "Press", which: str, unit: str, target: Path, *, protected: bool = False) -> Markup:
    """Write a figure as PNG; its caption says what the picture shows.

    `unit` is "" for the whole ward; with `protected` the cases count that only leaders see. Raises KeyError for a
    figure that does not exist.
    """
    seen = _seen(press, which, Scope(unit, protected))
    target.write_bytes(_charts(press.files.folder.parent / "matplotlib").png(seen.chart))
    return Markup("\n").join(_told(seen, seen.caption))


def worded(press: "Press", which: str, unit: str, *, protected: bool = False) -> list[Markup]:
    """The same numbers as lines to read. Raises KeyError for a figure that does not exist."""
    return in_lines(_seen(press, which, Scope(unit, protected)))


def _seen(press: "Press", which: str, scope: Scope) -> Seen:
    with press.database.read() as session:
        return FIGURES[which](View(session, press.say, press.ward, press.now, scope))


def in_lines(seen: Seen) -> list[Markup]:
    """The numbers of a figure; of nothing the sentence that says so."""
    return _told(seen, seen.caption if seen.chart.is_empty else [Markup("• ") + line for line in seen.words])


def _told(seen: Seen, lines: Sequence[Markup]) -> list[Markup]:
    about = Markup(" ({})").format(", ".join(seen.chart.lines))
    return [Markup("<b>{}</b>").format(seen.chart.title) + about, *lines, Markup.escape(seen.chart.foot)]


def _charts(cache: Path) -> ModuleType:
    """matplotlib takes a second to import, and then keeps its list of fonts in a folder that it is told before.

    The home of who runs the bot may be read-only, as in a container.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(cache.absolute()))
    from bot.papers import charts  # noqa: PLC0415 - the reason stands above

    return charts
