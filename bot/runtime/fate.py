"""What becomes of a message that was not sent: when it is tried again, how often, and whether everybody waits."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.core.channel import InDoubt, Migrated, NotSent, TryLater
from db.dispatch import PERHAPS, Message
from db.outbox import OutboxRow, OutboxState

DOUBTS = 5
"""How often a message that may or may not have arrived is sent, while others do arrive."""

TRIES = 12
"""How often a message that the platform fails to take is tried, while it takes others: over about 20 minutes."""

LONGEST_BACKOFF = 10.0
LONGEST_RETRY = 300.0


class Blame(Enum):
    """Whose fault a failure is, as far as can be told from what happened to others since."""

    MESSAGE = auto()
    CHANCE = auto()
    UNKNOWN = auto()
    PLATFORM = auto()


@dataclass(frozen=True)
class Fate:
    """The state that it is put in, for how many seconds it waits, and everybody; whether that was one of its tries."""

    state: OutboxState
    pause: float = 0.0
    hold: float = 0.0
    tried: bool = True


@dataclass
class _Suspect:
    """A message on its way or that has failed: what was taken and what failed of others by then."""

    taken: int
    failed: int
    alone: int = 0
    failures: int = 0
    blamed: bool = False


class Failures:
    """An outage costs no tries and holds everybody; what fails while others arrive holds up only itself, and ends.

    While two messages fail and nothing arrives it is the platform; one alone tells nothing yet, so only it waits.
    """

    def __init__(self) -> None:
        self._taken = self._failed = 0
        self._suspects: dict[int, _Suspect] = {}
        self._failing: set[int] = set()
        self._backoff = 1.0

    def leaves(self, row_id: int) -> None:
        """It is handed to the platform now."""
        self._suspects.setdefault(row_id, _Suspect(self._taken, self._failed))

    def taken(self, row_id: int) -> None:
        """The platform has taken it, and so it is there."""
        self._taken += 1
        self._backoff = 1.0
        self._failing.clear()
        self._suspects.pop(row_id, None)

    def fate(self, row: Message | OutboxRow, failure: NotSent) -> Fate:
        """What becomes of a message that failed; given up, it is in doubt where one of its tries may have arrived."""
        fate = self._fate(row, failure)
        perhaps = isinstance(failure, InDoubt) or row.reason.startswith(PERHAPS)
        return replace(fate, state=OutboxState.DOUBT) if perhaps and fate.state == OutboxState.DEAD else fate

    def _fate(self, row: Message | OutboxRow, failure: NotSent) -> Fate:
        if isinstance(failure, TryLater) and failure.seconds:
            return Fate(OutboxState.READY, hold=failure.seconds, tried=False)
        if isinstance(failure, TryLater) or (isinstance(failure, InDoubt) and row.again_in_doubt):
            return self._again(row, failure)
        self._suspects.pop(row.id, None)
        if isinstance(failure, InDoubt):
            return Fate(OutboxState.DOUBT)
        again = isinstance(failure, Migrated) and row.attempts + 1 < DOUBTS
        return Fate(OutboxState.READY if again else OutboxState.DEAD)

    def _again(self, row: Message | OutboxRow, failure: NotSent) -> Fate:
        suspect = self._suspects.setdefault(row.id, _Suspect(self._taken, self._failed))
        blame = self._blame(row.id, suspect)
        doubt = isinstance(failure, InDoubt)
        if blame is Blame.PLATFORM:
            return Fate(OutboxState.READY, hold=self._longer(), tried=False)
        if blame is Blame.UNKNOWN:
            suspect.alone += 1
            longest = LONGEST_RETRY if doubt else LONGEST_BACKOFF
            return Fate(OutboxState.READY, pause=_doubled(suspect.alone - 1, longest), tried=False)
        if blame is Blame.CHANCE and not doubt:
            return Fate(OutboxState.READY, pause=1.0, tried=False)
        if row.attempts + 1 >= (DOUBTS if doubt else TRIES):
            self._suspects.pop(row.id, None)
            return Fate(OutboxState.DEAD)
        return Fate(OutboxState.READY, pause=_doubled(row.attempts, LONGEST_RETRY))

    def _blame(self, row_id: int, suspect: _Suspect) -> Blame:
        """And remember the failure, for that of others and for its next one."""
        taken, failed = self._taken - suspect.taken, self._failed - suspect.failed
        others_arrive, before = taken > 0 and taken >= failed, suspect.failures
        suspect.blamed |= others_arrive
        suspect.failures += 1
        if not suspect.blamed:
            self._failing.add(row_id)
        self._failed += 1
        suspect.taken, suspect.failed = self._taken, self._failed
        if others_arrive:
            return Blame.MESSAGE if before else Blame.CHANCE
        return Blame.UNKNOWN if suspect.blamed or self._failing <= {row_id} else Blame.PLATFORM

    def _longer(self) -> float:
        wait, self._backoff = self._backoff, min(2 * self._backoff, LONGEST_BACKOFF)
        return wait


def _doubled(times: int, longest: float) -> float:
    return float(min(2.0 ** min(times, 30), longest))
