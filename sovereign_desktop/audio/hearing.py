"""From a device's blocks to clean frames with their likelihood of being speech."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np

from sovereign_desktop.audio.echo_guard import EchoGuard
from sovereign_desktop.audio.processing import FRAME, Processing
from sovereign_desktop.audio.reference import Reference
from sovereign_desktop.audio.resampling import Floats, StreamResampler, to_pcm
from sovereign_desktop.audio.vad import RATE_HZ, SileroVad
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, AudioFrame

LEAD_S = 0.02
"""The reference runs ahead of the microphone by this, so that no error of the clocks makes the echo come first."""
FRAME_S = FRAME / CAPTURE_RATE_HZ
CLOCK_JUMP_S = 0.05
CLOCK_SMOOTHING = 0.05
CLOCK_STEP_S = 0.01
"""By how much frames may lie beside the device's clock. A reference that follows it closely slips by some samples with
every frame, and an echo that slips can't be cancelled, nor recognised."""
QUIETEST_DBFS = -90.0
OWN_VOICE = 0.6
"""The microphone hears hardly anything but what was played: then no residue of echo cancellation is a person."""


@dataclass(frozen=True, slots=True)
class Heard:
    """10 ms of processed sound. `probabilities` are those of the VAD windows that it completed."""

    frame: AudioFrame
    at: float
    level_dbfs: float
    probabilities: tuple[float, ...]


class Hearing:
    """The way of sound after the microphone: resampling, processing, VAD. One microphone, one thread."""

    def __init__(self, rate_hz: int, processing: Processing, model: Any, reference: Reference) -> None:
        self._rate_hz = rate_hz
        self._processing = processing
        self._vad = SileroVad(model)
        self._raw_vad = SileroVad(model)
        self._raw_probability = 0.0
        self._guard = EchoGuard()
        self._reference = reference
        self._in = StreamResampler(rate_hz, CAPTURE_RATE_HZ)
        self._to_vad = StreamResampler(CAPTURE_RATE_HZ, RATE_HZ)
        self._raw_to_vad = StreamResampler(CAPTURE_RATE_HZ, RATE_HZ)
        self._pending: Floats = np.zeros(0, np.float32)
        self._next_at: float | None = None
        self._late_s = 0.0

    def push(self, samples: Floats, at: float) -> list[Heard]:
        """The frames that a block completes; `at` is the monotonic second of its first sample."""
        self._keep_time(at)
        self._pending = np.concatenate((self._pending, self._in.push(samples)))
        heard = []
        while len(self._pending) >= FRAME:
            frame, self._pending = self._pending[:FRAME], self._pending[FRAME:]
            heard.append(self._hear(frame))
        return heard

    def _keep_time(self, at: float) -> None:
        """Stay near the device's clock in rare steps; single blocks come early and late."""
        first_at = at - len(self._pending) / CAPTURE_RATE_HZ - self._in.delay_ms / 1000
        if self._next_at is None or abs(first_at - self._next_at) > CLOCK_JUMP_S:
            self._next_at, self._late_s = first_at, 0.0
        self._late_s += CLOCK_SMOOTHING * (first_at - self._next_at - self._late_s)
        if abs(self._late_s) > CLOCK_STEP_S:
            self._next_at, self._late_s = self._next_at + self._late_s, 0.0

    def _hear(self, near: Floats) -> Heard:
        at = self._next_at or 0.0
        self._next_at = at + FRAME_S
        far = self._reference.between(at + LEAD_S, FRAME)
        clean = self._processing.process(near, far, round(1000 * LEAD_S))
        unexplained = self._unexplained(near, far)
        heard = self._vad.push(self._to_vad.push(clean))
        probabilities = [max(unexplained, 0.0 if self._is_own_voice() else each) for each in heard]
        frame = AudioFrame(to_pcm(clean), CAPTURE_RATE_HZ, at)
        return Heard(frame, at, level_dbfs(clean), tuple(probabilities))

    def _is_own_voice(self) -> bool:
        """Whether what echo cancellation left over is left over from us."""
        return self._guard.is_playing and self._guard.likeness() > OWN_VOICE

    def _unexplained(self, near: Floats, far: Floats) -> float:
        """How likely the unprocessed sound is speech that is not our own; 0 while nothing is played."""
        self._guard.push(near, far)
        if not self._guard.is_playing:
            self._begin_raw()
            return 0.0
        for probability in self._raw_vad.push(self._raw_to_vad.push(near)):
            is_other = self._guard.believes()
            self._raw_probability = probability if is_other else 0.0
        return self._raw_probability

    def _begin_raw(self) -> None:
        """Forget the end of the last answer; the next one is judged by itself."""
        if self._raw_vad.is_used:
            self._raw_vad.reset()
            self._raw_to_vad = StreamResampler(CAPTURE_RATE_HZ, RATE_HZ)
            self._raw_probability = 0.0


def level_dbfs(samples: Floats) -> float:
    """Loudness relative to a full-scale square wave."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    return max(QUIETEST_DBFS, 10 * log10(power)) if power > 0 else QUIETEST_DBFS
