"""Ways from a loudspeaker to a microphone, good and bad, at 16 kHz."""

from __future__ import annotations

from itertools import cycle

import numpy as np

from sovereign_desktop.audio.resampling import Floats
from tests.audio.sounds import silence, white_noise

RATE = 16_000
NOISE = 0.0005


def echo(played: Floats, delay_ms: float = 80, gain_db: float = 0, direct: float | None = None) -> Floats:
    """What a microphone hears of it. `direct` is the direct sound beside a reverberation of 0.2 s; None: no room."""
    room = np.ones(1) if direct is None else _room(direct)
    wet = _convolved(played, room) * 10 ** (gain_db / 20)
    return _with_noise(np.concatenate((silence(delay_ms / 1000, RATE), wet))[: len(played)])


def jumping(played: Floats, every_ms: int = 400) -> Floats:
    """An echo whose delay jumps back and forth by up to 40 ms."""
    delays, count = cycle((80, 95, 60, 100, 70)), RATE * every_ms // 1000
    copies = {delay: echo(played, delay) for delay in (60, 70, 80, 95, 100)}
    return np.concatenate([copies[next(delays)][i : i + count] for i in range(0, len(played), count)])


def broken(played: Floats) -> Floats:
    """An echo with holes of 10 to 40 ms."""
    heard = echo(played)
    for number, start in enumerate(range(RATE // 2, len(heard), RATE // 3)):
        heard[start : start + RATE * (10 + 10 * (number % 4)) // 1000] = 0
    return _with_noise(heard)


def unsteady(played: Floats) -> Floats:
    """An echo whose loudness steps by up to 9 dB."""
    steps = np.repeat(np.array([1.0, 0.5, 0.8, 0.35, 0.6]), RATE // 2)
    return np.asarray(echo(played) * np.resize(steps, len(played)), np.float32)


def distorted(played: Floats) -> Floats:
    """The echo of a loudspeaker that is too small for what it plays."""
    return echo(np.clip(played * np.float32(2.5), -0.6, 0.6))


def _room(direct: float) -> Floats:
    count = RATE * 150 // 1000
    tail = np.random.default_rng(1).standard_normal(count) * np.exp(-np.arange(count) / (RATE * 0.03))
    tail[0] = direct
    return np.asarray(tail / np.linalg.norm(tail), np.float32)


def _convolved(samples: Floats, response: Floats) -> Floats:
    size = len(samples) + len(response)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)[: len(samples)])


def _with_noise(samples: Floats) -> Floats:
    return np.asarray(samples + white_noise(len(samples) / RATE, RATE, NOISE)[: len(samples)], np.float32)
