"""A spoken turn through the Realtime protocol, from the virtual microphone to the virtual loudspeaker.

The server is the program's own (`serve realtime`), a process with a home of its own; behind it a model that a test
lets speak. What is asserted comes from the transcript, the recorder at the loudspeaker, and what the model was told.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import Running, running
from tests.fakes.model_server import ModelServer

pytestmark = pytest.mark.desktop

SERVER_READY_S = 30.0
QUESTION = "what time is it now"
SENTENCES = [
    f"This is sentence number {number} of a long and quiet story about a lighthouse by the sea."
    for number in ("one", "two", "three", "four", "five", "six")
]
STORY = " ".join(SENTENCES)
WORDS_PER_S = (1.5, 4.5)
"""How fast a voice may speak; the story's share that a transcript calls heard is held against the sound."""


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@contextmanager
def serving(
    desktop: Desktop,
    home: Path,
    model: ModelServer | None = None,
    port: int = 0,
    options: Sequence[str] = ("--no-token",),
) -> Iterator[int]:
    """`serve realtime` on a port of loopback, any free one for 0."""
    config = home / "config" / "settings.yaml"
    config.parent.mkdir(parents=True)
    config.write_text(f'llm: {{base_url: "{model.base_url}", model: test}}' if model else "")
    port = port or free_port()
    command = [sys.executable, "-m", "sovereign_desktop", "serve", "realtime", "--port", str(port), *options]
    program = desktop.start(command, env={"SOVEREIGN_HOME": str(home)})
    try:
        wait_until(lambda: accepts(port) or not program.running, SERVER_READY_S, "the server to listen")
        assert program.running, program.output()
        yield port
    finally:
        program.end(15)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def settings(port: int, *, hands_free: bool = False, detection: str = "semantic_vad") -> str:
    return f"""
app: {{mode: realtime}}
activation: {{hands_free: {str(hands_free).lower()}}}
audio: {{earcons: false}}
realtime_api:
  url: ws://127.0.0.1:{port}/v1/realtime
  turn_detection: {{type: {detection}}}
"""


def test_a_question_spoken_while_the_key_is_held_is_answered_aloud(desktop: Desktop, tmp_path: Path) -> None:
    with (
        serving(desktop, tmp_path / "server") as port,
        running(desktop, settings(port)) as app,
        desktop.record() as heard,
    ):
        app.wait_for_log("Realtime session is open")
        with desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening")
            said = desktop.say(QUESTION)
        (turn,) = app.wait_for_turns(1)
        sounded_at = heard.timeline().first_sound(said.ended_at)
    assert (turn["outcome"], turn["backend"], turn["error"]) == ("answered", "realtime", "")
    assert "time" in turn["transcript"]
    assert turn["reply"].startswith("It is ")
    assert sounded_at is not None, "the answer was not heard at the loudspeaker"


@pytest.mark.parametrize("detection", ["server_vad", "semantic_vad", "none"])
def test_hands_free_the_end_of_the_question_is_found_and_it_is_answered(
    desktop: Desktop, tmp_path: Path, detection: str
) -> None:
    with (
        serving(desktop, tmp_path / "server") as port,
        running(desktop, settings(port, hands_free=True, detection=detection)) as app,
    ):
        app.wait_for_log("microphone open")
        app.wait_for_log("Realtime session is open")
        said = desktop.say(QUESTION)
        (turn,) = app.wait_for_turns(1)
    assert (turn["outcome"], turn["backend"]) == ("answered", "realtime")
    assert turn["reply"].startswith("It is ")
    assert time.monotonic() - said.ended_at < 25


def test_speech_into_an_answer_stops_it_and_the_transcript_holds_only_what_was_heard(
    desktop: Desktop, tmp_path: Path, model: ModelServer
) -> None:
    with (
        serving(desktop, tmp_path / "server", model) as port,
        running(desktop, settings(port, hands_free=True)) as app,
        desktop.record() as recorder,
    ):
        app.wait_for_log("microphone open")
        app.wait_for_log("Realtime session is open")
        model.fake.reply = STORY
        asked = desktop.say("tell me a long story")
        wait_until(lambda: recorder.timeline().first_sound(asked.ended_at), 25, "the answer to sound")
        time.sleep(3)
        model.fake.reply = "Yes, of course."
        said = desktop.say("excuse me please", voice="rms")
        interrupted, answered = app.wait_for_turns(2)
        sound = recorder.timeline()
    assert (interrupted["outcome"], answered["outcome"]) == ("interrupted", "answered"), (interrupted, answered)
    assert (interrupted["backend"], answered["backend"]) == ("realtime", "realtime")
    began, ended = sound.first_sound(asked.ended_at), sound.silent_from(said.started_at, 300)
    assert began is not None
    assert ended is not None, "the answer did not stop"
    words = interrupted["reply"].split()
    assert words == STORY.split()[: len(words)]
    slowest, fastest = WORDS_PER_S
    assert slowest <= len(words) / (ended - began) <= fastest, (words, ended - began)
    assert answered["reply"] == "Yes, of course."
    # What the server tells its model afterwards is no longer the whole story.
    assert SENTENCES[-1] not in str(model.fake.requests[-1])


def test_while_the_server_is_away_somebody_else_answers_and_its_return_is_noted(
    desktop: Desktop, tmp_path: Path
) -> None:
    port = free_port()
    with running(desktop, settings(port) + "mode_switching: {cool_down_seconds: 1}\n") as app:
        with serving(desktop, tmp_path / "first", port=port):
            app.wait_for_log("Realtime session is open")
            ask(desktop, app, 1)
        ask(desktop, app, 2)
        with serving(desktop, tmp_path / "second", port=port):
            app.wait_for_log("Realtime session is open", 2, timeout_s=60)
            ask(desktop, app, 3)
        turns = app.turns()
    assert [turn["outcome"] for turn in turns] == ["answered"] * 3
    assert [turn["backend"] for turn in turns] == ["realtime", "skills", "realtime"]
    assert "is back" in turns[2]["note"]


def ask(desktop: Desktop, app: Running, number: int) -> None:
    with desktop.hold("ctrl+alt+space"):
        app.wait_for_log("listening", number)
        desktop.say(QUESTION)
    app.wait_for_turns(number)
