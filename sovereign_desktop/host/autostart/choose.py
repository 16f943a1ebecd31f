"""Where this system looks for what starts with the session."""

from __future__ import annotations

import sys

from sovereign_desktop.host.autostart.base import Autostart, start_command


def choose_autostart() -> Autostart:
    """This user's entry for this very copy of the program."""
    command = start_command()
    if sys.platform == "win32":
        from sovereign_desktop.host.autostart._windows import WindowsAutostart

        return WindowsAutostart(command)
    if sys.platform == "darwin":
        from sovereign_desktop.host.autostart._macos import MacosAutostart

        return MacosAutostart(command)
    from sovereign_desktop.host.autostart._linux import LinuxAutostart

    return LinuxAutostart(command)
