"""The flag, the steps of the rollout, and when it is taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.memory.judge import Judge, Limits, Sample, Severity
from sovereign_desktop.memory.rollout import STEPS, VARIABLE, Rollout, flag_percent, percent_of, side

HOUR = 3600.0


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("on", 100),
        ("TRUE", 100),
        ("1", 100),
        ("off", 0),
        ("false", 0),
        ("0", 0),
        ("10", 10),
        ("50 %", 50),
        (" 100% ", 100),
    ],
)
def test_a_flag_is_a_word_or_a_percentage(text: str, percent: int) -> None:
    assert percent_of(text) == percent


@pytest.mark.parametrize("text", ["", "maybe", "101", "-1", "1.5", "٣", "9" * 5_000])
def test_a_flag_that_says_nothing_switches_off_rather_than_on(text: str) -> None:
    assert percent_of(text) is None
    assert flag_percent(text, {}) == 0


def test_the_variable_wins_over_the_setting() -> None:
    assert flag_percent("on", {VARIABLE: "false"}) == 0
    assert flag_percent("off", {VARIABLE: "true"}) == 100
    assert flag_percent("10", {VARIABLE: " "}) == 10


@given(st.text(), st.integers(0, 100), st.integers(0, 100))
def test_a_query_keeps_its_side_and_a_higher_share_takes_nobody_away(query: str, low: int, high: int) -> None:
    rollout = Rollout()
    low, high = sorted((low, high))
    assert side(query) == side(query)
    assert rollout.takes(query, high) or not rollout.takes(query, low)


def test_a_share_is_about_that_part_of_the_queries() -> None:
    taken = sum(Rollout().takes(f"question {number}", 10) for number in range(5_000))
    assert 400 < taken < 600


@given(st.lists(st.floats(0, 3 * HOUR), max_size=30))
def test_each_step_holds_its_hour_and_none_is_left_out(waits: list[float]) -> None:
    now = 1e9
    rollout = Rollout().rolled_back("errors", now).enabled(now)
    seen = [(rollout.percent, now)]
    for wait in waits:
        now += wait
        before, rollout = rollout, rollout.advanced(now, HOUR)
        if rollout.percent != before.percent:
            assert now - seen[-1][1] >= HOUR
            seen.append((rollout.percent, now))
    assert [percent for percent, _ in seen] == list(STEPS[: len(seen)])


def test_a_clock_that_was_set_back_begins_the_step_anew() -> None:
    rollout = Rollout().enabled(1e9).advanced(1e9 - HOUR, HOUR)
    assert (rollout.percent, rollout.since) == (10, 1e9 - HOUR)
    assert rollout.advanced(1e9 - 1, HOUR).percent == 10
    assert rollout.advanced(1e9, HOUR).percent == 50


def test_what_was_rolled_back_stays_so_until_somebody_enables_it() -> None:
    rollout = Rollout().rolled_back("3 queries in a row failed", 1e9)
    assert rollout.advanced(2e9, HOUR) == rollout
    assert not any(rollout.takes(f"question {number}", 100) for number in range(200))
    assert rollout.enabled(2e9).reason == "3 queries in a row failed"


@given(st.text())
def test_a_note_that_cannot_be_read_is_no_rollback(text: str) -> None:
    assert Rollout.from_json(text) == Rollout()


def test_the_state_survives_being_written_down() -> None:
    rollout = Rollout().rolled_back("errors", 5.0)
    assert Rollout.from_json(rollout.as_json()) == rollout
    assert Rollout.from_json('{"percent": 7}') == Rollout()


def judge_with(samples: list[tuple[float, str]], every_s: float = 1.0, **limits: float) -> tuple[Judge, list[Severity]]:
    judge = Judge(Limits(**limits))  # type: ignore[arg-type]
    found = [
        judge.take(Sample(at * every_s, took_ms, failure)).severity for at, (took_ms, failure) in enumerate(samples)
    ]
    return judge, found


def test_three_failures_in_a_row_are_enough_at_once() -> None:
    _, found = judge_with([(10, "down")] * 3)
    assert found == [Severity.FINE, Severity.FINE, Severity.CRITICAL]


def test_one_failure_in_ten_is_enough_and_one_in_eleven_is_not() -> None:
    _, found = judge_with([(10, "")] * 9 + [(10, "down")])
    assert found[-1] is Severity.CRITICAL
    _, found = judge_with([(10, "")] * 10 + [(10, "down")])
    assert found[-1] is Severity.FINE


def test_failures_outside_the_window_are_forgotten() -> None:
    samples = [(10.0, "down"), (10.0, "down")] + [(10.0, "")] * 100
    _, found = judge_with(samples, every_s=10.0)
    assert set(found) == {Severity.FINE}


def test_three_times_the_baseline_is_given_up_after_a_window_and_not_before() -> None:
    _, found = judge_with([(10, "")] * 60 + [(30, "")] * 200)
    high = found.index(Severity.HIGH)
    low = found.index(Severity.LOW)
    assert 60 < low < high
    assert high - low >= 60


def test_less_than_twice_the_baseline_is_watched_and_never_given_up() -> None:
    judge, found = judge_with([(10, "")] * 60 + [(17, "")] * 500)
    assert judge.baseline_ms == 10
    assert found[-1] is Severity.LOW
    assert Severity.HIGH not in found


@given(
    st.lists(st.tuples(st.floats(0.1, 1e4), st.booleans()), max_size=120),
    st.floats(0.01, 30.0),
)
def test_a_verdict_always_has_its_reason_in_the_samples(samples: list[tuple[float, bool]], every_s: float) -> None:
    judge = Judge()
    seen: list[Sample] = []
    for at, (took_ms, failed) in enumerate(samples):
        sample = Sample(at * every_s, took_ms, "down" if failed else "")
        seen.append(sample)
        finding = judge.take(sample)
        window = [one for one in seen if one.at >= sample.at - 60.0]
        failures = sum(1 for one in window if one.failure)
        row = [one for one in seen[-3:] if one.failure]
        is_burst = len(row) == 3
        is_rate = failed and len(window) >= 10 and failures / len(window) >= 0.1
        assert (finding.severity is Severity.CRITICAL) == (is_burst or is_rate)
        assert bool(finding.reason) == (finding.severity is not Severity.FINE)
        if finding.severity is Severity.HIGH:
            assert at * every_s >= 60.0
            assert sorted(one.took_ms for one in window if not one.failure)[-1] > 2 * judge.baseline_ms
