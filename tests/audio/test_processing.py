"""What noise suppression costs and what it is worth, and that nobody gets it who does not want it."""

from __future__ import annotations

import numpy as np
import pytest

from sovereign_desktop.audio.processing import FRAME, NoiseSuppressor, Processing
from sovereign_desktop.audio.resampling import Floats, from_pcm, to_pcm
from sovereign_desktop.config.sections.audio import AudioProcessing
from tests.audio.sounds import spoken, white_noise

RATE = 24_000
LEAD_MS = 20


def processed(near: Floats, processing: Processing) -> tuple[Floats, Floats]:
    """The clean sound and the unsuppressed, of a microphone in a room where nothing is played."""
    quiet = np.zeros(FRAME, np.float32)
    both = [processing.process(near[i : i + FRAME], quiet, LEAD_MS) for i in range(0, len(near) - FRAME + 1, FRAME)]
    return from_pcm(b"".join(clean for clean, _ in both)), from_pcm(b"".join(other for _, other in both))


def delay_ms(sound: Floats, of: Floats) -> float:
    """How far it lies behind."""
    size = 2 * len(of)
    likeness = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(of, size).conj())
    return 1000 * int(np.argmax(likeness[: RATE // 10])) / RATE


def test_unsuppressed_sound_keeps_its_noise_and_is_six_milliseconds_younger() -> None:
    speech = spoken("what time is it now", RATE)
    near = np.concatenate((white_noise(3.0, RATE, 0.02), speech + white_noise(len(speech) / RATE, RATE, 0.02)))
    clean, other = processed(near, Processing(AudioProcessing(auto_gain_control=False), unsuppressed=True))
    noise_only = slice(2 * RATE, int(2.9 * RATE))
    assert np.std(other[noise_only]) > 3 * np.std(clean[noise_only])
    assert delay_ms(clean, near) - delay_ms(other, near) == pytest.approx(6, abs=0.5)


def test_who_hears_clean_sound_hears_the_same_whether_others_want_noise_or_not() -> None:
    near = spoken("what time is it now", RATE)
    alone, nothing = processed(near, Processing(AudioProcessing()))
    beside, _ = processed(near, Processing(AudioProcessing(), unsuppressed=True))
    assert np.array_equal(alone, beside)
    assert len(nothing) == 0


def test_sound_whose_noise_nobody_takes_out_is_made_once() -> None:
    _, other = processed(white_noise(0.1, RATE), Processing(AudioProcessing(noise_reduction=False), unsuppressed=True))
    assert len(other) == 0


@pytest.mark.parametrize("piece", [100, 480, 4_801])
def test_noise_from_elsewhere_is_taken_out_whatever_the_pieces_it_comes_in(piece: int) -> None:
    noise = to_pcm(white_noise(3.0, RATE, 0.02))
    suppressor = NoiseSuppressor()
    out = from_pcm(b"".join(suppressor.push(noise[at : at + piece]) for at in range(0, len(noise), piece)))
    assert len(out) == pytest.approx(3 * RATE, abs=FRAME)
    assert np.std(out[2 * RATE :]) < 0.02 / 3
