"""While the program speaks, its own voice is nobody, and everybody else is somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sovereign_desktop.audio.echo_guard import STEP, EchoGuard
from sovereign_desktop.audio.endpointing import Endpointer
from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.vad import WINDOW_MS, load_model
from sovereign_desktop.config.sections.audio import Endpointing
from tests.audio.echoes import RATE, broken, distorted, echo, jumping, unsteady
from tests.audio.sounds import silence, spoken, white_noise

ANSWERS = (
    "Your timer for five minutes is running.",
    "The lighthouse keeper walks down to the harbour every morning to see which boats have come in.",
)
RULES = Endpointing()
STEP_MS = 1000 * STEP / RATE


@pytest.fixture(scope="module")
def model() -> Any:
    return load_model()


@pytest.fixture(scope="module")
def played() -> Floats:
    pause = silence(0.4, RATE)
    return np.concatenate([part for answer in ANSWERS for part in (pause, spoken(answer, RATE, "en-us"))])


def judged(near: Floats, far: Floats, guard: EchoGuard) -> list[float | None]:
    return [guard.push(near[i : i + STEP], far[i : i + STEP]) for i in range(0, len(near) - STEP, STEP)]


def noticed_ms(judgements: list[float | None]) -> float | None:
    """After how long somebody was noticed; None when nobody was."""
    rows = [Endpointer(RULES.speech_threshold, RULES.min_speech_ms) for _ in range(2)]
    for number, probability in enumerate(judgements):
        if rows[number % 2].push(probability or 0.0, WINDOW_MS):
            return (number + 1) * STEP_MS
    return None


@pytest.mark.parametrize("direct", [None, 20, 4], ids=["no-room", "near", "room"])
@pytest.mark.parametrize(("gain_db", "delay_ms"), [(0, 50), (0, 80), (-6, 140), (-12, 80)])
def test_the_own_voice_is_nobody(
    model: Any, played: Floats, direct: float | None, gain_db: float, delay_ms: float
) -> None:
    assert noticed_ms(judged(echo(played, delay_ms, gain_db, direct), played, EchoGuard(model))) is None


@pytest.mark.parametrize("heard", [jumping, broken, unsteady, distorted])
def test_the_own_voice_is_nobody_when_its_echo_stumbles(
    model: Any, played: Floats, heard: Callable[[Floats], Floats]
) -> None:
    assert noticed_ms(judged(heard(played), played, EchoGuard(model))) is None


@pytest.mark.parametrize("voice", ["rms", "slt"])
@pytest.mark.parametrize(
    ("gain_db", "within_ms"), [(None, 250), (-12, 450), (-6, 450), (0, 700)], ids=["headphones", "-12", "-6", "0"]
)
def test_somebody_who_speaks_into_an_answer_is_noticed(
    model: Any, played: Floats, voice: str, gain_db: float | None, within_ms: float
) -> None:
    heard = silence(len(played) / RATE, RATE) if gain_db is None else echo(played, 80, gain_db)
    begins = 4 * RATE // STEP * STEP
    said = spoken("excuse me please", RATE, voice)
    heard[begins : begins + len(said)] += said
    judgements = judged(heard, played, EchoGuard(model))
    assert noticed_ms(judgements[: begins // STEP]) is None
    noticed = noticed_ms(judgements[begins // STEP :])
    assert noticed is not None
    assert noticed <= within_ms


def test_with_headphones_somebody_is_noticed_in_the_very_first_answer(model: Any, played: Floats) -> None:
    begins = 6 * RATE // 10 // STEP * STEP
    said = spoken("what time is it now", RATE, "slt")
    heard = np.concatenate((silence(begins / RATE, RATE), said))
    noticed = noticed_ms(judged(heard, played, EchoGuard(model))[begins // STEP :])
    assert noticed is not None
    assert noticed <= 250


@pytest.mark.parametrize("words", ["what time is it now", "excuse me please"])
def test_where_a_word_begins_between_windows_matters_little(model: Any, words: str) -> None:
    said, played = spoken(words, RATE, "slt"), white_noise(2.0, RATE)
    after_ms = []
    for begins in range(RATE, RATE + 2 * STEP, STEP // 4):
        heard = np.concatenate((silence(begins / RATE, RATE), said))[: len(played)]
        noticed = noticed_ms(judged(heard, played, EchoGuard(model)))
        assert noticed is not None
        after_ms.append(noticed - 1000 * begins / RATE)
    assert max(after_ms) - min(after_ms) <= 1.5 * STEP_MS


@pytest.mark.parametrize("gain_db", [None, -6, 0], ids=["headphones", "-6", "0"])
def test_a_cough_of_60_ms_interrupts_nothing(model: Any, played: Floats, gain_db: float | None) -> None:
    heard = silence(len(played) / RATE, RATE) if gain_db is None else echo(played, 80, gain_db)
    count = RATE * 60 // 1000
    for start in range(RATE // 2, len(heard) - RATE, RATE):
        heard[start : start + count] += white_noise(0.06, RATE, 0.2) * np.hanning(count)
    assert noticed_ms(judged(heard, played, EchoGuard(model))) is None


@pytest.mark.parametrize("direct", [None, 20, 4], ids=["no-room", "near", "room"])
def test_an_echo_that_moved_is_still_nobody_in_the_next_answer(
    model: Any, played: Floats, direct: float | None
) -> None:
    guard = EchoGuard(model)
    judged(echo(played, 80, direct=direct), played, guard)
    judged(silence(2.0, RATE), silence(2.0, RATE), guard)
    assert noticed_ms(judged(echo(played, 140, -6, direct), played, guard)) is None


def test_while_nothing_is_played_it_has_no_opinion(model: Any) -> None:
    guard, step = EchoGuard(model), silence(STEP / RATE, RATE)
    assert guard.push(step, step) is None
    assert guard.push(step, white_noise(STEP / RATE, RATE)) is not None


def test_what_was_played_may_echo_for_half_a_second(model: Any) -> None:
    guard = EchoGuard(model)
    judged(silence(0.3, RATE), white_noise(0.3, RATE), guard)
    quiet = judged(silence(1.0, RATE), silence(1.0, RATE), guard)
    assert 500 < quiet.index(None) * STEP_MS < 700
