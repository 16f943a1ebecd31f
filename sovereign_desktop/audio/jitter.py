"""How long sound that comes too slowly is held back, so that it stumbles once and not at every step. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_MS = 40.0
LONGEST_MS = 240.0
PAUSE_MS = 400.0
"""Who says nothing for so long is thinking, and not on a bad line."""


@dataclass(slots=True)
class JitterBuffer:
    """Of one playback. The first sound is played at once, for most networks are faster than speech.

    Each time the playback runs dry before its end, what comes next is held until there is a little more of it, or
    until it has waited that long; twice as much as the time before. Sound that comes in bursts never waits, nor does
    what comes after a pause. `now` is a monotonic second.
    """

    holds_ms: float = 0.0
    _dry_at: float | None = None
    _came_at: float | None = None
    _was_pause: bool = False

    def ran_dry(self, now: float) -> None:
        """Nothing was there to be played, and more is to come. Says nothing new while it stays dry."""
        if self._dry_at is None:
            self._dry_at, self._came_at = now, None

    def lets_pass(self, waiting_ms: float, now: float) -> bool:
        """Whether what waits may be played."""
        if self._dry_at is None:
            return True
        if not waiting_ms:
            return False
        if self._came_at is None:
            self._came_at = now
            self._was_pause = 1000 * (now - self._dry_at) > PAUSE_MS
            if not self._was_pause:
                self.holds_ms = min(LONGEST_MS, 2 * self.holds_ms or FIRST_MS)
        if not self._was_pause and max(waiting_ms, 1000 * (now - self._came_at)) < self.holds_ms:
            return False
        self._dry_at = None
        return True
