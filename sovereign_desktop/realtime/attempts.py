"""When a session may be opened again. Decides only: the caller has the clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from sovereign_desktop.core.backoff import Backoff
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.errors import RateLimited, SovereignError

LONG_LIFE_S = 20.0
"""A session that ended sooner counts as a failure, so that a server which hangs up at once is not run after."""


@dataclass(slots=True)
class Attempts:
    """The failures so far and what follows from them. `now` is a monotonic second."""

    backoff: Backoff = field(default_factory=lambda: Backoff(first_s=0.5, longest_s=30.0))
    breaker: CircuitBreaker = field(default_factory=lambda: CircuitBreaker(failures_to_open=4, cool_down_s=30.0))
    last_error: SovereignError | None = None
    _in_a_row: int = 0
    _next_at: float = 0.0
    _asked_to_wait_until: float = 0.0

    @property
    def is_hopeless(self) -> bool:
        """Whether somebody has to change something first: a key, an account, a setting."""
        return self.last_error is not None and not self.last_error.retryable

    def wait_s(self, now: float) -> float | None:
        """Seconds until the next attempt that nobody asked for; None when there is none."""
        if self.is_hopeless:
            return None
        return max(0.0, self._next_at - now, self._asked_to_wait_until - now, self.breaker.allowed_in_s(now))

    def obstacle(self, now: float) -> SovereignError | None:
        """Why a turn that wants a session now would get none. It need not wait for the backoff."""
        if self.is_hopeless or self.breaker.allowed_in_s(now) > 0:
            return self.last_error
        return self.must_wait(now)

    def begin(self, now: float) -> SovereignError | None:
        """Claim an attempt: None when it may be made, otherwise why not."""
        error = self.obstacle(now)
        if error is None and not self.breaker.allows(now):
            error = self.last_error
        return error

    def must_wait(self, now: float) -> RateLimited | None:
        """The server's wish to be left alone for a while, with what is left of the wait."""
        left_s = self._asked_to_wait_until - now
        if left_s <= 0:
            return None
        return RateLimited("The Realtime API asked to wait.", retry_after_s=left_s)

    def failed(self, error: SovereignError, now: float) -> None:
        """An attempt to open a session failed."""
        self.noticed(error, now)
        self.breaker.failed(now)
        self._next_at = now + self.backoff.delay_s(self._in_a_row)
        self._in_a_row += 1

    def lost(self, error: SovereignError, lived_s: float, now: float) -> None:
        """A session ended that nobody ended. After a long life the next may follow at once."""
        if lived_s < LONG_LIFE_S:
            self.failed(error, now)
        else:
            self.worked()
            self.noticed(error, now)

    def noticed(self, error: SovereignError, now: float) -> None:
        """The server said in a session what holds for the next one as well: no credit, too many requests."""
        self.last_error = error
        if error.retry_after_s is not None:
            self._asked_to_wait_until = max(self._asked_to_wait_until, now + error.retry_after_s)

    def opened(self) -> None:
        """There is a session; whether it is any good is to be seen."""
        self.last_error = None

    def worked(self) -> None:
        """A session has proved good: it answered, or lived long."""
        self.breaker.succeeded()
        self.last_error = None
        self._in_a_row = 0
        self._next_at = 0.0

    def forgive(self) -> None:
        """Something has been changed: forget what went wrong."""
        self.worked()
        self._asked_to_wait_until = 0.0
