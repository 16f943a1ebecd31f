"""From a device's blocks to frames: their times, and whom they are believed to come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sovereign_desktop.audio.hearing import FRAME_S, Heard, Hearing, level_dbfs
from sovereign_desktop.audio.processing import Processing
from sovereign_desktop.audio.reference import Reference
from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.vad import load_model
from sovereign_desktop.config.sections.audio import AudioProcessing
from tests.audio.sounds import silence, spoken, white_noise

RATE = 24_000
BLOCK = 240
LOUDSPEAKER_S = 100.0
ANSWER = "The lighthouse keeper walks down to the harbour every morning to see which boats have come in."


@pytest.fixture(scope="module")
def model() -> Any:
    return load_model()


def hearing(model: Any, reference: Reference | None = None) -> Hearing:
    return Hearing(RATE, Processing(AudioProcessing()), model, reference or Reference(RATE))


def heard(near: Floats, model: Any, played: Floats | None = None, jitter_s: float = 0.0) -> list[Heard]:
    """What is made of the microphone's sound while an answer is played; blocks claim times that jitter."""
    reference = Reference(RATE)
    listening, rng, found = hearing(model, reference), np.random.default_rng(5), list[Heard]()
    for i in range(0, len(near) - BLOCK, BLOCK):
        at = LOUDSPEAKER_S + i / RATE
        if played is not None:  # the loudspeaker takes sound 100 ms before it sounds
            reference.add(played[i : i + BLOCK] if i < len(played) else silence(0.01, RATE), RATE, at)
        if i >= RATE // 10:
            late = i - RATE // 10
            claimed = at - 0.1 + rng.uniform(-jitter_s, jitter_s)
            found += listening.push(near[late : late + BLOCK], claimed)
    return found


def voiced_ms(of: list[Heard]) -> int:
    return 32 * sum(probability >= 0.5 for each in of for probability in each.probabilities)


@pytest.mark.parametrize("rate_hz", [48_000, 44_100, 32_000, 24_000, 16_000])
def test_a_block_of_ten_milliseconds_is_heard_at_once_and_not_with_the_next(rate_hz: int, model: Any) -> None:
    listening = Hearing(rate_hz, Processing(AudioProcessing()), model, Reference(RATE))
    quiet = silence(0.01, rate_hz)
    assert [len(listening.push(quiet, LOUDSPEAKER_S + i / 100)) for i in range(50)] == [1] * 50
    [frame] = listening.push(quiet, LOUDSPEAKER_S + 0.5)
    assert frame.at == pytest.approx(LOUDSPEAKER_S + 0.5, abs=0.003)


def test_frames_of_a_jittering_clock_follow_each_other_without_a_gap(model: Any) -> None:
    times = [each.at for each in heard(silence(3.0, RATE), model, jitter_s=0.008)]
    assert np.diff(times) == pytest.approx(FRAME_S, abs=1e-6)
    assert times[-1] == pytest.approx(LOUDSPEAKER_S + (len(times) - 1) * FRAME_S, abs=0.01)


def test_a_clock_that_runs_away_is_followed(model: Any) -> None:
    listening = hearing(model)
    drift = 1.001
    times = [
        each.at
        for number in range(6_000)
        for each in listening.push(silence(0.01, RATE), LOUDSPEAKER_S + number * FRAME_S * drift)
    ]
    assert times == pytest.approx([LOUDSPEAKER_S + n * FRAME_S * drift for n in range(6_000)], abs=0.012)


def test_a_pause_of_the_device_moves_the_time_at_once(model: Any) -> None:
    listening = hearing(model)
    listening.push(silence(0.01, RATE), 100.0)
    [frame] = listening.push(silence(0.01, RATE), 105.0)
    assert frame.at == 105.0


@pytest.mark.parametrize(("gain_db", "delay_ms"), [(0, 30), (0, 120), (-6, 60)])
def test_the_own_voice_is_nobody_even_when_clocks_jitter(model: Any, gain_db: int, delay_ms: int) -> None:
    played = np.concatenate((spoken(ANSWER, RATE), silence(1.0, RATE)))
    near = np.concatenate((silence(delay_ms / 1000, RATE), played)) * np.float32(10 ** (gain_db / 20))
    assert voiced_ms(heard(near, model, played, jitter_s=0.004)) < 96


def test_the_own_voice_would_be_somebody_if_nothing_were_known_of_it(model: Any) -> None:
    assert voiced_ms(heard(spoken(ANSWER, RATE), model)) > 1_000


def test_somebody_who_speaks_into_an_answer_without_echo_is_heard_at_once(model: Any) -> None:
    played = spoken(ANSWER, RATE)
    near = np.concatenate((silence(2.0, RATE), spoken("excuse me please", RATE, "rms"), silence(1.0, RATE)))
    found = heard(near, model, played)
    assert voiced_ms([each for each in found if each.at < LOUDSPEAKER_S + 2.0]) == 0
    assert voiced_ms([each for each in found if each.at < LOUDSPEAKER_S + 2.25]) >= 96


class LoudIsSpeech:
    """A detector that takes any loud sample for speech."""

    def run(self, _outputs: None, inputs: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
        is_loud = float(np.abs(inputs["input"]).max()) > 0.2
        return np.full((1, 1), is_loud, np.float32), inputs["h"], inputs["c"]


@pytest.mark.parametrize("answer_ms", [500, 530])
def test_what_was_heard_after_the_last_answer_is_not_heard_again_in_the_next_one(answer_ms: int) -> None:
    reference = Reference(RATE)
    listening, answer = hearing(LoudIsSpeech(), reference), white_noise(1.0, RATE)

    def hears(near: Floats, at: float, played: Floats) -> list[Heard]:
        reference.add(played, RATE, at)
        found = []
        for i in range(0, len(near) - BLOCK, BLOCK):
            found += listening.push(near[i : i + BLOCK], at + i / RATE)
        return found

    # The guard stops comparing 620 ms after the answer: in the middle of what is said then, and of a window.
    hears(white_noise(2.0, RATE, 0.3)[::-1], 100.0, answer[: RATE * answer_ms // 1000])
    hears(silence(2.0, RATE), 110.0, silence(0, RATE))
    assert voiced_ms(hears(silence(0.3, RATE), 120.0, answer)) == 0


@pytest.mark.parametrize(("level", "dbfs"), [(1.0, 0), (0.1, -20), (0.0, -90), (1e-7, -90)])
def test_loudness_is_relative_to_full_scale(level: float, dbfs: float) -> None:
    assert level_dbfs(np.full(240, level, np.float32)) == pytest.approx(dbfs, abs=0.01)
