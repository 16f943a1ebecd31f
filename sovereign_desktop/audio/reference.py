"""What the loudspeaker plays, by time: the reference that echo cancellation compares the microphone with."""

from __future__ import annotations

import numpy as np

from sovereign_desktop.audio.resampling import Floats, StreamResampler

KEPT_S = 2.0
TOLERANCE_S = 0.02
"""A loudspeaker's clock jitters by some milliseconds; a larger step is a new beginning."""


class Reference:
    """Played sound at the rate of the processing, to be asked for by the moment at which it stood at the loudspeaker.

    What was not played is silence. One thread.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._resampler = StreamResampler(rate_hz, rate_hz)
        self._from_hz = rate_hz
        self._samples: Floats = np.zeros(0, np.float32)
        self._began_at = 0.0

    def add(self, samples: Floats, from_hz: int, at: float) -> None:
        """Sound whose first sample stands at the loudspeaker at the monotonic second `at`."""
        expected = self._began_at + len(self._samples) / self._rate_hz
        if from_hz != self._from_hz or abs(at - expected) > TOLERANCE_S:
            self._jump(at, from_hz)
        self._samples = np.concatenate((self._samples, self._resampler.push(samples)))
        self._forget()

    def between(self, at: float, count: int) -> Floats:
        """`count` samples from the monotonic second `at` on."""
        wanted = np.zeros(count, np.float32)
        first = round((at - self._began_at) * self._rate_hz)
        start, end = max(0, first), min(len(self._samples), first + count)
        if start < end:
            wanted[start - first : end - first] = self._samples[start:end]
        return wanted

    def _jump(self, at: float, from_hz: int) -> None:
        """Fill the pause with silence, or begin anew when there is too much of it."""
        pause = round((at - self._began_at) * self._rate_hz) - len(self._samples)
        if self._from_hz == from_hz and 0 < pause < KEPT_S * self._rate_hz and len(self._samples):
            self._samples = np.concatenate((self._samples, np.zeros(pause, np.float32)))
        elif self._from_hz == from_hz and -len(self._samples) < pause < 0:
            self._samples = self._samples[:pause]  # it was dropped, and never sounded
        else:
            self._samples = np.zeros(0, np.float32)
            self._began_at = at
        self._from_hz = from_hz
        self._resampler = StreamResampler(from_hz, self._rate_hz)

    def _forget(self) -> None:
        extra = len(self._samples) - int(KEPT_S * self._rate_hz)
        if extra > 0:
            self._samples = self._samples[extra:]
            self._began_at += extra / self._rate_hz
