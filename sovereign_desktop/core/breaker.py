"""A circuit breaker: after repeated failures, stop asking for a while, then try once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class CircuitBreaker:
    """Opens after `failures_to_open` failures in a row, lets one trial through after `cool_down_s`.

    Owns no clock: `now` is a monotonic second given by the caller. Source: M. Nygard, "Release It!", 2007.
    """

    failures_to_open: int = 3
    cool_down_s: float = 30.0
    failures: int = 0
    opened_at: float | None = None

    def allows(self, now: float) -> bool:
        """Whether a call may be made now. While the trial runs, nothing else may."""
        if self.opened_at is None:
            return True
        if now - self.opened_at < self.cool_down_s:
            return False
        self.opened_at = now  # this caller is the trial; others wait for its result or another cool-down
        return True

    def succeeded(self) -> None:
        """A call worked: close."""
        self.failures = 0
        self.opened_at = None

    def failed(self, now: float) -> None:
        """A call failed: count, and open when it was one too many or the trial."""
        self.failures += 1
        if self.failures >= self.failures_to_open or self.opened_at is not None:
            self.opened_at = now
