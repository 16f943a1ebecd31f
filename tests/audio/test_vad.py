"""What counts as speech, by the detector and the endpointing together, as they run behind a microphone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sovereign_desktop.audio.endpointing import BoundaryKind, Endpointer
from sovereign_desktop.audio.resampling import Floats
from sovereign_desktop.audio.vad import RATE_HZ, WINDOW, WINDOW_MS, SileroVad, load_model
from sovereign_desktop.config.sections.audio import Endpointing
from tests.audio.sounds import clicks, coughs, hum, silence, spoken, white_noise


@pytest.fixture(scope="module")
def model() -> Any:
    return load_model()


def begins_at_ms(model: Any, samples: Floats) -> float | None:
    """Where somebody begins to speak, with the settings as they are shipped."""
    rules, vad = Endpointing(), SileroVad(model)
    endpointer = Endpointer(rules.speech_threshold, rules.min_speech_ms)
    for probability in vad.push(samples):
        boundary = endpointer.push(probability, WINDOW_MS)
        if boundary is not None and boundary.kind is BoundaryKind.STARTED:
            return endpointer.position_ms - boundary.ago_ms
    return None


@pytest.mark.parametrize("make", [silence, white_noise, hum, clicks, coughs])
def test_what_is_no_speech_never_opens_a_turn(model: Any, make: Callable[[float, int], Floats]) -> None:
    assert begins_at_ms(model, make(5.0, RATE_HZ)) is None


@pytest.mark.parametrize("level", [0.1, 0.01, 0.001])
def test_quiet_noise_is_noise_too(model: Any, level: float) -> None:
    assert begins_at_ms(model, white_noise(5.0, RATE_HZ, level)) is None


@pytest.mark.parametrize("voice", ["slt", "rms", "awb", "en-us"])
@pytest.mark.parametrize("gain_db", [0, -20])
def test_speech_is_noticed_where_it_begins(model: Any, voice: str, gain_db: float) -> None:
    words = spoken("what time is it now", RATE_HZ, voice, gain_db)
    begins_ms = begins_at_ms(model, np.concatenate((silence(1.0, RATE_HZ), words)))
    assert begins_ms is not None
    assert 1_000 - 2 * WINDOW_MS < begins_ms < 1_250


def test_a_voice_in_front_of_a_humming_machine_is_noticed(model: Any) -> None:
    words = spoken("what time is it now", RATE_HZ)
    assert begins_at_ms(model, words + 0.1 * hum(len(words) / RATE_HZ, RATE_HZ)[: len(words)]) is not None


def test_probabilities_do_not_depend_on_how_sound_is_cut(model: Any) -> None:
    words = spoken("what time is it now", RATE_HZ)
    whole, cut = SileroVad(model).push(words), SileroVad(model)
    assert [each for i in range(0, len(words), 160) for each in cut.push(words[i : i + 160])] == whole
    assert len(whole) == len(words) // WINDOW


def test_a_window_is_judged_with_the_4_ms_before_it(model: Any) -> None:
    words = spoken("what time is it now", RATE_HZ)[4_000 : 4_000 + 2 * WINDOW]
    state = np.zeros((1, 1, 128), np.float32)
    first = {"input": np.concatenate((silence(0.004, RATE_HZ), words[:WINDOW]))[None], "h": state, "c": state}
    _, h, c = model.run(None, first)
    second, _, _ = model.run(None, {"input": words[WINDOW - 64 :][None], "h": h, "c": c})
    assert SileroVad(model).push(words)[1] == pytest.approx(float(second.ravel()[0]), abs=1e-6)


def test_what_was_heard_before_a_reset_is_forgotten(model: Any) -> None:
    vad, words = SileroVad(model), spoken("what time is it now", RATE_HZ)
    first = vad.push(words)
    vad.reset()
    assert vad.push(words) == first
