"""What becomes of messages that were not sent: an outage costs nothing, a message that cannot be sent has an end."""

import pytest

from bot.core.channel import Gone, InDoubt, Migrated, NotSent, Refused, TryLater
from bot.runtime.fate import DOUBTS, LONGEST_BACKOFF, LONGEST_RETRY, TRIES, Failures, Fate
from db.dispatch import PERHAPS
from db.outbox import OutboxRow, OutboxState
from tests.conftest import MORNING

READY, DEAD, DOUBT = OutboxState.READY, OutboxState.DEAD, OutboxState.DOUBT
BROKEN = TryLater("Internal Server Error")


def message(row_id: int, attempts: int = 0, *, again_in_doubt: bool = True) -> OutboxRow:
    return OutboxRow(
        id=row_id,
        dedupe=str(row_id),
        channel="telegram",
        chat_id=row_id,
        number=1,
        body="",
        attempts=attempts,
        again_in_doubt=again_in_doubt,
        created_at=MORNING,
        not_before=MORNING,
    )


def failed(failures: Failures, row: OutboxRow, failure: NotSent = BROKEN) -> Fate:
    failures.leaves(row.id)
    fate = failures.fate(row, failure)
    row.attempts += fate.tried
    return fate


def arrived(failures: Failures, *ids: int) -> None:
    for row_id in ids:
        failures.leaves(row_id)
        failures.taken(row_id)


@pytest.mark.parametrize(
    ("failure", "fate"),
    [
        (Gone("blocked"), Fate(DEAD)),
        (Refused("too long"), Fate(DEAD)),
        (NotSent("?"), Fate(DEAD)),
        (Migrated("-100"), Fate(READY)),
        (TryLater("flood", 7), Fate(READY, hold=7, tried=False)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_needs_no_thought(failure: NotSent, fate: Fate) -> None:
    assert failed(Failures(), message(1), failure) == fate


def test_what_must_not_be_sent_twice_is_in_doubt() -> None:
    assert failed(Failures(), message(1, again_in_doubt=False), InDoubt("dropped")) == Fate(DOUBT)


def test_a_chat_that_moves_again_and_again_is_given_up() -> None:
    assert failed(Failures(), message(1, DOUBTS - 1), Migrated("-100")) == Fate(DEAD)


@pytest.mark.parametrize("failure", [BROKEN, InDoubt("timed out")])
def test_an_outage_costs_no_tries_and_holds_everybody_longer_each_time(failure: NotSent) -> None:
    failures = Failures()
    rows = [message(number) for number in range(1, 9)]
    holds = [failed(failures, row, failure).hold for _ in range(100) for row in rows]
    assert (holds[0], holds[1:6]) == (0, [1, 2, 4, 8, LONGEST_BACKOFF])
    assert {row.attempts for row in rows} == {0}
    arrived(failures, 100)
    assert failed(failures, message(101), failure).hold == 0


@pytest.mark.parametrize(("failure", "longest"), [(BROKEN, LONGEST_BACKOFF), (InDoubt("dropped"), LONGEST_RETRY)])
def test_alone_at_night_it_holds_up_nobody_and_costs_nothing(failure: NotSent, longest: float) -> None:
    failures, row = Failures(), message(1)
    fates = [failed(failures, row, failure) for _ in range(50)]
    assert {(fate.state, fate.hold, fate.tried) for fate in fates} == {(READY, 0, False)}
    assert [fates[0].pause, fates[1].pause, fates[-1].pause] == [1, 2, longest]


def test_what_fails_again_and_again_while_others_arrive_has_an_end() -> None:
    failures, row = Failures(), message(1)
    fates = list[Fate]()
    while not fates or fates[-1].state == READY:
        failures.leaves(row.id)
        arrived(failures, 2, 3)
        fates.append(failed(failures, row))
    assert fates[-1] == Fate(DEAD)
    assert row.attempts == TRIES
    assert {fate.hold for fate in fates} == {0}
    assert 600 <= sum(fate.pause for fate in fates) <= 1800


def test_a_single_failure_among_others_costs_nothing() -> None:
    failures, row = Failures(), message(1)
    failures.leaves(row.id)
    arrived(failures, 2, 3)
    assert failed(failures, row) == Fate(READY, pause=1, tried=False)


def test_doubt_among_others_that_arrive_is_a_try_from_the_first() -> None:
    failures, row = Failures(), message(1)
    for number in range(1, DOUBTS + 1):
        failures.leaves(row.id)
        arrived(failures, 2)
        fate = failed(failures, row, InDoubt("dropped"))
        assert fate.state == (DOUBT if number == DOUBTS else READY)


@pytest.mark.parametrize("failure", [Gone("blocked"), Refused("too long"), Migrated("-100")], ids=str)
def test_what_perhaps_arrived_before_is_in_doubt_however_it_ends(failure: NotSent) -> None:
    row = message(1, DOUBTS - 1)
    row.reason = f"{PERHAPS}dropped"
    assert failed(Failures(), row, failure) == Fate(DOUBT)


def test_what_perhaps_arrived_and_is_never_taken_again_is_in_doubt() -> None:
    failures, row = Failures(), message(1)
    row.reason = PERHAPS
    for _ in range(TRIES + 1):
        failures.leaves(row.id)
        arrived(failures, 2, 3)
        fate = failed(failures, row)
    assert fate == Fate(DOUBT)


def test_where_one_in_ten_arrives_nothing_is_given_up() -> None:
    """A brown-out of hours is no fault of the messages that had bad luck."""
    failures = Failures()
    rows = [message(number) for number in range(1, 10)]
    for number in range(1_000):
        for row in rows:
            assert failed(failures, row).state == READY
        arrived(failures, 1_000 + number)
    assert {row.attempts for row in rows} <= {0, 1}


def test_two_that_cannot_be_sent_stop_holding_up_others_when_an_answer_has_arrived() -> None:
    failures, one, two = Failures(), message(1), message(2)
    assert [failed(failures, row).hold for row in (one, two, one)] == [0, 1, 2]
    arrived(failures, 3)
    holds = [failed(failures, row).hold for _ in range(20) for row in (one, two)]
    assert set(holds) == {0}
