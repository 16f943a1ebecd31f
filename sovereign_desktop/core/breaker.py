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
        if self.allowed_in_s(now) > 0:
            return False
        if self.opened_at is not None:
            self.opened_at = now  # this caller is the trial; others wait for its result or another cool-down
        return True

    def allowed_in_s(self, now: float) -> float:
        """Seconds until `allows` says yes; 0 when it would now.

        Whoever sleeps until then must find it allowed: both go by this one sum, since another order of the same
        floats may round to the other side, and a caller that tries and sleeps in turn would do neither.
        """
        return 0.0 if self.opened_at is None else max(0.0, self.opened_at + self.cool_down_s - now)

    def succeeded(self) -> None:
        """A call worked: close."""
        self.failures = 0
        self.opened_at = None

    def failed(self, now: float) -> None:
        """A call failed: count, and open when it was one too many or the trial."""
        self.failures += 1
        if self.failures >= self.failures_to_open or self.opened_at is not None:
            self.opened_at = now
