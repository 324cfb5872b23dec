"""The time: UTC inside, Asia/Ho_Chi_Minh for people; a frozen clock for tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass
class FrozenClock:
    """A clock that moves only when told to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


def local_date(moment: datetime) -> date:
    """The day on which a moment falls for people in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def in_words(day: date) -> str:
    """A date as offices write it: 05/12/2026."""
    return f"{day:%d/%m/%Y}"
