"""The program's main job, in a real window system: a key is held, a question asked aloud, the answer heard."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.desktop import Desktop, Timeline
from tests.desktop.judges import says_clock_time
from tests.end_to_end.running import Running, running

pytestmark = pytest.mark.desktop

HOTKEY = "ctrl+alt+space"
QUESTION = "what time is it now"


def test_a_question_asked_while_the_hotkey_is_held_is_answered_with_the_time(desktop: Desktop, tmp_path: Path) -> None:
    with running(desktop) as app, desktop.record() as heard:
        with desktop.hold(HOTKEY):
            app.wait_for_log("listening")
            desktop.say(QUESTION)
        judge(app, heard.timeline, tmp_path)


def test_a_tap_asks_and_a_pause_ends_the_question(desktop: Desktop, tmp_path: Path) -> None:
    with running(desktop) as app, desktop.record() as heard:
        desktop.press(HOTKEY)
        app.wait_for_log("listening")
        desktop.say(QUESTION)
        judge(app, heard.timeline, tmp_path)


def test_hands_free_answers_whoever_speaks(desktop: Desktop, tmp_path: Path) -> None:
    with running(desktop, "activation: {hands_free: true}") as app, desktop.record() as heard:
        app.wait_for_log("microphone open")
        desktop.say(QUESTION)
        judge(app, heard.timeline, tmp_path)


def judge(app: Running, timeline: object, folder: Path) -> None:
    """The loudspeaker said the current time, and not the time of another hour."""
    asked = datetime.now()
    (turn,) = app.wait_for_turns(1)
    time.sleep(0.3)  # the recorder's own buffer
    sound: Timeline = timeline()  # type: ignore[operator]
    wav = sound.save(folder / "heard.wav")
    minutes = {asked + timedelta(minutes=minute) for minute in (-1, 0, 1)}
    assert turn["outcome"] == "answered", turn
    assert any(says_clock_time(wav, moment.hour, moment.minute) for moment in minutes), turn
    assert not any(says_clock_time(wav, (moment.hour + 5) % 24, moment.minute) for moment in minutes)
