"""The tray app from start to end, in a process of its own: an event loop for both worlds can't be had twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DEADLINE_S = 20


def play(scene: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ui.played_app", scene],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_until(app: subprocess.Popen[str], line: str) -> None:
    assert app.stdout is not None
    for told in app.stdout:
        if told.strip() == line:
            return
    raise AssertionError(f"it ended without saying {line!r}")


@pytest.mark.parametrize("scene", ["quit", "log-out"])
def test_quitting_lets_the_program_stop(scene: str) -> None:
    with play(scene) as app:
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert told.split() == ["loaded", "start", "stop"]
    assert app.returncode == 0
    assert "Traceback" not in errors


def test_new_settings_are_a_new_program_behind_the_same_icon() -> None:
    with play("new settings") as app:
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert told.split() == ["loaded", "start", "stop"] * 3
    assert app.returncode == 0
    assert "Traceback" not in errors


def test_a_program_that_can_t_start_with_new_settings_is_followed_by_one_with_those_from_before() -> None:
    with play("bad settings") as app:
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert told.splitlines() == [
        *["loaded", "start", "stop"] * 2,
        *["loaded after: The voice service does not start.", "start", "stop"],
    ]
    assert app.returncode == 0
    assert "the program does not start with new settings" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("scene", ["run", "slow start"])
def test_signals_end_it_cleanly_even_while_it_starts(scene: str, number: signal.Signals) -> None:
    with play(scene) as app:
        lines_until(app, "start")
        app.send_signal(number)
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert told.split() == ["stop"]
    assert (app.returncode, errors) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_quitting_does_not_wait_until_the_program_is_loaded() -> None:
    with play("slow load") as app:
        lines_until(app, "loaded")
        app.terminate()
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert (app.returncode, told, errors) == (0, "", "")


def test_a_failed_start_says_one_sentence_and_waits_until_it_is_read() -> None:
    with play("explained failure") as app:
        lines_until(app, "stop")
        assert app.stderr is not None
        assert app.stderr.readline() == "The voice service does not start. Run the doctor.\n"
        assert app.poll() is None, "the window is there to be read"
        app.terminate()
        _, errors = app.communicate(timeout=DEADLINE_S)
    assert (app.returncode, errors) == (1, "")


def test_faults_that_nobody_caught_end_nothing_and_keep_their_text_to_themselves() -> None:
    with play("stray faults") as app:
        told, errors = app.communicate(timeout=DEADLINE_S)
    assert (app.returncode, told.split()) == (0, ["loaded", "start", "stop"])
    assert errors.count("unhandled exception") == 2
    assert errors.count("ZeroDivisionError") == 2
    assert "secret" not in errors


def test_a_fault_is_explained_without_its_text() -> None:
    with play("fault") as app:
        lines_until(app, "stop")
        assert app.stderr is not None
        heard = ""
        while "could not start" not in heard:
            heard += app.stderr.readline()
        app.terminate()
        app.communicate(timeout=DEADLINE_S)
    assert app.returncode == 1
    assert heard.splitlines()[-1].endswith("Run “sovereign-desktop doctor” to see what is wrong.")
