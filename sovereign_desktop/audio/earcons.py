"""The short sounds that say what happened, made of sine tones: quiet, soft at both ends, under a third of a second."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sovereign_desktop.audio.port import Earcon
from sovereign_desktop.audio.resampling import Floats

LEVEL = 0.12
"""Peak, against speech of 0.3 to 0.7: heard beside it, never over it."""
FADE_S = 0.012
DECAY_S = 0.09
OVERTONE = 0.2

Tone = tuple[float, float, float]
"""Hertz, seconds until it begins, seconds that it lasts."""

TONES: dict[Earcon, tuple[Tone, ...]] = {
    Earcon.LISTENING: ((587.3, 0.0, 0.08), (880.0, 0.06, 0.14)),
    Earcon.HEARD: ((880.0, 0.0, 0.08), (587.3, 0.06, 0.14)),
    Earcon.CANCELLED: ((440.0, 0.0, 0.16),),
    Earcon.SEAM: ((659.3, 0.0, 0.10), (659.3, 0.12, 0.12)),
    Earcon.ERROR: ((311.1, 0.0, 0.14), (233.1, 0.12, 0.20)),
    Earcon.TIMER: ((784.0, 0.0, 0.12), (988.0, 0.10, 0.12), (1174.7, 0.20, 0.20)),
}
"""Rising opens, falling closes, low is trouble, three are a bell."""


@lru_cache(maxsize=32)
def earcon_samples(earcon: Earcon, rate_hz: int) -> Floats:
    """The sound, at the rate of a device."""
    tones = TONES[earcon]
    whole = np.zeros(round(max(begin + lasts for _, begin, lasts in tones) * rate_hz), np.float32)
    for hertz, begin, lasts in tones:
        tone = _tone(hertz, lasts, rate_hz)
        first = round(begin * rate_hz)
        part = tone[: len(whole) - first]
        whole[first : first + len(part)] += part
    return np.asarray(LEVEL * whole / np.abs(whole).max(), np.float32)


def _tone(hertz: float, lasts_s: float, rate_hz: int) -> Floats:
    t = np.arange(round(lasts_s * rate_hz)) / rate_hz
    wave = np.sin(2 * np.pi * hertz * t) + OVERTONE * np.sin(4 * np.pi * hertz * t)
    ends = np.clip(np.minimum(t, lasts_s - t) / FADE_S, 0, 1)
    return np.asarray(wave * np.sin(ends * np.pi / 2) ** 2 * np.exp(-t / DECAY_S), np.float32)
