"""A microphone that delivers nothing but exact zeros: that is how it is muted, and how some systems refuse it."""

from __future__ import annotations

OPENING_S = 1.0
"""One that works is never this silent when it has just been opened."""
SPEAKING_S = 3.0
"""One that worked may give zeros between words: some cut noise off so. Nobody is silent for this long into it."""
WAITING_S = 20.0
"""While nobody is recorded it may give zeros for as long as it likes; so long is worth a word, once."""


class ZeroWatch:
    """Follows a microphone, from one opening to the next. Owns no clock."""

    def __init__(self) -> None:
        self._zeros_s = 0.0
        self._has_sounded = False
        self._is_told = False
        self._cuts_noise = False

    def push(self, seconds: float, *, is_zero: bool, is_recording: bool) -> bool | None:
        """Take a block; True when it has been silent for too long, False when sound is back after that."""
        if not is_zero:
            self._zeros_s = 0.0
            self._has_sounded = True
            was_told, self._is_told = self._is_told, False
            return False if was_told else None
        self._zeros_s += seconds
        if self._is_told or self._zeros_s < self._patience_s(is_recording):
            return None
        self._is_told = True
        self._cuts_noise = self._cuts_noise or not is_recording  # told once of one that may only do that
        return True

    def reopened(self) -> None:
        """It may be another one now, or permitted; what was told of it holds until it sounds."""
        self._zeros_s = 0.0
        self._has_sounded = self._cuts_noise = False

    def _patience_s(self, is_recording: bool) -> float:
        if not self._has_sounded:
            return OPENING_S
        if is_recording:
            return SPEAKING_S
        return float("inf") if self._cuts_noise else WAITING_S
