"""From a device's blocks to clean frames with their likelihood of being speech."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

import numpy as np

from sovereign_desktop.audio.echo_guard import STEP, EchoGuard
from sovereign_desktop.audio.processing import FRAME, Processing
from sovereign_desktop.audio.reference import Reference
from sovereign_desktop.audio.resampling import Floats, StreamResampler, from_pcm
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


@dataclass(frozen=True, slots=True)
class Heard:
    """10 ms of processed sound. `probabilities` are those of the VAD windows that it completed.

    `between` are those of windows that lie half a window beside them; 0 where nothing is played, and no time is lost.
    """

    frame: AudioFrame
    at: float
    level_dbfs: float
    probabilities: tuple[float, ...]
    between: tuple[float, ...] = ()


class Hearing:
    """The way of sound after the microphone: resampling, processing, VAD. One microphone, one thread."""

    def __init__(self, rate_hz: int, processing: Processing, model: Any, reference: Reference) -> None:
        self._processing = processing
        self._vad = SileroVad(model)
        self._guard = EchoGuard(model)
        self._reference = reference
        self._in = StreamResampler(rate_hz, CAPTURE_RATE_HZ)
        # Three ways of the same sound, always in step: cleaned, as it came, and what was played.
        self._to_vad = [StreamResampler(CAPTURE_RATE_HZ, RATE_HZ) for _ in range(3)]
        self._unjudged: Floats = np.zeros((3, 0), np.float32)
        # What the resampler holds back of the first block is made up for once; else every frame would wait for the
        # next block, 10 ms, to be complete.
        self._pending: Floats = np.zeros(self._held_back(), np.float32)
        self._next_at: float | None = None
        self._late_s = 0.0

    def _held_back(self) -> int:
        """The samples that the resampler owes after a first block; none where it has nothing to do."""
        delay = self._in.delay_ms * CAPTURE_RATE_HZ / 1000
        return ceil(delay) + 1 if delay else 0

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
        pcm, unsuppressed = self._processing.process(near, far, round(1000 * LEAD_S))
        clean = from_pcm(pcm)
        frame = AudioFrame(pcm, CAPTURE_RATE_HZ, at, unsuppressed)
        probabilities, between = list[float](), list[float]()
        for probability, somebody_else in self._judge(clean, near, far):
            if probability is None:
                between.append(somebody_else or 0.0)
            else:
                probabilities.append(probability if somebody_else is None else somebody_else)
        return Heard(frame, at, level_dbfs(clean), tuple(probabilities), tuple(between))

    def _judge(self, clean: Floats, near: Floats, far: Floats) -> Iterator[tuple[float | None, float | None]]:
        """How likely it is speech, where a window of the VAD ends, and how likely it is not our own, where we speak."""
        ways = [way.push(samples) for way, samples in zip(self._to_vad, (clean, near, far), strict=True)]
        self._unjudged = np.concatenate((self._unjudged, np.stack(ways)), axis=1)
        while self._unjudged.shape[1] >= STEP:
            step, self._unjudged = self._unjudged[:, :STEP], self._unjudged[:, STEP:]
            yield next(iter(self._vad.push(step[0])), None), self._guard.push(step[1], step[2])


def level_dbfs(samples: Floats) -> float:
    """Loudness relative to a full-scale square wave."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    return max(QUIETEST_DBFS, 10 * log10(power)) if power > 0 else QUIETEST_DBFS
