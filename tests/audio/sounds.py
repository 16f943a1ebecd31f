"""Sounds for tests of this room: synthesised speech, and what is none."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import soxr

from sovereign_desktop.audio.resampling import Floats
from tests.desktop import speech
from tests.desktop.recording import RATE_HZ


def spoken(text: str, rate_hz: int, voice: str = "slt", gain_db: float = 0) -> Floats:
    """A sentence as floats; skips the test where the synthesiser is missing."""
    if shutil.which("flite") is None or shutil.which("espeak-ng") is None:
        pytest.skip("flite or espeak-ng is not installed")
    samples = speech(text, voice).astype(np.float32) / 32768
    return np.asarray(soxr.resample(samples, RATE_HZ, rate_hz) * 10 ** (gain_db / 20), np.float32)


def silence(seconds: float, rate_hz: int) -> Floats:
    return np.zeros(round(seconds * rate_hz), np.float32)


def white_noise(seconds: float, rate_hz: int, level: float = 0.1) -> Floats:
    return np.asarray(np.random.default_rng(3).normal(0, level, round(seconds * rate_hz)), np.float32)


def hum(seconds: float, rate_hz: int) -> Floats:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.asarray(0.2 * sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 9)), np.float32)


def clicks(seconds: float, rate_hz: int) -> Floats:
    samples = silence(seconds, rate_hz)
    samples[:: rate_hz // 4] = 0.9
    return samples


def coughs(seconds: float, rate_hz: int) -> Floats:
    """Bursts of coloured noise of 0.2 s that die away."""
    rng = np.random.default_rng(0)
    samples = silence(seconds, rate_hz)
    count = rate_hz // 5
    for start in range(0, len(samples) - count, rate_hz):
        samples[start : start + count] = rng.standard_normal(count) * np.exp(-np.arange(count) / (count / 3)) * 0.4
    return samples
