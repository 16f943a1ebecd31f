"""A program whose only interpreter is itself: its child processes come through its own front door."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def start(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "sovereign_desktop", *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=REPOSITORY, timeout=60)


def test_a_child_process_runs_as_under_python_and_ends_with_its_pipe() -> None:
    done = start("-m", "sovereign_desktop.servers.voice")
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_the_child_process_writes_is_all_there_is_in_the_pipe() -> None:
    through_us = start("-m", "sovereign_desktop.audio.devices")
    command = [sys.executable, "-m", "sovereign_desktop.audio.devices"]
    plain = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=REPOSITORY, timeout=60)
    assert through_us.returncode == plain.returncode == 0
    assert through_us.stdout == plain.stdout != b""


def test_a_module_of_somebody_else_is_not_run() -> None:
    done = start("-m", "this")
    assert done.returncode == 1
    assert done.stderr == b"this is no part of Sovereign Desktop.\n"
    assert done.stdout == b""
