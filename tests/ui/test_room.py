"""What this room's tests do to themselves and to the others."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
from PySide6.QtWidgets import QApplication

from sovereign_desktop.core.identity import APP_ID


def test_the_platform_without_a_screen_stays_in_this_room(application: QApplication) -> None:
    assert application.platformName() == "offscreen"
    started_with = psutil.Process().environ()
    assert os.environ.get("QT_QPA_PLATFORM") == started_with.get("QT_QPA_PLATFORM")


def test_windows_and_portals_know_the_program_by_the_same_name() -> None:
    script = "from sovereign_desktop.ui.run import _application; print(_application().desktopFileName())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == APP_ID
