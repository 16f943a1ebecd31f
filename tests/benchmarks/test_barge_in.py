"""Speech into an answer stops it at once; the program's own voice never does."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from tests.benchmarks.measured import measured
from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import Running, running
from tests.fakes.model_server import ModelServer

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(3600)]

STORY = " ".join(
    f"This is sentence number {number} of a long and quiet story about a lighthouse by the sea."
    for number in ("one", "two", "three", "four", "five", "six", "seven", "eight")
)
SHORT = "The lighthouse keeper walks down to the harbour every morning to see which boats have come in."
SHORT_ANSWER = "Yes, of course."
BUDGET_MS = 250.0


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def settings(model: ModelServer) -> str:
    return f"""
activation: {{hands_free: true}}
audio: {{earcons: false}}
llm: {{base_url: "{model.base_url}", model: test}}
"""


def test_speech_into_an_answer_stops_it_within_a_quarter_of_a_second(
    desktop: Desktop, model: ModelServer, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    with running(desktop, settings(model)) as app:
        app.wait_for_log("microphone open")
        delays_ms = measured(times(4, 20), lambda: barge_in(app, model))
    p95 = sorted(delays_ms)[max(0, round(0.95 * len(delays_ms)) - 1)]
    figure(median_ms=statistics.median(delays_ms), p95_ms=p95, worst_ms=max(delays_ms), times=float(len(delays_ms)))
    assert p95 <= BUDGET_MS, delays_ms


def barge_in(app: Running, model: ModelServer) -> float:
    """Ask for the story, speak into it; milliseconds from speech at the microphone to silence at the loudspeaker."""
    turns = len(app.turns())
    model.fake.reply = STORY
    with app.desktop.record() as heard:
        asked = app.desktop.say("tell me a long story")
        wait_until(lambda: heard.timeline().first_sound(asked.ended_at), 20, "the answer to sound")
        time.sleep(1.5)
        model.fake.reply = SHORT_ANSWER
        said = app.desktop.say("excuse me please", voice="rms")
        interrupted, answered = app.wait_for_turns(turns + 2)[-2:]
        sound = heard.timeline()
    assert (interrupted["outcome"], answered["outcome"]) == ("interrupted", "answered"), (interrupted, answered)
    silent = sound.silent_from(said.started_at, 300)
    assert silent is not None, "the answer did not stop"
    return 1000 * (silent - said.started_at)


def test_the_programs_own_loud_voice_never_interrupts_it(
    desktop: Desktop, model: ModelServer, times: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    model.fake.reply = SHORT
    answers = times(5, 20)
    with running(desktop, settings(model)) as app, desktop.echo(gain_db=0, delay_ms=60):
        app.wait_for_log("microphone open")
        for number in range(answers):
            desktop.say("tell me about the lighthouse")
            app.wait_for_turns(number + 1)
        time.sleep(2)
        turns = app.turns()
    outcomes = [turn["outcome"] for turn in turns]
    figure(answers=float(len(turns)), interrupted=float(outcomes.count("interrupted")))
    assert outcomes == ["answered"] * answers, outcomes
