"""Takes the echo of what was played out of what is heard, and knows how much of it may be left. Pure.

A partitioned-block frequency-domain Kalman filter: it learns the way from loudspeaker to microphone, and beside each
coefficient keeps how uncertain that is. It only subtracts; unlike WebRTC's cancellation it never suppresses, so that
a voice in the residual is whole. 0.12 ms for 8 ms of sound.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sovereign_desktop.audio.resampling import Floats

Spectra = npt.NDArray[np.complexfloating]
Powers = npt.NDArray[np.floating]

HOP = 128
RATE_HZ = 16_000
PARTITIONS = 25
"""200 ms of echo path, counted from the lead of the reference."""
FORGETTING = 0.9985
"""In 8 ms, as power. Paths change by little all the time."""
PRIOR = 4.0
"""How loud an echo may be before anything is known of it, as power relative to what was played."""
LEAST_PRIOR = 0.03
"""How loud an echo may have become where there was none (-15 dB)."""
FLOOR = 1e-4
LEAK = 0.05
"""What any real path leaves, as part of the echo's power (13 dB): loudspeakers distort."""
VOICE_HZ = (200, 4_000)


class EchoFilter:
    """Filters hops of 8 ms at 16 kHz. The path stays learned between playbacks. One thread."""

    def __init__(self) -> None:
        bins = HOP + 1
        self._far: Floats = np.zeros(2 * HOP, np.float32)
        self._played: Spectra = np.zeros((PARTITIONS, bins), np.complex64)
        self._path: Spectra = np.zeros((PARTITIONS, bins), np.complex64)
        self._doubt: Powers = np.full((PARTITIONS, bins), PRIOR / PARTITIONS, np.float32)
        self._near_power: Powers = np.zeros(bins, np.float32)
        self._voice = slice(*(round(hz * 2 * HOP / RATE_HZ) for hz in VOICE_HZ))

    def push(self, near: Floats, far: Floats) -> tuple[Floats, float, float]:
        """One hop without its echo, the power of its voice band, and the power of echo that may be left in it."""
        self._far = np.concatenate((self._far[HOP:], far))
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(self._far)
        echo = np.fft.irfft((self._played * self._path).sum(axis=0))[HOP:]
        residual = np.asarray(near - echo, np.float32)
        spectrum = _late(residual)
        power = np.square(np.abs(spectrum))
        left = self._learn(spectrum, power) + LEAK * np.square(np.abs(_late(echo)))
        return residual, float(power[self._voice].sum()), float(left[self._voice].sum())

    def pause(self) -> None:
        """Nothing was played for so long that nothing of it echoes."""
        self._far[:] = 0
        self._played[:] = 0

    def doubt(self) -> None:
        """The path has changed; another one that is about as loud has to be learned."""
        loudness = np.maximum(LEAST_PRIOR, np.square(np.abs(self._path)).sum(axis=0))
        self._doubt = np.maximum(self._doubt, loudness / PARTITIONS)

    def _learn(self, spectrum: Spectra, power: Powers) -> Powers:
        """One step towards the path; returns the power that was left in doubt before it, by frequency."""
        played = np.square(np.abs(self._played))
        left = 0.5 * (played * self._doubt).sum(axis=0)
        self._near_power = 0.5 * self._near_power + 0.5 * power
        gain = self._doubt / (left + self._near_power + 1e-8)
        step = np.fft.irfft(gain * self._played.conj() * spectrum, axis=1)
        step[:, HOP:] = 0  # a partition is HOP samples of the path
        kept = FORGETTING * np.clip(1 - 0.5 * gain * played, 0, None) * self._doubt
        # New doubt goes to all partitions: an echo that comes at another delay could never be learned otherwise.
        fresh = np.square(np.abs(self._path)).mean(axis=0) + FLOOR / PARTITIONS
        self._doubt = np.asarray(kept + (1 - FORGETTING) * fresh, np.float32)
        self._path = np.asarray(self._path + np.fft.rfft(step, axis=1), np.complex64)
        return np.asarray(left)


def _late(samples: Powers) -> Spectra:
    return np.asarray(np.fft.rfft(np.concatenate((np.zeros(HOP), samples))))
