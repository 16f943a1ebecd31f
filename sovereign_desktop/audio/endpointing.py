"""When speech begins and ends, from a stream of probabilities. Pure: time is what was pushed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

HYSTERESIS = 0.15
"""Speech goes on at a probability that is lower by this, because quiet endings of words belong to it; and it began
with the window before if that was no less likely, because the detector is seldom sure of a first window: to wait until
it is costs 20 ms at the median."""
GAP_MS = 100.0
"""Pauses up to this long inside a beginning do not take it back: the closure of a stop consonant."""


class BoundaryKind(StrEnum):
    """What a boundary is."""

    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A change between silence and speech; `ago_ms` is how far back it lies from the end of what was pushed."""

    kind: BoundaryKind
    ago_ms: float


@dataclass(slots=True)
class Endpointer:
    """Finds the beginning and the end of speech.

    Sound counts as speech once `min_speech_ms` of it are likely to be speech, and then from its first window on, with
    the one before that was nearly as likely; a shorter sound counts for nothing. With `silence_ms`, so much silence
    after speech ends it; with None nothing does. `speech_ms` is how much was speech, `speech_ended_ms` where the last
    of it ended, from the first push on.
    """

    threshold: float
    min_speech_ms: float
    silence_ms: float | None = None
    position_ms: float = 0.0
    speech_ms: float = 0.0
    speech_ended_ms: float = 0.0
    speaking: bool = False
    _candidate_ms: float = field(default=0.0, init=False)
    _candidate_began_ms: float = field(default=0.0, init=False)
    _voiced_until_ms: float = field(default=0.0, init=False)
    _hinted_ms: float = field(default=0.0, init=False)

    def push(self, probability: float, frame_ms: float) -> Boundary | None:
        """Take one result of the VAD and return the boundary it completes, if any."""
        before_ms = self.position_ms
        self.position_ms += frame_ms
        if self.speaking:
            return self._while_speaking(probability >= self.threshold - HYSTERESIS, frame_ms)
        if probability >= self.threshold:
            return self._maybe_start(before_ms, frame_ms)
        self._hinted_ms = frame_ms if probability >= self.threshold - HYSTERESIS else 0.0
        if self.position_ms - self._voiced_until_ms > GAP_MS:
            self._candidate_ms = 0.0
        return None

    def _maybe_start(self, began_ms: float, frame_ms: float) -> Boundary | None:
        if not self._candidate_ms:
            self._candidate_began_ms = began_ms - self._hinted_ms
            self._candidate_ms = self._hinted_ms
        self._candidate_ms += frame_ms
        self._voiced_until_ms = self.position_ms
        if self._candidate_ms < self.min_speech_ms:
            return None
        self.speaking = True
        self.speech_ms += self._candidate_ms
        self.speech_ended_ms = self.position_ms
        self._candidate_ms = self._hinted_ms = 0.0
        return Boundary(BoundaryKind.STARTED, self.position_ms - self._candidate_began_ms)

    def _while_speaking(self, voiced: bool, frame_ms: float) -> Boundary | None:
        if voiced:
            self.speech_ms += frame_ms
            self.speech_ended_ms = self.position_ms
            return None
        silent_ms = self.position_ms - self.speech_ended_ms
        if self.silence_ms is not None and silent_ms >= self.silence_ms:
            self.speaking = False
            return Boundary(BoundaryKind.ENDED, silent_ms)
        return None
