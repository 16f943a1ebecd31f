"""Short sounds that say what happened: quiet, short, without clicks, and told apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sovereign_desktop.audio.earcons import LEVEL, earcon_samples
from sovereign_desktop.audio.port import Earcon

RATE = 48_000
every_earcon = pytest.mark.parametrize("earcon", list(Earcon))


@every_earcon
def test_it_is_quiet_and_short(earcon: Earcon) -> None:
    samples = earcon_samples(earcon, RATE)
    assert np.abs(samples).max() == pytest.approx(LEVEL)
    assert 0.1 < len(samples) / RATE < 0.45


@every_earcon
def test_it_begins_and_ends_without_a_click(earcon: Earcon) -> None:
    samples = earcon_samples(earcon, RATE)
    loudest_step = 2 * np.pi * 1_200 * 2 / RATE * LEVEL
    assert np.abs(np.diff(samples, prepend=0, append=0)).max() < loudest_step
    assert max(np.abs(samples[:48]).max(), np.abs(samples[-48:]).max()) < LEVEL / 10


@every_earcon
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_it_sounds_the_same_on_every_device(earcon: Earcon, rate_hz: int) -> None:
    one, other = earcon_samples(earcon, RATE), earcon_samples(earcon, rate_hz)
    assert len(other) / rate_hz == pytest.approx(len(one) / RATE, abs=1e-3)
    assert peak_hz(other.tolist(), rate_hz) == pytest.approx(peak_hz(one.tolist(), RATE), abs=5)


def peak_hz(samples: list[float], rate_hz: int) -> float:
    return float(np.abs(np.fft.rfft(samples, 10 * rate_hz)).argmax()) / 10


def test_no_two_are_alike() -> None:
    for one, other in itertools.combinations(Earcon, 2):
        a, b = earcon_samples(one, RATE), earcon_samples(other, RATE)
        likeness = np.abs(np.correlate(a[::8], b[::8], "full")).max() / (
            np.linalg.norm(a[::8]) * np.linalg.norm(b[::8])
        )
        assert likeness < 0.95, (one, other)
