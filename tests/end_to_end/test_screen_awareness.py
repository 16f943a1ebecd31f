"""Asked aloud what is on the screen, it says what stands in the window there; while it may not look, it says that."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import Desktop, Recorder, judges, wait_until
from tests.end_to_end.running import Running, running

pytestmark = pytest.mark.desktop

QUESTION = "what is on my screen"
SETTINGS = """
app: {mode: traditional}
audio: {earcons: false}
tts: {voice: gmw/en-US}
screen_context: {enabled: true}
"""
ATTEMPTS = 3
WRITTEN = "Seven yellow flowers on Monday morning."


def test_what_stands_in_a_window_is_told_until_the_user_says_that_the_program_may_not_look(desktop: Desktop) -> None:
    letter = desktop.folder / "flowers.txt"
    letter.write_text(f"{WRITTEN}\nCard 4111 1111 1111 1111\n")
    desktop.start([sys.executable, str(Path(__file__).with_name("editor.py")), str(letter)])
    wait_until(lambda: "flowers.txt - Editor" in desktop.titles(), 20, "the editor")
    with running(desktop, SETTINGS) as app, desktop.record() as heard:
        seeing, words = asked(app, heard)
        assert app.verb("--screen", "off").process.returncode == 0
        blind, _ = asked(app, heard)
    assert seeing["backend"] == "skills"
    told = seeing["reply"]
    assert "flowers.txt - Editor" in told
    assert "a hidden card number" in told
    assert "1111" not in told
    assert in_common(told) >= 4, told  # of a word that is badly read, nothing is told
    assert in_common(words) >= 2, words
    assert "I don't look at your screen." in blind["reply"]


def in_common(words: str) -> int:
    """How many of the written words are among these."""
    return len({"seven", "yellow", "flowers", "monday", "morning"} & set(words.lower().replace(".", "").split()))


def asked(app: Running, heard: Recorder) -> tuple[dict[str, Any], str]:
    """The record of a turn that was asked aloud, and what a recogniser makes of the answer.

    Who is not understood says it again; what recognition is worth is measured elsewhere.
    """
    for _ in range(ATTEMPTS):
        turn, answer = asked_once(app, heard)
        if "screen" in turn["transcript"]:
            break
    return turn, answer


def asked_once(app: Running, heard: Recorder) -> tuple[dict[str, Any], str]:
    before = len(app.turns())
    with app.desktop.hold("ctrl+alt+space"):
        app.wait_for_log("listening", before + 1)
        said = app.desktop.say(QUESTION)
    turn = app.wait_for_turns(before + 1)[-1]
    time.sleep(0.3)  # what sounded last is still on its way to the recorder
    assert turn["outcome"] == "answered", turn
    return turn, judges.transcribe(heard.timeline().between(said.ended_at, time.monotonic()))
