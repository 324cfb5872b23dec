"""Charts as pictures for a phone: values in, PNG bytes out.

Everything is laid out in pixels, so that a label is measured before it is placed and none is ever cut.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from bot.papers.chart import Bar, Bars, Chart, Columns, Goal
from bot.papers.lettering import FAMILY, drawable, width, wrapped

WIDTH = 1080
MARGIN = 48
ROOM = WIDTH - 2 * MARGIN
BIG, NORMAL, SMALL, TINY = 46, 34, 30, 26
"""Letters in pixels; a phone shows the picture at about a third of them."""

LEADING = 1.32
INK, GREY, GRID, TRACK, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ececec", "#ffffff"

# Okabe and Ito's colours, told apart by the colour-blind as well.
SIDE_BY_SIDE = ("#0072b2", "#e69f00", "#5c5c5c")
# One hue from light to dark for what is a degree of the same.
DEGREES = ("#bcd9ee", "#6aaed6", "#2878b5", "#0b3c6f")

PLOT = 560
THICK = 46

Side = Literal["left", "center", "right"]


@dataclass
class Sheet:
    """A picture that grows downwards: what is drawn on it, and where it ends by now, in pixels from its top."""

    y: float = MARGIN
    drawn: list[Callable[[float], Artist]] = field(default_factory=list)

    def text(self, x: float, y: float, said: str, size: float, *, color: str = INK, at: Side = "left") -> None:
        """One line of letters with its middle at `y`."""
        weight = "bold" if size == BIG else "normal"

        def place(height: float) -> Artist:
            placed = Text(x, height - y, said, color=color, ha=at, va="center", parse_math=False)
            placed.set(fontfamily=FAMILY, fontsize=size, fontweight=weight)
            return placed

        self.drawn.append(place)

    def box(self, x: float, y: float, wide: float, high: float, color: str) -> None:
        """A filled rectangle, by its upper left corner."""
        self.drawn.append(lambda height: Rectangle((x, height - y - high), wide, high, facecolor=color, linewidth=0))

    def line(self, x: tuple[float, float], y: tuple[float, float], color: str) -> None:
        """A thin line from point to point."""
        self.drawn.append(lambda height: Line2D(x, (height - y[0], height - y[1]), color=color, linewidth=2))

    def dashes(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """A line as targets are drawn."""
        style = (0, (3, 2))
        self.drawn.append(
            lambda height: Line2D(x, (height - y[0], height - y[1]), color=INK, linewidth=4, linestyle=style)
        )

    def figure(self) -> Figure:
        """What was drawn; an inch has 72 pixels, so that a point is one of them."""
        height = round(self.y + MARGIN)
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=PAPER)
        FigureCanvasAgg(figure)
        for number, place in enumerate(self.drawn):
            artist = place(height)
            artist.set(transform=IdentityTransform(), zorder=number)
            figure.add_artist(artist)
        return figure


def png(chart: Chart) -> bytes:
    """The chart as a picture, 1080 pixels wide."""
    picture = io.BytesIO()
    figure(chart).savefig(picture, format="png", dpi=72, pil_kwargs={"compress_level": 3})
    return picture.getvalue()


def figure(chart: Chart) -> Figure:
    """The same before it becomes pixels, so that it can be measured."""
    sheet = Sheet()
    _paragraph(sheet, chart.title, BIG, lines=3)
    for line in chart.lines:
        _paragraph(sheet, line, NORMAL, color=GREY)
    if chart.is_empty:
        _nothing(sheet, chart.empty)
    elif isinstance(chart, Columns):
        _columns(sheet, chart)
    else:
        _bars(sheet, chart)
    if chart.foot:
        sheet.y += 26
        _paragraph(sheet, chart.foot, TINY, color=GREY, lines=3)
    return sheet.figure()


def _paragraph(sheet: Sheet, said: str, size: float, *, lines: int = 2, color: str = INK) -> None:
    bold = size == BIG
    for line in wrapped(said, size, ROOM, lines=lines, bold=bold):
        sheet.text(MARGIN, sheet.y + size * LEADING / 2, line, size, color=color)
        sheet.y += size * LEADING
    sheet.y += 6


def _nothing(sheet: Sheet, said: str) -> None:
    sheet.y += 24
    sheet.box(MARGIN, sheet.y, ROOM, 220, TRACK)
    lines = wrapped(said, NORMAL, ROOM - 2 * MARGIN)
    for number, line in enumerate(lines):
        middle = sheet.y + 110 + (number - (len(lines) - 1) / 2) * NORMAL * LEADING
        sheet.text(WIDTH / 2, middle, line, NORMAL, color=GREY, at="center")
    sheet.y += 220


def _legend(sheet: Sheet, names: Sequence[tuple[str, str]], goal: Goal | None) -> None:
    """Names beside their colours, in as many lines as they need; the goal beside a piece of its line."""
    marks = [*names, *([(goal.label, "")] if goal else ())]
    if not marks:
        return
    sheet.y += 20
    x: float = MARGIN
    for name, color in marks:
        said = wrapped(name, SMALL, ROOM - 48, lines=1)[0]
        wide = 48 + width(said, SMALL)
        if x > MARGIN and x + wide > WIDTH - MARGIN:
            x, sheet.y = MARGIN, sheet.y + SMALL * 1.6
        _mark(sheet, x, color)
        sheet.text(x + 48, sheet.y + SMALL / 2, said, SMALL)
        x += wide + 36
    sheet.y += SMALL * 1.6


def _mark(sheet: Sheet, x: float, color: str) -> None:
    if color:
        sheet.box(x, sheet.y, 34, SMALL, color)
    else:
        sheet.dashes((x, x + 38), (sheet.y + SMALL / 2, sheet.y + SMALL / 2))


def _colors(count: int) -> Sequence[str]:
    return SIDE_BY_SIDE if count <= len(SIDE_BY_SIDE) else DEGREES


# Columns over time


def _columns(sheet: Sheet, chart: Columns) -> None:
    colors = _colors(len(chart.series))
    names = [(series.name, color) for series, color in zip(chart.series, colors, strict=False)]
    _legend(sheet, names if len(names) > 1 else (), chart.goal)
    plot = _plot(sheet, chart)
    _axis(sheet, plot)
    for number in range(len(chart.steps)):
        _column(sheet, plot, chart, number)
    if chart.goal:
        sheet.dashes((plot.left, WIDTH - MARGIN), (plot.y(chart.goal.value), plot.y(chart.goal.value)))
    sheet.y = plot.bottom
    _steps(sheet, plot, chart)


@dataclass(frozen=True)
class Plot:
    """Where columns stand: its edges, the room of one step, the ticks of its axis."""

    left: float
    bottom: float
    step: float
    ticks: Sequence[float]
    shown: Sequence[str]

    def y(self, value: float) -> float:
        """The height at which a value stands."""
        return self.bottom - PLOT * value / self.ticks[-1]

    def x(self, step: float) -> float:
        """Where a step begins."""
        return self.left + self.step * step


def _plot(sheet: Sheet, chart: Columns) -> Plot:
    ticks = [float(tick) for tick in MaxNLocator(nbins=5, integer=True, min_n_ticks=2).tick_values(0, _top(chart))]
    ticks = [tick for tick in ticks if tick >= 0]
    if chart.top is not None:
        ticks = [tick for tick in ticks if tick <= chart.top]
    shown = [f"{tick:,.0f}{chart.unit}".replace(",", ".") for tick in ticks]
    left = MARGIN + max(width(tick, TINY) for tick in shown) + 16
    top = sheet.y + 14 + TINY * LEADING
    return Plot(left, top + PLOT, (WIDTH - MARGIN - left) / len(chart.steps), ticks, shown)


def _top(chart: Columns) -> float:
    if chart.top is not None:
        return chart.top
    by_step = [[series.values[number] or 0 for series in chart.series] for number in range(len(chart.steps))]
    return max(sum(values) if chart.stacked else max(values) for values in by_step)


def _axis(sheet: Sheet, plot: Plot) -> None:
    for tick, shown in zip(plot.ticks, plot.shown, strict=True):
        sheet.line((plot.left, WIDTH - MARGIN), (plot.y(tick), plot.y(tick)), GRID if tick else GREY)
        sheet.text(plot.left - 12, plot.y(tick), shown, TINY, color=GREY, at="right")


def _column(sheet: Sheet, plot: Plot, chart: Columns, number: int) -> None:
    count = 1 if chart.stacked else len(chart.series)
    wide, foot = plot.step * 0.92 / count, 0.0
    left = plot.x(number + 0.04)
    for series, color in zip(chart.series, _colors(len(chart.series)), strict=False):
        value = series.values[number] or 0
        top, bottom = plot.y(foot + value), plot.y(foot)
        sheet.box(left + 1, top, wide - 2, bottom - top, color)
        left, foot = (left, foot + value) if chart.stacked else (left + wide, 0.0)
    middles = [plot.x(number + 0.04) + (at + 0.5) * wide for at in range(count)]
    _numbers(sheet, plot, chart, number, middles)


def _numbers(sheet: Sheet, plot: Plot, chart: Columns, number: int, middles: Sequence[float]) -> None:
    """What each column amounts to, above it; where one does not fit between its neighbours the axis has to do."""
    size = TINY if len(middles) == 1 else TINY - 2
    room = plot.step * 0.96 / len(middles)
    if any(width(one, size) > room for column in chart.shown for one in column):
        return
    for at, (shown, middle) in enumerate(zip(chart.shown, middles, strict=True)):
        values = [series.values[number] or 0 for series in chart.series]
        top = plot.y(sum(values) if chart.stacked else values[at])
        _number(sheet, middle, top, shown[number], size, inside=chart.goal is not None and plot.bottom - top > 2 * size)


def _number(sheet: Sheet, middle: float, top: float, said: str, size: float, *, inside: bool) -> None:
    """Above its column; inside where a goal is drawn above, which would go through it."""
    y, color = (top + size * 0.9, PAPER) if inside else (top - size * 0.72, INK)
    sheet.text(middle, y, said, size, color=color, at="center")


def _steps(sheet: Sheet, plot: Plot, chart: Columns) -> None:
    """The names of the steps, each of them; below, where they begin, as many as fit beside one another."""
    last = len(chart.steps) - 1
    widest = max(width(step.since, TINY) for step in chart.steps)
    every = max(1, -(-int(widest + 14) // int(plot.step)))
    for number, step in enumerate(chart.steps):
        middle = plot.x(number + 0.5)
        sheet.text(middle, sheet.y + 14 + TINY / 2, step.short, TINY, at="center")
        if step.since and (last - number) % every == 0:
            sheet.text(_inside(middle, widest), sheet.y + 14 + TINY * 1.9, step.since, TINY, color=GREY, at="center")
    sheet.y += 14 + TINY * (2.6 if widest else 1.3)


def _inside(middle: float, wide: float) -> float:
    return min(middle, WIDTH - wide / 2 - 8)


# Bars below one another


def _bars(sheet: Sheet, chart: Bars) -> None:
    shades = DEGREES if len(chart.names) > 2 else SIDE_BY_SIDE
    goal = next((bar.goal for bar in chart.bars if bar.goal), None)
    _legend(sheet, list(zip(chart.names, shades, strict=False)), goal)
    notes = max(width(drawable(bar.note), SMALL) for bar in chart.bars)
    longest = max((sum(bar.parts) for bar in chart.bars if bar.of is None), default=0)
    for bar in chart.bars:
        sheet.y += 22
        for line in wrapped(bar.label, SMALL, ROOM):
            sheet.text(MARGIN, sheet.y + SMALL * LEADING / 2, line, SMALL)
            sheet.y += SMALL * LEADING
        _bar(sheet, bar, shades, (ROOM - notes - 16) / (bar.of or longest or 1))
        sheet.y += THICK


def _bar(sheet: Sheet, bar: Bar, shades: Sequence[str], unit: float) -> None:
    """`unit` is how many pixels a value of one is long."""
    sheet.y += 6
    if bar.of is not None:
        sheet.box(MARGIN, sheet.y, unit * bar.of, THICK, TRACK)
    x: float = MARGIN
    for part, color in zip(bar.parts, shades, strict=False):
        sheet.box(x, sheet.y, unit * part, THICK, color)
        if len(bar.parts) > 1:
            _inside_part(sheet, x, unit * part, part, color)
        x += unit * part
    if bar.goal:
        at = MARGIN + unit * bar.goal.value
        sheet.dashes((at, at), (sheet.y - 6, sheet.y + THICK + 6))
    end = MARGIN + unit * bar.of if bar.of is not None else x
    sheet.text(end + 14, sheet.y + THICK / 2, drawable(bar.note), SMALL)


def _inside_part(sheet: Sheet, x: float, wide: float, part: float, color: str) -> None:
    shown = f"{part:.0f}"
    if part and width(shown, TINY) + 12 <= wide:
        ink = INK if color in DEGREES[:2] else PAPER
        sheet.text(x + wide / 2, sheet.y + THICK / 2, shown, TINY, color=ink, at="center")
