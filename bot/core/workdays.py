"""The working calendar: office hours, working days and deadlines over values that the ward's profile gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.clock import VIETNAM, local_date

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Session:
    """A part of a working day in local time; the office is open from `opens` and no longer at `closes`."""

    opens: time
    closes: time


@dataclass(frozen=True)
class WorkCalendar:
    """When the office works. Moments are aware; what comes back is in Asia/Ho_Chi_Minh.

    `sessions` follow one another within a day. `worked` are days that are worked although they fall on a weekend (làm
    bù). `undecided` are days of which nobody knows yet whether they are off: they are counted as worked, so that no
    deadline comes out late, and no deadline is promised on one of them while a certain day stands before it.
    """

    sessions: tuple[Session, ...]
    is_holiday: Callable[[date], bool]
    worked: frozenset[date] = frozenset()
    undecided: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether the office works on that day: Monday to Friday but holidays, and the days worked instead."""
        if day in self.worked or day in self.undecided:
            return True
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at that moment."""
        local = moment.astimezone(VIETNAM)
        return self.is_workday(local.date()) and any(
            session.opens <= local.time() < session.closes for session in self.sessions
        )

    def opening(self, day: date) -> datetime:
        """When the first session of that day opens, worked or not."""
        return datetime.combine(day, self.sessions[0].opens, VIETNAM)

    def closing(self, day: date) -> datetime:
        """When the last session of that day closes, worked or not: the hour until which a due date runs."""
        return datetime.combine(day, self.sessions[-1].closes, VIETNAM)

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening of a session at that moment or after it."""
        local = moment.astimezone(VIETNAM)
        return next(opens for opens in self._openings(local.date()) if opens >= local)

    def counted_from(self, moment: datetime) -> datetime:
        """When something that came in at that moment counts as received.

        At once in office hours; otherwise at the next opening, which in the lunch break is the afternoon's.
        """
        return moment.astimezone(VIETNAM) if self.is_open(moment) else self.next_opening(moment)

    def add(self, day: date, workdays: int) -> date:
        """The working day that many after `day`, or before it when negative; `day` itself does not count.

        The first day is not counted by BLDS 2015, Điều 147. Zero is `day` itself or the next working day.
        """
        if workdays == 0:
            return self._worked_from(day)
        step = DAY if workdays > 0 else -DAY
        for _ in range(abs(workdays)):
            day = self._worked_from(day + step, step)
        return day

    def due(self, received: datetime, workdays: int) -> date:
        """The date that is promised for something received then: day zero is the day on which it counts as received.

        A date that would fall on an undecided day is the last certain working day before it instead, if there is one
        after day zero: it is kept whatever is decided, and it is never later than the rule allows.
        """
        zero = local_date(self.counted_from(received))
        counted = self.add(zero, workdays)
        day = counted
        while day > zero and not self._certain(day):
            day -= DAY
        return day if day > zero else counted

    def left(self, today: date, due: date) -> int:
        """Working days after today up to the due date: 0 when nothing but today is left, negative once it is past.

        Between two working days it is what `add` takes from one to the other.
        """
        if today > due:
            return -max(1, self._between(due, today))
        return self._between(today, due)

    def add_hours(self, moment: datetime, hours: float) -> datetime:
        """The moment after that many working hours (0 or more); a session used up to its end ends at its closing."""
        at, rest = self.counted_from(moment), timedelta(hours=hours)
        while rest > (room := self._closes(at) - at):
            rest -= room
            at = self.next_opening(at + room)
        return at + rest

    def add_calendar_days(self, day: date, days: int) -> date:
        """For terms in days, not working days; one that ends on a day off ends on the next working day.

        BLDS 2015, Điều 147 and 148.
        """
        return self._worked_from(day + days * DAY)

    def _certain(self, day: date) -> bool:
        return self.is_workday(day) and day not in self.undecided

    def _worked_from(self, day: date, step: timedelta = DAY) -> date:
        while not self.is_workday(day):
            day += step
        return day

    def _between(self, first: date, last: date) -> int:
        """Working days after the first up to and with the last."""
        return sum(self.is_workday(first + count * DAY) for count in range(1, (last - first).days + 1))

    def _openings(self, day: date) -> Iterator[datetime]:
        while True:
            day = self._worked_from(day)
            yield from (datetime.combine(day, session.opens, VIETNAM) for session in self.sessions)
            day += DAY

    def _closes(self, at: datetime) -> datetime:
        """The closing of the session in which an open moment lies."""
        closes = next(session.closes for session in self.sessions if at.time() < session.closes)
        return datetime.combine(at.date(), closes, VIETNAM)
