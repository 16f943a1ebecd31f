"""kill -9 of the whole program in the middle of a turn: the next start offers the question, and nothing is broken."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import Running, running
from tests.fakes.model_server import ModelServer
from tests.fakes.openai_server import Fault

pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(3600)]

HOTKEY = "ctrl+alt+space"
PATIENCE_S = 60.0
MOST_ASKED = 3
OFFERED = "unanswered speech is offered"
QUESTION = "tell me a long story"
STORY = "This is a sentence of a long and quiet story about a lighthouse by the sea. " * 8


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(STORY) as server:
        yield server


def killed_while_listening(app: Running, model: ModelServer) -> None:
    with listening(app):
        app.desktop.say(QUESTION)
        kill(app)


def killed_while_thinking(app: Running, model: ModelServer) -> None:
    model.fake.fault = Fault.HANGS
    ask(app, model)
    kill(app)
    model.fake.fault = Fault.NONE


def killed_while_speaking(app: Running, model: ModelServer) -> None:
    with app.desktop.record() as heard:
        ask(app, model)
        wait_until(lambda: heard.timeline().first_sound(), PATIENCE_S, "the answer to sound")
        kill(app)


@contextlib.contextmanager
def listening(app: Running) -> Iterator[None]:
    """Hold the key; the microphone is open."""
    before = len(app.logged("listening"))
    with app.desktop.hold(HOTKEY):
        app.wait_for_log("listening", before + 1)
        yield


def ask(app: Running, model: ModelServer) -> None:
    """Say the question until the model is asked: on a busy machine sound has gaps, and other words are heard in it."""
    asked = chats(model)
    for _ in range(MOST_ASKED):
        turns = len(app.turns())
        with listening(app):
            app.desktop.say(QUESTION)
        over = functools.partial(lambda known: chats(model) > asked or len(app.turns()) > known, turns)
        wait_until(over, PATIENCE_S, "the model to be asked, or the turn to end without it")
        if chats(model) > asked:
            return
    heard = [turn["transcript"] for turn in app.turns()[-MOST_ASKED:]]
    raise AssertionError(f"The model was never asked; these words were heard: {heard}.")


def chats(model: ModelServer) -> int:
    return sum(request.path.endswith("/chat/completions") for request in model.fake.requests)


def kill(app: Running) -> None:
    """All of its processes, at once."""
    program = psutil.Process(app.pid)
    for process in (program, *program.children(recursive=True)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def started(desktop: Desktop, settings: str, start: int) -> Running:
    """The program, which nobody will end in an orderly way; it is the start of that number in this home."""
    file = Path(desktop.env["SOVEREIGN_HOME"]) / "config" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(settings)
    app = Running(desktop, desktop.start([sys.executable, "-m", "sovereign_desktop"]))
    app.wait_for_log("program ready", start, timeout_s=PATIENCE_S)
    return app


@pytest.mark.parametrize(
    "state",
    [killed_while_listening, killed_while_thinking, killed_while_speaking],
    ids=["listening", "thinking", "speaking"],
)
def test_a_kill_costs_no_question_and_no_file(
    desktop: Desktop,
    model: ModelServer,
    times: Callable[[int, int], int],
    figure: Callable[..., None],
    state: Callable[[Running, ModelServer], None],
) -> None:
    if not (count := times(0, 30)):
        pytest.skip("with --whole only; tests/end_to_end/test_unanswered.py has a sample of it")
    settings = f'llm: {{base_url: "{model.base_url}", model: test}}\naudio: {{earcons: false}}\n'
    for number in range(1, count + 1):
        first = started(desktop, settings, 2 * number - 1)
        state(first, model)
        first.program.wait(5)
        turns = len(first.turns())
        with running(desktop, settings) as second:
            second.wait_for_log(OFFERED, number, PATIENCE_S)
            assert second.logged(OFFERED)[-1]["questions"] == 1
            assert len(second.turns()) == turns, "something was repeated"
        for left in second.home.rglob("unanswered/*"):
            left.unlink()
        for database in second.home.rglob("*.sqlite"):
            with contextlib.closing(sqlite3.connect(database)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), database
        for file in second.home.rglob("*.json"):
            json.loads(file.read_text())
    figure(kills=count, offered=count)
