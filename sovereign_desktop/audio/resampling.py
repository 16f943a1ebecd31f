"""Resampling of live sound, with less than 2 ms of delay.

soxr is better and serves files (`wav.py`), but its stream holds back up to 38 ms in chunks of its own size (measured
with soxr 1.1, 48 to 24 kHz, qualities LQ to HQ), which a conversation can't afford.
"""

from __future__ import annotations

from functools import cache
from math import gcd

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

HALF_WIDTH = 16
"""Zero crossings of the sinc on each side, at the lower of the two rates: 0.67 ms at 24 kHz."""
ROLL_OFF = 0.94
KAISER_BETA = 8.0
"""80 dB of stop band: below what 16-bit speech can hold."""
MOST_ROWS = 3
"""With so few phases each is one correlation, which takes an eighth of what gathering windows does: a second of an
answer is 1 ms and no longer 8 late."""


@cache
def _filters(up: int, down: int) -> Floats:
    """One row of taps for each of `up` phases between two input samples."""
    cutoff = ROLL_OFF * min(1.0, up / down)
    half = int(np.ceil(HALF_WIDTH / min(1.0, up / down)))
    distance = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.i0(KAISER_BETA * np.sqrt(np.clip(1 - (distance / half) ** 2, 0, 1))) / np.i0(KAISER_BETA)
    taps = cutoff * np.sinc(cutoff * distance) * window
    return np.asarray(taps / taps.sum(axis=1, keepdims=True), np.float32)


class StreamResampler:
    """Turns chunks at one rate into chunks at another: a polyphase windowed sinc. One thread.

    Output sample k stands at k / `to_hz` seconds after the first input sample; it only comes a little later.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        divisor = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // divisor, from_hz // divisor
        self._same = from_hz == to_hz
        self._taps = _filters(self._up, self._down) if not self._same else np.zeros((1, 2), np.float32)
        width = self._taps.shape[1]
        self._kept: Floats = np.zeros(width // 2 - 1, np.float32)
        self._next = 0  # position of the next output sample in units of 1 / up input samples, from `_kept[0]` on
        self.delay_ms = 0.0 if self._same else 1000 * (width // 2) / from_hz

    def push(self, samples: Floats) -> Floats:
        """The output that these samples complete."""
        if self._same:
            return samples
        width = self._taps.shape[1]
        source = np.concatenate((self._kept, samples))
        count = max(0, ((len(source) - width) * self._up - self._next) // self._down + 1)
        out = self._by_phase(source, count) if self._up <= MOST_ROWS else self._by_window(source, count)
        done = (self._next + self._down * count) // self._up
        self._next += self._down * count - done * self._up
        # `done` may lie beyond what is there when the input is much faster than the output.
        excess = max(0, done - len(source))
        self._kept = source[done:]
        self._next += excess * self._up
        return out

    def _by_phase(self, source: Floats, count: int) -> Floats:
        out = np.zeros(count, np.float32)
        for first in range(min(self._up, count)):
            start, phase = divmod(self._next + self._down * first, self._up)
            every = out[first :: self._up]
            every[:] = np.correlate(source[start:], self._taps[phase])[:: self._down][: len(every)]
        return out

    def _by_window(self, source: Floats, count: int) -> Floats:
        ticks = self._next + self._down * np.arange(count)
        starts, phases = ticks // self._up, ticks % self._up
        windows = source[starts[:, None] + np.arange(self._taps.shape[1])]
        return np.asarray(np.einsum("ij,ij->i", windows, self._taps[phases]), np.float32)

    def rest(self) -> Floats:
        """What is still inside, as if silence followed."""
        if self._same:
            return np.zeros(0, np.float32)
        return self.push(np.zeros(self._taps.shape[1] // 2, np.float32))


def from_pcm(pcm: bytes) -> Floats:
    """16-bit samples as floats in -1..1."""
    return np.asarray(np.frombuffer(pcm, "<i2"), np.float32) / np.float32(32768)


def to_pcm(samples: Floats) -> bytes:
    """Floats as 16-bit samples; what is too loud is clipped."""
    return bytes(np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes())
