"""Whether the vectors are well, from how their queries went: the rollback plan's table as a decision.

Owns no clock: `now` is a monotonic second given by the caller.
"""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. `CRITICAL` and `HIGH` are a reason to roll back, `LOW` is watched."""

    FINE = "fine"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Sample:
    """One query: when it ended, how long it took, and what went wrong, if anything."""

    at: float
    took_ms: float
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the samples say, in words for the user."""

    severity: Severity
    reason: str = ""

    @property
    def wants_rollback(self) -> bool:
        return self.severity in (Severity.HIGH, Severity.CRITICAL)


@dataclass(frozen=True, slots=True)
class Limits:
    """When it is too much. `slow` and `slower` are multiples of what is normal."""

    failures_in_a_row: int = 3
    error_rate: float = 0.1
    window_s: float = 60.0
    least_samples: int = 10
    slow: float = 2.0
    slower: float = 1.25
    shortest_normal_ms: float = 5.0
    """Twice almost nothing is still nothing."""


FINE = Finding(Severity.FINE)


@dataclass(slots=True)
class Judge:
    """Takes samples in order and says what they come to. `baseline_ms` is 0 until enough went well to know it."""

    limits: Limits = Limits()
    baseline_ms: float = 0.0
    _window: deque[Sample] = field(default_factory=deque)
    _in_a_row: int = 0
    _slow_since: float | None = None

    def take(self, sample: Sample) -> Finding:
        """Judge with one more sample."""
        self._window.append(sample)
        while self._window[0].at < sample.at - self.limits.window_s:
            self._window.popleft()
        self._in_a_row = self._in_a_row + 1 if sample.failure else 0
        failing = self._failing(sample)
        return failing if failing.severity is Severity.CRITICAL else self._slow(sample.at)

    def corrupted(self, what: str) -> Finding:
        """A health check found wrong answers: nothing to wait for."""
        return Finding(Severity.CRITICAL, what)

    def restart(self) -> None:
        """Forget everything, what is normal too."""
        self._window.clear()
        self._in_a_row = 0
        self._slow_since = None
        self.baseline_ms = 0.0

    def _failing(self, sample: Sample) -> Finding:
        failed = sum(1 for one in self._window if one.failure)
        if self._in_a_row >= self.limits.failures_in_a_row:
            return Finding(Severity.CRITICAL, f"{self._in_a_row} queries in a row failed: {sample.failure}")
        enough = len(self._window) >= self.limits.least_samples
        if sample.failure and enough and failed / len(self._window) >= self.limits.error_rate:
            return Finding(
                Severity.CRITICAL, f"{failed} of the latest {len(self._window)} queries failed: {sample.failure}"
            )
        return FINE

    def _slow(self, now: float) -> Finding:
        times = [one.took_ms for one in self._window if not one.failure]
        if len(times) < self.limits.least_samples:
            return FINE
        usual = statistics.median(times)
        if self.baseline_ms <= 0:
            self.baseline_ms = max(usual, self.limits.shortest_normal_ms)
        ratio = usual / self.baseline_ms
        if ratio <= self.limits.slow:
            self._slow_since = None
            if ratio <= self.limits.slower:
                return FINE
            return Finding(Severity.LOW, f"queries take {ratio:.1f} times as long as usual")
        if self._slow_since is None:
            self._slow_since = now
        if now - self._slow_since >= self.limits.window_s:
            return Finding(
                Severity.HIGH, f"queries take {ratio:.1f} times as long as usual ({usual:.0f} ms), for a whole window"
            )
        return Finding(Severity.LOW, f"queries take {ratio:.1f} times as long as usual; watched for a window")
