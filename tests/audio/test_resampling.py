"""Live resampling keeps tones, keeps time, and holds next to nothing back."""

from __future__ import annotations

import numpy as np
import pytest

from sovereign_desktop.audio import resampling
from sovereign_desktop.audio.resampling import Floats, StreamResampler, from_pcm, to_pcm

RATES = [(48_000, 24_000), (44_100, 24_000), (16_000, 24_000), (8_000, 24_000), (24_000, 16_000), (24_000, 48_000)]
RATES += [(22_050, 48_000), (96_000, 24_000), (11_025, 24_000), (192_000, 24_000)]


def sine(hertz: float, rate_hz: int, seconds: float = 0.5) -> Floats:
    return np.asarray(0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz), np.float32)


def resampled(samples: Floats, from_hz: int, to_hz: int, step: int) -> Floats:
    resampler = StreamResampler(from_hz, to_hz)
    parts = [resampler.push(samples[i : i + step]) for i in range(0, len(samples), step)]
    return np.concatenate((*parts, resampler.rest()))


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_tone_stays_itself_in_time_and_level(from_hz: int, to_hz: int) -> None:
    out = resampled(sine(1000, from_hz), from_hz, to_hz, from_hz // 100)
    expected = sine(1000, to_hz)
    assert abs(len(out) - len(expected)) <= 1 + to_hz // from_hz
    middle = slice(to_hz // 100, len(out) - to_hz // 50)
    assert np.abs(out[middle] - expected[middle]).max() < 0.002


def test_what_the_lower_rate_cannot_hold_is_gone() -> None:
    out = resampled(sine(15_000, 48_000), 48_000, 24_000, 480)
    assert np.abs(out[500:-500]).max() < 0.001


@pytest.mark.parametrize("step", [1, 7, 441, 5000])
def test_the_size_of_the_blocks_does_not_matter(step: int) -> None:
    samples = sine(700, 44_100, 0.1)
    whole = resampled(samples, 44_100, 24_000, len(samples))
    assert np.allclose(resampled(samples, 44_100, 24_000, step), whole, atol=1e-6)


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_nothing_is_held_back_for_long(from_hz: int, to_hz: int) -> None:
    resampler = StreamResampler(from_hz, to_hz)
    out = sum(len(resampler.push(np.zeros(from_hz // 100, np.float32))) for _ in range(10))
    assert 0.1 - out / to_hz < 0.0025
    assert resampler.delay_ms < 2.5


@pytest.mark.parametrize(("from_hz", "to_hz"), [(48_000, 24_000), (24_000, 16_000), (24_000, 48_000)])
def test_the_quick_way_and_the_general_way_say_the_same(
    from_hz: int, to_hz: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = sine(700, from_hz, 0.1)
    quick = resampled(samples, from_hz, to_hz, 441)
    monkeypatch.setattr(resampling, "MOST_ROWS", 0)
    assert np.allclose(resampled(samples, from_hz, to_hz, 441), quick, atol=1e-6)


def test_pcm_goes_there_and_back_and_clips() -> None:
    assert to_pcm(from_pcm(b"\x01\x80\xff\x7f")) == b"\x01\x80\xff\x7f"
    assert to_pcm(np.array([2.0, -2.0], np.float32)) == b"\xff\x7f\x00\x80"
