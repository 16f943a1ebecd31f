"""The running tray app: its icon and windows, a second start, the number it shows, its end."""

from __future__ import annotations

import json
import sys
import time

import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import running

pytestmark = pytest.mark.desktop

QUESTION = "what time is it now"
TRUE_WITHIN_MS = 100.0


def test_the_latency_that_is_shown_is_the_one_that_a_recorder_measures(desktop: Desktop) -> None:
    with running(desktop, "audio: {earcons: false}") as app, desktop.record() as heard:
        with desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening")
            said = desktop.say(QUESTION)
            time.sleep(0.4)  # the end of speech is not the release of the key
        (turn,) = app.wait_for_turns(1)
        sounded_at = heard.timeline().first_sound(said.ended_at)
    timings = json.loads(turn["timings"])
    assert sounded_at is not None
    measured_ms = 1000 * (sounded_at - said.ended_at)
    shown_ms = 1000 * (timings["first_sound"] - timings["speech_ended"])
    assert abs(measured_ms - shown_ms) <= TRUE_WITHIN_MS, (measured_ms, shown_ms)


def test_a_second_start_asks_the_first_one_and_ends(desktop: Desktop) -> None:
    with running(desktop, "audio: {earcons: false}") as app:
        assert app.verb("--toggle").process.returncode == 0
        app.wait_for_log("listening")
        desktop.say(QUESTION)
        assert app.verb("--toggle").process.returncode == 0
        (turn,) = app.wait_for_turns(1)
        assert turn["outcome"] == "answered"
        app.verb("--talk")
        app.wait_for_log("listening", 2)
        app.verb("--cancel")
        app.wait_for_log("turn over", 2)
        assert len(app.turns()) == 1, "a turn that was given up without a word leaves no record"
        app.verb("--show", "transcript")
        wait_until(lambda: any("Transcript" in title for title in desktop.titles()), 5, "the transcript window")
        before = len(desktop.titles())
        app.verb()
        wait_until(lambda: len(desktop.titles()) > before, 5, "the window that a plain second start raises")


def test_asked_to_quit_it_ends_and_leaves_nothing_running(desktop: Desktop) -> None:
    with running(desktop) as app:
        assert app.verb("--quit").process.returncode == 0
        assert app.program.wait(15) == 0
    assert not desktop.tray_icons()
    late = desktop.start([sys.executable, "-m", "sovereign_desktop", "--quit"])
    assert late.wait(10) == 1
    assert "not running" in late.output()


def test_terminated_in_the_middle_of_an_answer_it_ends_cleanly(desktop: Desktop) -> None:
    with running(desktop, "audio: {earcons: false}") as app, desktop.record() as heard:
        with desktop.hold("ctrl+alt+space"):
            app.wait_for_log("listening")
            said = desktop.say(QUESTION)
        wait_until(lambda: heard.timeline().first_sound(said.ended_at), 20, "the answer to sound")
        # leaving the context terminates it, checks its status, and the desktop finds what is left behind


def test_settings_that_can_not_be_read_are_named_and_the_program_runs(desktop: Desktop) -> None:
    with running(desktop, "audio: {volume: loud}\nactivation: {hotkey: 'ctrl+alt+spce'}") as app:
        assert app.logged("program ready")
        assert "volume: loud" in (app.home / "config" / "settings.yaml").read_text()


def test_a_setting_changed_in_the_window_is_kept_and_in_force_without_a_start_by_hand(desktop: Desktop) -> None:
    """Search for it, tab to it, change it with the keys: as somebody without a mouse would."""
    with running(desktop, "audio: {earcons: false}") as app:
        app.verb("--show", "settings")
        wait_until(lambda: any("Settings" in title for title in desktop.titles()), 10, "the settings window")
        desktop.type("cancel hotkey")
        for _ in range(2):  # past the button that clears the search, to the keys
            desktop.press("Tab")
        desktop.press("ctrl+shift+F9")
        settings_file = app.home / "config" / "settings.yaml"
        wait_until(lambda: "ctrl+shift+f9" in settings_file.read_text(), 10, "the new hotkey in the file")
        app.wait_for_log("program ready", 2)
        app.verb("--toggle")
        app.wait_for_log("listening")
        desktop.press("ctrl+shift+F9")
        app.wait_for_log("turn over")
        assert "earcons: false" in settings_file.read_text()
