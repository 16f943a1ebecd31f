"""A delayed copy is known for one, wherever it is cut."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.resemblance import COMPARED, LONGEST_DELAY, PLAYED, likenesses, unexplained
from tests.audio.echoes import RATE, broken, echo, jumping
from tests.audio.sounds import silence, spoken, white_noise

ANSWER = "The lighthouse keeper walks down to the harbour every morning to see which boats have come in."
LATEST = 512
VOICED = 0.003


def moments(near: Floats, far: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Every 32 ms in which somebody speaks, with what was played up to then."""
    far = np.concatenate((silence(PLAYED / RATE, RATE), far))
    for end in range(RATE, len(near), LATEST):
        heard = near[end - COMPARED : end]
        if float(np.mean(np.square(heard[-LATEST:]))) > VOICED:
            yield heard, far[end : end + PLAYED]


def left(near: Floats, far: Floats) -> list[float]:
    found = [unexplained(a, b, likenesses(a, b), LATEST) for a, b in moments(near, far)]
    assert len(found) > 20
    return found


@pytest.fixture(scope="module")
def played() -> Floats:
    return spoken(ANSWER, RATE)


@pytest.fixture(scope="module")
def said() -> Floats:
    return spoken("Excuse me please, I would like to say something.", RATE, "rms")


@pytest.mark.parametrize("delay_ms", [0, 30, 150, 500])
def test_a_copy_is_found_at_its_delay(played: Floats, delay_ms: int) -> None:
    for near, far in moments(echo(played, delay_ms), played):
        likeness = likenesses(near, far)
        assert likeness.max() > 0.9
        assert LONGEST_DELAY - int(likeness.argmax()) == pytest.approx(delay_ms * RATE / 1000, abs=1)


@pytest.mark.parametrize("heard", [echo, jumping, broken])
def test_nothing_of_a_copy_is_left_however_it_stumbles(played: Floats, heard: type) -> None:
    parts = left(heard(played), played)
    assert np.median(parts) < 0.02
    assert sum(part > 0.1 for part in parts) <= len(parts) / 10


def test_somebody_else_is_mostly_left(said: Floats, played: Floats) -> None:
    assert np.median(left(said, played)) > 0.6


def test_of_somebody_over_an_echo_somebody_is_left(said: Floats, played: Floats) -> None:
    both = echo(played, gain_db=-6)[: len(said)] + said
    assert np.mean([part > 0.1 for part in left(both, played)]) > 0.6


def test_somebody_else_resembles_nothing(said: Floats, played: Floats) -> None:
    assert np.median([likenesses(near, far).max() for near, far in moments(said, played)]) < 0.25


def test_silence_resembles_nothing() -> None:
    nothing, noise = silence(COMPARED / RATE, RATE), white_noise(PLAYED / RATE, RATE)
    assert likenesses(nothing, noise).max() == 0
    assert likenesses(noise[:COMPARED], silence(PLAYED / RATE, RATE)).max() == 0
