"""What a figure is made from, and what it becomes: a picture, its caption, the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from markupsafe import Markup
from sqlmodel import Session

from bot.core.clock import VIETNAM, in_words, local_date
from bot.papers.chart import Chart, Step
from bot.reports.figures.weeks import Week, midnight, weeks
from bot.text import Texts
from bot.ward import Ward
from db.figures import Scope


@dataclass(frozen=True)
class View:
    """Whose cases are looked at, and when."""

    session: Session
    say: Texts
    ward: Ward
    now: datetime
    scope: Scope

    @cached_property
    def weeks(self) -> list[Week]:
        """The weeks that are shown, the last of them not over yet."""
        return weeks(local_date(self.now))

    @property
    def since(self) -> datetime:
        """When the first of them began."""
        return midnight(self.weeks[0].first)

    @property
    def who(self) -> str:
        """The unit, or the whole ward."""
        unit = self.ward.unit(self.scope.unit)
        return unit.name if unit else self.scope.unit or self.say.label("figures.whole_ward")

    @property
    def as_of(self) -> str:
        """When this was counted, as a sentence."""
        at = self.now.astimezone(VIETNAM)
        return self.say.label("figures.as_of", hour=f"{at:%H}", minute=f"{at:%M}", day=in_words(at.date()))

    @property
    def foot(self) -> str:
        """The same, and what was not counted."""
        left_out = "" if self.scope.protected else self.say.label("figures.left_out")
        return f"{self.as_of} {left_out}".strip()

    def steps(self) -> list[Step]:
        """The weeks as the axis of a picture names them."""
        return [Step(self.say.label("figures.step", number=week.number), f"{week.first:%d/%m}") for week in self.weeks]

    def week(self, week: Week) -> str:
        """A week in words; the last one is not over yet."""
        begun = {"number": week.number, "first": f"{week.first:%d/%m}"}
        if week == self.weeks[-1]:
            return self.say.label("figures.this_week", **begun)
        return self.say.label("figures.week", last=f"{week.last:%d/%m}", **begun)

    @property
    def all_weeks(self) -> str:
        """All of them together."""
        return self.say.label("figures.all_weeks", count=len(self.weeks))


@dataclass(frozen=True)
class Seen:
    """A figure: the picture, the sentences under it, and all of its numbers line by line."""

    chart: Chart
    caption: Sequence[Markup]
    words: Sequence[Markup]
