"""What was played, asked for by the moment at which it stood at the loudspeaker."""

from __future__ import annotations

import numpy as np
import pytest

from sovereign_desktop.audio.reference import KEPT_S, Reference
from sovereign_desktop.audio.resampling import Floats

RATE = 24_000
BLOCK = 240


def counted(first: int, count: int = BLOCK) -> Floats:
    """Samples that hold their own number."""
    return np.arange(first, first + count, dtype=np.float32)


@pytest.fixture
def reference() -> Reference:
    reference = Reference(RATE)
    for number in range(10):
        reference.add(counted(number * BLOCK), RATE, 100 + number / 100)
    return reference


def test_sound_is_found_by_its_time(reference: Reference) -> None:
    assert np.array_equal(reference.between(100.025, 480), counted(600, 480))


def test_what_was_not_played_is_silence(reference: Reference) -> None:
    assert not reference.between(99.0, BLOCK).any()
    assert not reference.between(101.0, BLOCK).any()
    assert np.array_equal(reference.between(99.995, BLOCK), [0] * 120 + [*range(120)])
    assert np.array_equal(reference.between(100.095, BLOCK), [*range(2280, 2400)] + [0] * 120)


def test_nothing_was_played_before_the_first_sound() -> None:
    assert not Reference(RATE).between(100.0, BLOCK).any()


def test_a_clock_that_jitters_tears_no_hole(reference: Reference) -> None:
    reference.add(counted(2400), RATE, 100.115)
    assert np.array_equal(reference.between(100.09, 480), counted(2160, 480))


def test_a_pause_is_silence_of_its_length(reference: Reference) -> None:
    reference.add(counted(5000), RATE, 100.5)
    assert np.array_equal(reference.between(100.5, BLOCK), counted(5000))
    assert not reference.between(100.1, 9_600).any()
    assert np.array_equal(reference.between(100.09, BLOCK), counted(2160))


def test_a_long_pause_leaves_only_what_came_after(reference: Reference) -> None:
    reference.add(counted(5000), RATE, 100 + KEPT_S + 1)
    assert np.array_equal(reference.between(100 + KEPT_S + 1, BLOCK), counted(5000))
    assert not reference.between(100.05, BLOCK).any()


def test_sound_that_is_played_anew_replaces_what_was_dropped(reference: Reference) -> None:
    reference.add(counted(9000), RATE, 100.05)
    assert np.array_equal(reference.between(100.04, 480), [*range(960, 1200), *range(9000, 9240)])
    assert not reference.between(100.06, BLOCK).any()


def test_a_loudspeaker_at_another_rate_is_resampled() -> None:
    reference = Reference(RATE)
    tone = np.sin(2 * np.pi * 1_000 * np.arange(48_000) / 48_000).astype(np.float32)
    for number in range(100):
        reference.add(tone[number * 480 : (number + 1) * 480], 48_000, 50 + number / 100)
    assert np.abs(reference.between(50.5, BLOCK) - tone[24_000:24_480:2]).max() < 0.01


def test_no_more_is_kept_than_needed(reference: Reference) -> None:
    for number in range(10, 500):
        reference.add(counted(number * BLOCK), RATE, 100 + number / 100)
    assert not reference.between(105 - KEPT_S - 0.02, BLOCK).any()
    assert np.array_equal(reference.between(105 - KEPT_S, BLOCK), counted(round((5 - KEPT_S) * RATE)))
