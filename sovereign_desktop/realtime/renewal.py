"""When a session has to be replaced by a new one. Decides only: the caller has the clocks."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_S = 3600.0
"""The API's cap; no server is known to allow more."""
SHORTEST_S = 10.0
"""A server that names less than this has another clock than ours."""
MARGIN_S = 300.0


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long one session lives, by two clocks.

    A monotonic clock stands still while the computer sleeps, and a wall clock may be set: the one that has gone
    further counts. `ends_at` is the server's Unix second, if it named one.
    """

    began: float
    began_wall: float
    ends_at: float | None = None

    @property
    def length_s(self) -> float:
        """From the beginning to the server's end of it. An end that makes no sense is not believed."""
        if self.ends_at is None or not SHORTEST_S <= self.ends_at - self.began_wall <= LONGEST_S:
            return LONGEST_S
        return self.ends_at - self.began_wall

    def due_in_s(self, now: float, wall: float) -> float:
        """Seconds until it should be replaced, at the next gap between turns: a few minutes before its end."""
        return self.left_s(now, wall) - min(MARGIN_S, self.length_s / 12)

    def left_s(self, now: float, wall: float) -> float:
        """Seconds until the server ends it."""
        return self.length_s - self.age_s(now, wall)

    def age_s(self, now: float, wall: float) -> float:
        return max(now - self.began, wall - self.began_wall)
