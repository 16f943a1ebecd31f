"""When to try again: exponential backoff with jitter, as a pure function of the attempt."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that double from `first_s` up to `longest_s`, each shortened by up to `jitter` of itself."""

    first_s: float = 0.1
    longest_s: float = 10.0
    jitter: float = 0.25

    def delay_s(self, attempt: int, chance: float | None = None) -> float:
        """Seconds to wait before `attempt` (0 is the first retry). `chance` in 0..1 replaces the dice."""
        delay = min(self.longest_s, self.first_s * 2.0 ** min(attempt, 32))
        return delay * (1 - self.jitter * (random.random() if chance is None else chance))  # noqa: S311 - no secret
