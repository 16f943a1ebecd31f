"""The number that is shown is the one that was measured."""

import pytest

from sovereign_desktop.metrics.turns import Stage, TurnTimings


def test_voice_to_voice_runs_from_the_end_of_speech_to_the_first_sound() -> None:
    timings = TurnTimings()
    timings.mark(Stage.PRESSED, 10.0)
    timings.mark(Stage.SPEECH_ENDED, 12.0)
    timings.mark(Stage.FIRST_SOUND, 12.4)
    assert timings.voice_to_voice_ms == pytest.approx(400)


def test_the_first_mark_of_a_stage_counts() -> None:
    timings = TurnTimings()
    timings.mark(Stage.FIRST_AUDIO, 1.0)
    timings.mark(Stage.FIRST_AUDIO, 2.0)
    assert timings.at[Stage.FIRST_AUDIO] == 1.0


def test_the_stages_add_up_to_the_whole() -> None:
    timings = TurnTimings()
    for second, stage in enumerate(Stage):
        timings.mark(stage, float(second) ** 2)
    stages = timings.stages_ms()
    assert sum(stages.values()) == pytest.approx(timings.between_ms(Stage.SPEECH_ENDED, Stage.FINISHED))
    assert "pressed" not in stages


def test_a_stage_that_was_not_reached_has_no_time() -> None:
    assert TurnTimings().voice_to_voice_ms is None
    assert TurnTimings().stages_ms() == {}
