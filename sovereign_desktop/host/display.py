"""Whether this session can show windows."""

from __future__ import annotations

import os
import platform
import sys


def display_name() -> str:
    """What windows would appear on, for a person to read; empty where there is nothing, and Qt aborts the process."""
    if sys.platform in ("win32", "darwin"):
        return platform.platform(terse=True)
    for variable in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(variable):
            return f"{variable}={os.environ[variable]}"
    return ""
