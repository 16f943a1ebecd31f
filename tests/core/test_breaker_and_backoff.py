"""Repeated failures stop the asking for a while; the wait grows and has a limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.breaker import CircuitBreaker


def test_three_failures_in_a_row_open_the_breaker_and_a_success_between_them_does_not() -> None:
    breaker = CircuitBreaker(failures_to_open=3)
    breaker.failed(0)
    breaker.failed(1)
    breaker.succeeded()
    breaker.failed(2)
    breaker.failed(3)
    assert breaker.allows(3)
    breaker.failed(4)
    assert not breaker.allows(4)


def test_after_the_cool_down_exactly_one_trial_is_let_through() -> None:
    breaker = CircuitBreaker(failures_to_open=1, cool_down_s=30)
    breaker.failed(0)
    assert not breaker.allows(29.9)
    assert breaker.allows(30)
    assert not breaker.allows(30.1)


def test_a_failed_trial_opens_for_another_cool_down_and_a_good_one_closes() -> None:
    breaker = CircuitBreaker(failures_to_open=3, cool_down_s=10)
    for second in range(3):
        breaker.failed(second)
    assert breaker.allows(12)
    breaker.failed(12)
    assert not breaker.allows(21)
    assert breaker.allows(22)
    breaker.succeeded()
    assert breaker.allows(22)
    assert breaker.allows(22)


@given(st.floats(0, 1e6), st.floats(0.001, 600), st.floats(0, 600))
def test_who_sleeps_until_a_trial_is_allowed_finds_it_allowed(now: float, cool_down_s: float, later_s: float) -> None:
    breaker = CircuitBreaker(failures_to_open=1, cool_down_s=cool_down_s)
    breaker.failed(now)
    now += later_s
    while (wait_s := breaker.allowed_in_s(now)) > 0:
        assert not breaker.allows(now)
        now = max(now + wait_s, breaker.opened_at + cool_down_s)
    assert breaker.allows(now)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_delay_is_never_longer_than_the_limit_nor_shorter_than_its_jitter_allows(attempt: int, chance: float) -> None:
    backoff = Backoff(first_s=0.5, longest_s=8, jitter=0.25)
    assert 0.375 <= backoff.delay_s(attempt, chance) <= 8


def test_delays_double() -> None:
    backoff = Backoff(first_s=0.5, longest_s=8)
    assert [backoff.delay_s(attempt, 0) for attempt in range(6)] == pytest.approx([0.5, 1, 2, 4, 8, 8])
