"""What presses of one key mean: held, it is push-to-talk; tapped, it toggles. The first press acts at once."""

from __future__ import annotations

from enum import StrEnum


class Gesture(StrEnum):
    """What to do about the last key event."""

    PRESS = "press"
    """Begin to listen; whether it is a hold or a tap shows later."""
    HOLD_RELEASED = "hold_released"
    """It was a hold: stop listening and answer."""
    TAPPED = "tapped"
    """It was a tap: go on listening until the next one."""
    TAPPED_AGAIN = "tapped_again"
    """The second tap, as soon as its key is down: stop listening and answer."""


class HotkeyGesture:
    """Turns key events with their monotonic seconds into gestures. Auto-repeat means nothing."""

    def __init__(self, hold_ms: int) -> None:
        self._hold_s = hold_ms / 1000
        self._down_at: float | None = None
        self._settled = False
        self._tapped = False

    @property
    def hold_at(self) -> float | None:
        """The second at which the press that is under way becomes a hold."""
        return None if self._down_at is None or self._settled else self._down_at + self._hold_s

    def key_down(self, at: float) -> Gesture | None:
        """Take the press of the key."""
        if self._down_at is not None:
            return None  # auto-repeat
        self._down_at = at
        self._settled, self._tapped = self._tapped, False
        return Gesture.TAPPED_AGAIN if self._settled else Gesture.PRESS

    def key_up(self, at: float) -> Gesture | None:
        """Take the release of the key."""
        hold_at, self._down_at = self.hold_at, None
        if hold_at is None:
            return None
        self._tapped = at < hold_at
        return Gesture.TAPPED if self._tapped else Gesture.HOLD_RELEASED

    def listening_ended(self) -> None:
        """Forget what is under way: listening ended for another reason, such as silence, a verb or the cancel key."""
        self._tapped = False
        self._settled = True
