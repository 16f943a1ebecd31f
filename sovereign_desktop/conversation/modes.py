"""Which way to answer: the Realtime API, or what stands behind it. Pure: samples and a moment in, a standing out.

    primary -> fallback      at once, with a reason
    fallback -> trial        after the cool-down
    trial -> primary         when as many turns as `trial_turns` were answered in it
    trial -> fallback        at the first failure, for another cool-down

So the fallback always lasts for a cool-down at least, and a connection that comes and goes costs one failed turn in
that time. What rules the primary out (no key, nothing left to spend) is no matter of samples: it holds while it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median


class Way(StrEnum):
    """Who answers. A trial is answered by the primary, on probation."""

    PRIMARY = "primary"
    TRIAL = "trial"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Sample:
    """How one turn or one attempt to connect to the primary went; `at` is its monotonic second.

    `share_ms` is what the connection added to a turn, `voice_to_voice_ms` all of what the user waited.
    """

    at: float
    worked: bool
    is_turn: bool = True
    share_ms: float | None = None
    voice_to_voice_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """When the primary is left, and how it is tried again: `performance` and `mode_switching` in the settings.

    A connection that adds less than `target_ms` is good enough, however good it was before.
    """

    target_ms: float = 300.0
    latency_threshold_ms: float = 500.0
    voice_to_voice_limit_ms: float | None = None
    error_rate_threshold: float = 0.1
    connection_failures: int = 3
    latency_degradation: float = 0.5
    error_rate_increase: float = 0.1
    window_s: float = 60.0
    min_samples: int = 10
    cool_down_s: float = 30.0
    trial_turns: int = 2


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds now, whatever was measured.

    `ruled_out` says why the primary can't be used at all, and is empty when it can. Without a model of its own the
    fallback knows less than a slow primary: then slowness is no reason to leave it.
    """

    ruled_out: str = ""
    fallback_has_model: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """The way that holds since the second `since`, and why. The reason is a clause that a sentence can end with."""

    way: Way
    since: float
    reason: str = ""


def decide(samples: Sequence[Sample], now: float, standing: Standing, situation: Situation, limits: Limits) -> Standing:
    """The standing at `now`; the same object when nothing changes. `samples` are those of the primary, oldest first."""
    if situation.ruled_out:
        return _moved(standing, Way.FALLBACK, now, situation.ruled_out)
    if standing.way is Way.FALLBACK:
        if now - standing.since < limits.cool_down_s:
            return standing
        return Standing(Way.TRIAL, now, "it is being tried again")
    since = [sample for sample in samples if sample.at >= standing.since]
    if standing.way is Way.TRIAL:
        return _after_trial(since, now, standing, limits)
    reason = _reason_to_leave(since, now, situation, limits)
    return Standing(Way.FALLBACK, now, reason) if reason else standing


def _moved(standing: Standing, way: Way, now: float, reason: str) -> Standing:
    if standing.way is not way:
        return Standing(way, now, reason)
    return standing if standing.reason == reason else replace(standing, reason=reason)


def _after_trial(since: Sequence[Sample], now: float, standing: Standing, limits: Limits) -> Standing:
    if any(not sample.worked for sample in since):
        return Standing(Way.FALLBACK, now, "it failed again when it was tried")
    if sum(sample.is_turn for sample in since) >= limits.trial_turns:
        return Standing(Way.PRIMARY, now, "it works again")
    return standing


def _reason_to_leave(since: Sequence[Sample], now: float, situation: Situation, limits: Limits) -> str:
    """Why the primary is to be left, or nothing."""
    failures = _failures_at_the_end(since)
    if failures >= limits.connection_failures:
        return f"it failed {failures} times in a row"
    window = [sample for sample in since if now - sample.at <= limits.window_s]
    before = [sample for sample in since if now - sample.at > limits.window_s]
    if len(window) < limits.min_samples:
        return ""
    if reason := _too_many_errors(window, before, limits):
        return reason
    return _too_slow(window, before, limits) if situation.fallback_has_model else ""


def _failures_at_the_end(samples: Sequence[Sample]) -> int:
    count = 0
    for sample in reversed(samples):
        if sample.worked:
            break
        count += 1
    return count


def _too_many_errors(window: Sequence[Sample], before: Sequence[Sample], limits: Limits) -> str:
    rate = _error_rate(window)
    if rate > limits.error_rate_threshold:
        return f"{rate:.0%} of the last attempts failed"
    if len(before) >= limits.min_samples and rate > _error_rate(before) + limits.error_rate_increase:
        return f"it fails more often than before ({rate:.0%})"
    return ""


def _too_slow(window: Sequence[Sample], before: Sequence[Sample], limits: Limits) -> str:
    share = _median(sample.share_ms for sample in window)
    waited = _median(sample.voice_to_voice_ms for sample in window)
    if share is not None and share > limits.latency_threshold_ms:
        return f"the connection adds {share:.0f} ms"
    if limits.voice_to_voice_limit_ms is not None and waited is not None and waited > limits.voice_to_voice_limit_ms:
        return f"answers take {waited / 1000:.1f} s to begin"
    usual = _median(sample.share_ms for sample in before) if len(before) >= limits.min_samples else None
    if share is None or usual is None or share <= limits.target_ms:
        return ""
    if share > usual * (1 + limits.latency_degradation):
        return f"the connection adds {share:.0f} ms, {usual:.0f} before"
    return ""


def _error_rate(samples: Sequence[Sample]) -> float:
    return sum(not sample.worked for sample in samples) / len(samples)


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
