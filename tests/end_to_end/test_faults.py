"""Processes that die or hang in the middle of a turn, devices that go, a user in a hurry: the turn is answered."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import Desktop, wait_until
from tests.desktop.sound import MICROPHONE
from tests.end_to_end.running import Running, running

pytestmark = pytest.mark.desktop

HOTKEY = "ctrl+alt+space"
CANCEL = "ctrl+alt+Escape"
SUM = "what is twelve times seven"
ANSWER = "12 times 7 is 84."
LONG = "what day is it today"
"""Its answer takes between four and five seconds to speak."""

VOICE = "voice service"
AUDIO = "audio process"


def pid_of(app: Running, child: str) -> int:
    """The process that does a child's work now."""
    return int([up["child_pid"] for up in app.logged("child process is up") if up["child"] == child][-1])


def ask(desktop: Desktop, app: Running, question: str = SUM) -> None:
    """Hold the key and ask."""
    before = len(app.logged("listening"))
    with desktop.hold(HOTKEY):
        app.wait_for_log("listening", before + 1)
        desktop.say(question)


def answered(app: Running, count: int = 1) -> str:
    """The reply of the newest of so many turns, which must have been answered."""
    turn: dict[str, Any] = app.wait_for_turns(count)[-1]
    assert turn["outcome"] == "answered", turn
    return str(turn["reply"])


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "suspended"])
@pytest.mark.parametrize("child", [VOICE, AUDIO])
def test_a_child_that_is_lost_while_it_is_needed_costs_time_and_no_answer(
    desktop: Desktop, child: str, blow: signal.Signals
) -> None:
    with running(desktop) as app:
        app.wait_for_log("engine ready", 2)
        ask(desktop, app)
        os.kill(pid_of(app, child), blow)
        assert answered(app) == ANSWER
        assert len(app.logged("child process is up")) == 3


def test_an_answer_goes_on_when_the_process_that_plays_it_is_replaced(desktop: Desktop) -> None:
    with running(desktop) as app, desktop.record() as heard:
        ask(desktop, app, LONG)
        asked_at = time.monotonic()
        wait_until(lambda: heard.timeline().first_sound(asked_at), 10, "the answer")
        time.sleep(1.0)  # well inside of the sentence
        killed_at = time.monotonic()
        os.kill(pid_of(app, AUDIO), signal.SIGKILL)
        answered(app)
        rest = heard.timeline().between(killed_at + 0.3, time.monotonic())
    assert sum(sound.end - sound.start for sound in rest.sounds()) > 1.5


def test_an_unplugged_microphone_loses_no_word_and_is_used_again_when_it_is_back(desktop: Desktop) -> None:
    with running(desktop) as app:
        with desktop.hold(HOTKEY):
            app.wait_for_log("listening")
            desktop.say(SUM)
            desktop.sound.unplug(MICROPHONE)
            app.wait_for_log("microphone lost")
        assert answered(app) == ANSWER
        desktop.plug_microphone()
        ask(desktop, app)
        assert answered(app, 2) == ANSWER


def test_thirty_quick_presses_leave_a_program_that_answers(desktop: Desktop) -> None:
    with running(desktop) as app:
        for _ in range(30):
            desktop.press(HOTKEY)
        desktop.press(CANCEL)
        wait_until(lambda: app.logged("turn over") and not _changes(app), 10, "the turns to be over")
        before = len(app.turns())
        ask(desktop, app)
        assert answered(app, before + 1) == ANSWER


def test_a_request_to_end_in_the_middle_of_an_answer_keeps_its_record(desktop: Desktop) -> None:
    with running(desktop) as app, desktop.record() as heard:
        ask(desktop, app, LONG)
        asked_at = time.monotonic()
        wait_until(lambda: heard.timeline().first_sound(asked_at), 10, "the answer")
        began = time.monotonic()
        assert app.program.end(10) == 0
        assert time.monotonic() - began < 5
        assert [turn["outcome"] for turn in app.turns()] == ["cancelled"]


def test_damaged_transcripts_are_set_aside_and_the_program_answers(desktop: Desktop) -> None:
    damaged = Path(desktop.env["SOVEREIGN_HOME"]) / "data" / "transcripts.sqlite"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"this is no database " * 400)
    with running(desktop) as app:
        ask(desktop, app)
        assert answered(app) == ANSWER
    assert any("broken" in file.name for file in damaged.parent.iterdir())


def _changes(app: Running, for_s: float = 0.5) -> bool:
    """Whether turns still come and go."""
    before = len(app.turns())
    time.sleep(for_s)
    return len(app.turns()) != before
