"""Ears that know what may be asked: they find the question whose sound they hear, and nothing when it is not all there.

A speech recogniser would need seconds for each question on a small computer and mishear one in ten. These are exact,
so that a wrong answer is the program's fault: a question that lost its beginning, or holds another one, is not known.
"""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np

BANDS = 16
STEP_S = 0.02
LIKE = 0.9
"""How alike two sounds must be; the same one by way of another rate is above 0.97, another question below 0.6."""
AUDIBLE = 0.02


class Ears:
    """Learns sounds with their words, and tells the words of a sound."""

    def __init__(self) -> None:
        self._known: list[tuple[str, Any]] = []

    def learn(self, words: str, pcm: bytes, rate_hz: int) -> None:
        """This is how it sounds."""
        self._known.append((words, _picture(pcm, rate_hz)))

    def words_of(self, pcm: bytes, rate_hz: int) -> str:
        """What was said; empty when it is none of the known, or not the whole of it and nothing else."""
        heard = _picture(pcm, rate_hz)
        if not len(heard):
            return ""
        likeness, words = max((_likeness(heard, known), words) for words, known in self._known)
        return words if likeness >= LIKE else ""

    def words_of_wav(self, wav: bytes) -> str:
        """The same for a file that was sent."""
        with wave.open(io.BytesIO(wav)) as file:
            return self.words_of(file.readframes(file.getnframes()), file.getframerate())


def _picture(pcm: bytes, rate_hz: int) -> Any:
    """How loud it is in each band and step, from the first sound to the last."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not len(loud):
        return np.zeros((0, BANDS))
    samples = samples[loud[0] : loud[-1] + 1]
    step = round(rate_hz * STEP_S)
    steps = len(samples) // step
    spectra = np.abs(np.fft.rfft(samples[: steps * step].reshape(steps, step), axis=1))
    top = round(4000 * STEP_S)
    bands = spectra[:, 1 : 1 + top // BANDS * BANDS].reshape(steps, BANDS, -1).sum(axis=2)
    return np.log1p(100 * bands / max(1, step))


def _likeness(one: Any, other: Any) -> float:
    """Of two pictures: 1 for the same. Their lengths may differ by two steps, and their beginnings by one."""
    if not len(one) or not len(other) or abs(len(one) - len(other)) > 2:
        return 0.0
    length = min(len(one), len(other)) - 1
    return max(_alike(one[a : a + length], other[b : b + length]) for a, b in ((0, 0), (1, 0), (0, 1)))


def _alike(one: Any, other: Any) -> float:
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / max(1e-9, np.sqrt((one * one).sum() * (other * other).sum())))
