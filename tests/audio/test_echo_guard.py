"""The own voice is told from somebody else's, whatever way it took from the loudspeaker."""

from __future__ import annotations

import numpy as np
import pytest

from sovereign_desktop.audio.echo_guard import ECHO_KEPT_FRAMES, EchoGuard
from sovereign_desktop.audio.resampling import Floats
from tests.audio.sounds import silence, spoken, white_noise

RATE = 24_000
FRAME = 240
ANSWER = "The lighthouse keeper walks down to the harbour every morning."
VOICED = 0.003
"""Mean power of a tenth of a second above which somebody speaks in it."""


def echo(played: Floats, delay_ms: int, gain_db: float) -> Floats:
    return np.concatenate((silence(delay_ms / 1000, RATE), played))[: len(played)] * np.float32(10 ** (gain_db / 20))


def likenesses(near: Floats, far: Floats, guard: EchoGuard | None = None) -> list[float]:
    """The likeness after each 30 ms in which somebody speaks, once both have sounded for half a second."""
    guard = guard or EchoGuard()
    found = []
    for i in range(0, min(len(near), len(far)) - FRAME, FRAME):
        guard.push(near[i : i + FRAME], far[i : i + FRAME])
        recent = near[max(0, i - 2_400) : i + FRAME]
        if i > RATE // 2 and i % (3 * FRAME) == 0 and float(np.mean(np.square(recent))) > VOICED:
            found.append(guard.likeness())
    assert len(found) > 20
    return found


@pytest.mark.parametrize("delay_ms", [0, 30, 60, 120, 400])
@pytest.mark.parametrize("gain_db", [0, -6])
def test_an_echo_is_the_own_voice_at_any_delay_and_loudness(delay_ms: int, gain_db: float) -> None:
    played = spoken(ANSWER, RATE)
    heard = echo(played, delay_ms, gain_db) + white_noise(len(played) / RATE, RATE, 0.0005)[: len(played)]
    assert min(likenesses(heard, played)) > 0.9


def test_somebody_else_is_somebody_else() -> None:
    said, played = spoken("Excuse me please, I would like to say something.", RATE, "rms"), spoken(ANSWER, RATE)
    assert np.median(likenesses(said, played)) < 0.2


def beliefs(guard: EchoGuard, near: Floats, far: Floats) -> list[bool]:
    """What the guard says every 30 ms."""
    found = []
    for i in range(0, min(len(near), len(far)) - FRAME, FRAME):
        guard.push(near[i : i + FRAME], far[i : i + FRAME])
        if i % (3 * FRAME) == 0:
            found.append(guard.believes())
    return found


@pytest.fixture
def said() -> Floats:
    return spoken("Excuse me please, I would like to say something.", RATE, "rms")


def test_somebody_else_is_believed_at_once(said: Floats) -> None:
    believed = beliefs(EchoGuard(), said, spoken(ANSWER, RATE))
    assert sum(believed[:10]) >= 5
    assert sum(believed) > len(believed) / 2


def test_the_own_voice_is_not_believed() -> None:
    played = spoken(ANSWER, RATE)
    voiced = beliefs(EchoGuard(), echo(played, 60, 0), played)[5:]
    assert not any(voiced)


def test_where_an_echo_was_heard_nothing_unprocessed_is_believed(said: Floats) -> None:
    guard, played = EchoGuard(), spoken(ANSWER, RATE)
    beliefs(guard, echo(played, 60, -6)[:RATE], played[:RATE])
    assert not any(beliefs(guard, said, played))


def test_what_resembles_at_another_delay_each_time_is_no_echo(said: Floats) -> None:
    guard, played = EchoGuard(), spoken(ANSWER, RATE)
    hop, delays_ms = RATE // 10, (50, 310, 120, 400, 200)
    parts = [echo(played, delays_ms[i % 5], 0)[i * hop : (i + 1) * hop] for i in range(len(played) // hop)]
    assert np.median(likenesses(np.concatenate(parts), played)) > 0.5
    beliefs(guard, np.concatenate(parts), played)
    assert any(beliefs(guard, said, played))


def test_an_echo_is_forgotten_after_ten_seconds_of_sound_without_one(said: Floats) -> None:
    guard, played = EchoGuard(), spoken(ANSWER, RATE)
    beliefs(guard, echo(played, 60, -6)[:RATE], played[:RATE])
    for _ in range(ECHO_KEPT_FRAMES):
        guard.push(silence(0.01, RATE), silence(0.01, RATE))
    assert not any(beliefs(guard, said, played)), "time without sound says nothing about an echo"
    for _ in range(ECHO_KEPT_FRAMES):
        guard.push(silence(0.01, RATE), white_noise(0.01, RATE))
    assert any(beliefs(guard, said, played))


def test_while_nothing_is_played_nothing_echoes() -> None:
    guard = EchoGuard()
    assert not guard.is_playing
    guard.push(silence(0.01, RATE), white_noise(0.01, RATE))
    assert guard.is_playing


def test_what_was_played_may_echo_for_half_a_second() -> None:
    guard = EchoGuard()
    guard.push(silence(0.01, RATE), white_noise(0.01, RATE))
    for _ in range(50):
        guard.push(silence(0.01, RATE), silence(0.01, RATE))
    assert guard.is_playing
    for _ in range(20):
        guard.push(silence(0.01, RATE), silence(0.01, RATE))
    assert not guard.is_playing


def test_silence_resembles_nothing() -> None:
    guard = EchoGuard()
    assert guard.likeness() == 0
    guard.push(silence(0.01, RATE), white_noise(0.01, RATE))
    assert guard.likeness() == 0
