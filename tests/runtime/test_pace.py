"""The pace by itself: no second is ever fuller than the platform allows, however late messages get there."""

import random
from dataclasses import replace

import pytest

from bot.channels.telegram import LIMITS
from bot.runtime.pace import Pace

ROUND_TRIP = 0.08


@pytest.mark.parametrize("seed", range(20))
def test_no_second_is_too_full_whatever_the_process_and_the_network_do(seed: int) -> None:
    """Messages leave late by chance, as on a machine with much else to do, and get there half a round trip later."""
    chance, pace = random.Random(seed), Pace(LIMITS)
    now, arrived = 0.0, list[float]()
    open_calls = list[tuple[float, float]]()
    for _ in range(600):
        while True:
            for since, back in [call for call in open_calls if call[1] <= now]:
                pace.answered(since, back)
                open_calls.remove((since, back))
            wait = pace.next_slot(now) - now
            if wait <= 0 and len(open_calls) < LIMITS.in_flight:
                break
            now = min([now + wait if wait > 0 else float("inf"), *(back for _, back in open_calls if back > now)])
        pace.take_slot(now)
        held_up = chance.choice((0.0, 0.0, 0.0, 0.01, 0.05, 0.2))
        arrived.append(now + held_up + ROUND_TRIP / 2)
        open_calls.append((now, now + held_up + ROUND_TRIP))
        open_calls.sort(key=lambda call: call[1])
    arrived.sort()
    assert all(later - earlier >= 1 for earlier, later in zip(arrived, arrived[LIMITS.second :], strict=False))


def test_in_peace_the_rate_is_reached() -> None:
    now, pace = 1.0, Pace(LIMITS)
    for _ in range(600):
        now = pace.next_slot(now)
        pace.take_slot(now)
        pace.answered(now - ROUND_TRIP, now)
    assert 600 / (now - 1.0) >= 0.99 * LIMITS.rate


def test_mass_sends_leave_a_place_in_the_burst_of_a_chat() -> None:
    pace = Pace(LIMITS)
    for _ in range(2):
        assert pace.chat_free("1", 5.0, group=False, spare=1) == 5.0
        pace.chat_taken("1", 5.0, group=False)
    assert pace.chat_free("1", 5.0, group=False, spare=1) == pytest.approx(6.0, abs=0.01)
    assert pace.chat_free("1", 5.0, group=False) == 5.0


def test_a_channel_without_a_burst_lets_mass_sends_go_too() -> None:
    pace = Pace(replace(LIMITS, chat_burst=1))
    assert pace.chat_free("1", 5.0, group=False, spare=1) == 5.0


def test_a_group_has_its_own_minute() -> None:
    pace = Pace(replace(LIMITS, chat_rate=100, chat_burst=100))
    for _ in range(LIMITS.group_minute):
        pace.chat_taken("-1", 5.0, group=True)
    assert pace.chat_free("-1", 6.0, group=True) == 65.0


def test_chats_are_forgotten_now_and_then_and_not_at_every_send() -> None:
    """At 1,000 a second those of two minutes are far more than are remembered anyhow."""
    pace, looks = Pace(replace(LIMITS, rate=1_000, second=1_000)), 0
    for number in range(40_000):
        before = pace._chats
        pace.chat_taken(str(number), number / 1_000, group=False)
        looks += pace._chats is not before
    assert looks <= 4
    pace.chat_taken("last", 200.0, group=False)
    assert list(pace._chats) == ["last"]
