"""Which way is taken: left with a reason, kept for a cool-down, tried again, and taken again when it works."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_desktop.conversation.modes import Limits, Sample, Situation, Standing, Way, decide

LIMITS = Limits()
FINE = Situation()
START = Standing(Way.PRIMARY, 0.0)


def turns(count: int, first_at: float = 0.0, every_s: float = 1.0, **values: object) -> list[Sample]:
    return [Sample(first_at + number * every_s, **{"worked": True, **values}) for number in range(count)]  # type: ignore[arg-type]


def after(samples: list[Sample], situation: Situation = FINE, limits: Limits = LIMITS) -> Standing:
    return decide(samples, samples[-1].at, START, situation, limits)


def test_good_answers_change_nothing() -> None:
    assert after(turns(100, share_ms=80.0)) is START


def test_three_failures_in_a_row_end_it_at_once() -> None:
    assert after(turns(2, worked=False)) is START
    left = after([*turns(5), *turns(3, 5, worked=False)])
    assert (left.way, left.reason) == (Way.FALLBACK, "it failed 3 times in a row")


def test_a_success_between_failures_is_a_success() -> None:
    assert after([*turns(2, worked=False), *turns(1, 2), *turns(2, 3, worked=False)]) is START


def test_more_than_a_tenth_of_failures_among_ten_ends_it() -> None:
    one_in_ten = [*turns(1, worked=False), *turns(9, 1)]
    assert after(one_in_ten) is START
    two_in_ten = [*turns(2, worked=False), *turns(8, 2)]
    assert after(two_in_ten).reason == "20% of the last attempts failed"
    assert after(two_in_ten[:9]) is START, "nine samples prove nothing"


def test_a_slow_connection_ends_it_and_one_slow_answer_does_not() -> None:
    assert after([*turns(9, share_ms=100.0), *turns(1, 9, share_ms=5000.0)]) is START
    assert after(turns(10, share_ms=501.0)).reason == "the connection adds 501 ms"
    assert after(turns(10, share_ms=499.0)) is START


def test_a_slow_primary_is_kept_when_nothing_behind_it_can_think() -> None:
    assert after(turns(10, share_ms=5000.0), Situation(fallback_has_model=False)) is START


def test_a_limit_for_the_whole_wait_counts_when_it_is_set() -> None:
    slow = turns(10, voice_to_voice_ms=2600.0)
    assert after(slow) is START
    assert after(slow, limits=replace(LIMITS, voice_to_voice_limit_ms=2500.0)).reason == "answers take 2.6 s to begin"


@pytest.mark.parametrize(("now_ms", "way"), [(320.0, Way.FALLBACK), (290.0, Way.PRIMARY)])
def test_what_became_half_as_slow_again_is_left_unless_it_still_meets_the_target(now_ms: float, way: Way) -> None:
    assert after([*turns(10, share_ms=150.0), *turns(10, 100, share_ms=now_ms)]).way is way


def test_what_fails_more_often_than_before_is_left() -> None:
    limits = replace(LIMITS, error_rate_threshold=0.5)
    worse = [*turns(10), *turns(8, 100), *turns(2, 108, worked=False)]
    assert after(worse, limits=limits).reason == "it fails more often than before (20%)"


def test_old_samples_do_not_count() -> None:
    assert after([*turns(2, worked=False), *turns(8, 61)]) is START


def test_it_is_tried_again_after_the_cool_down_and_two_good_turns_bring_it_back() -> None:
    left = Standing(Way.FALLBACK, 100.0, "gone")
    assert decide([], 129.9, left, FINE, LIMITS) is left
    trial = decide([], 130.0, left, FINE, LIMITS)
    assert trial.way is Way.TRIAL
    assert decide(turns(1, 131), 131.0, trial, FINE, LIMITS) is trial
    assert decide(turns(2, 131), 132.0, trial, FINE, LIMITS).way is Way.PRIMARY


def test_a_connection_that_opens_is_no_turn_that_was_answered() -> None:
    trial = Standing(Way.TRIAL, 0.0)
    assert decide(turns(5, is_turn=False), 5.0, trial, FINE, LIMITS) is trial


def test_a_failed_trial_costs_another_cool_down() -> None:
    trial = Standing(Way.TRIAL, 130.0)
    left = decide([*turns(1, 131), *turns(1, 132, worked=False)], 132.0, trial, FINE, LIMITS)
    assert (left.way, left.since) == (Way.FALLBACK, 132.0)
    assert decide([], 161.9, left, FINE, LIMITS).way is Way.FALLBACK


def test_failures_from_before_the_trial_are_forgiven() -> None:
    trial = Standing(Way.TRIAL, 130.0)
    assert decide(turns(3, 90, worked=False), 131.0, trial, FINE, LIMITS) is trial


def test_what_rules_it_out_holds_while_it_lasts() -> None:
    spent = Situation(ruled_out="this month's money is spent")
    left = decide(turns(3), 3.0, START, spent, LIMITS)
    assert (left.way, left.reason) == (Way.FALLBACK, "this month's money is spent")
    assert decide([], 1e6, left, spent, LIMITS) is left
    assert decide([], 1e6, left, FINE, LIMITS).way is Way.TRIAL


def test_another_reason_is_told_but_starts_no_cool_down() -> None:
    left = Standing(Way.FALLBACK, 100.0, "there is no key")
    other = decide([], 200.0, left, Situation(ruled_out="the key was refused"), LIMITS)
    assert (other.since, other.reason) == (100.0, "the key was refused")


SAMPLES = st.lists(
    st.builds(
        Sample,
        at=st.just(0.0),
        worked=st.booleans(),
        is_turn=st.booleans(),
        share_ms=st.none() | st.floats(0, 2000),
        voice_to_voice_ms=st.none() | st.floats(0, 5000),
    ),
    max_size=60,
)
GAPS = st.lists(st.floats(0.1, 40), min_size=60, max_size=60)


def walk(samples: list[Sample], gaps: list[float], situations: list[Situation]) -> list[Standing]:
    """Every standing, one after each sample."""
    now, standing, seen, path = 0.0, START, [], [START]
    for number, (sample, gap) in enumerate(zip(samples, gaps, strict=False)):
        now += gap
        seen.append(replace(sample, at=now))
        standing = decide(seen, now, standing, situations[number % len(situations)], LIMITS)
        path.append(standing)
    return path


SITUATIONS = st.lists(
    st.sampled_from([FINE, Situation(fallback_has_model=False), Situation("no key")]), min_size=1, max_size=9
)


@settings(max_examples=300, deadline=None)
@given(SAMPLES, GAPS, SITUATIONS)
def test_every_switch_has_its_reason_and_its_cool_down(
    samples: list[Sample], gaps: list[float], situations: list[Situation]
) -> None:
    path = walk(samples, gaps, situations)
    switches = [(a, b) for a, b in itertools.pairwise(path) if a.way is not b.way]
    assert all(after.reason for _, after in switches)
    for before, behind in switches:
        if before.way is Way.FALLBACK:
            assert behind.way is Way.TRIAL, "nothing comes back without a trial"
            assert behind.since - before.since >= LIMITS.cool_down_s
    left = [behind.since for _, behind in switches if behind.way is Way.FALLBACK]
    assert all(later - earlier >= LIMITS.cool_down_s for earlier, later in itertools.pairwise(left))


@settings(max_examples=300, deadline=None)
@given(SAMPLES, GAPS, SITUATIONS)
def test_when_all_goes_well_the_primary_answers_in_the_end(
    samples: list[Sample], gaps: list[float], situations: list[Situation]
) -> None:
    path = walk(samples, gaps, situations)
    standing, now = path[-1], sum(gaps)
    good: list[Sample] = []
    for _ in range(20):
        now += 20
        good.append(Sample(now, worked=True, share_ms=100.0))
        standing = decide(good, now, standing, FINE, LIMITS)
    assert standing.way is Way.PRIMARY
