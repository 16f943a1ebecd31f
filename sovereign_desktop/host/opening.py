"""Hands a file to whatever the system opens its kind with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sovereign_desktop.host.processes import isolated_env

WITHIN_S = 15.0


def open_file(file: Path) -> bool:
    """Whether the system took the file; what becomes of it is the system's matter. Blocks for a moment."""
    try:
        if sys.platform == "win32":
            os.startfile(file)  # noqa: S606 - the user asked for it
            return True
        command = ["open" if sys.platform == "darwin" else "xdg-open", str(file)]
        done = subprocess.run(  # noqa: S603 - a program of the system
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=isolated_env(),
            timeout=WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
