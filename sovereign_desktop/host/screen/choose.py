"""How this session's screen is looked at. Each import stands where its system is known to be there."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from sovereign_desktop.host.screen.base import Capture, ScreenError, ScreenLock, WindowList


@dataclass(frozen=True, slots=True)
class Screen:
    """The ways to this screen. Without `windows` nobody can know what is visible, as on Wayland."""

    capture: Capture
    windows: WindowList | None
    lock: ScreenLock


def is_wayland() -> bool:
    """Whether programs of this session can't see each other's windows."""
    return sys.platform == "linux" and bool(os.environ.get("WAYLAND_DISPLAY"))


def choose_screen() -> Screen:
    """The screen of this session. Raises ScreenError where there is none."""
    if sys.platform == "win32":
        from sovereign_desktop.host.screen import _windows
        from sovereign_desktop.host.screen.mss_capture import MssCapture

        return Screen(MssCapture(), _windows.WindowsWindowList(), _windows.WindowsLock())
    if sys.platform == "darwin":
        from sovereign_desktop.host.screen import _macos
        from sovereign_desktop.host.screen.mss_capture import MssCapture

        capture = _macos.PermittedCapture(MssCapture(), _macos.core_graphics())
        return Screen(capture, _macos.MacosWindowList(), _macos.MacosLock())
    from sovereign_desktop.host.screen._linux_lock import LinuxLock

    if is_wayland():
        from sovereign_desktop.host.screen._linux_portal import PortalCapture

        return Screen(PortalCapture(), None, LinuxLock())
    if not os.environ.get("DISPLAY"):
        raise ScreenError("There is no screen to look at.", remedy="Start the program in a desktop session.")
    from sovereign_desktop.host.screen._linux_x11 import X11WindowList
    from sovereign_desktop.host.screen.mss_capture import MssCapture

    return Screen(MssCapture(), X11WindowList(), LinuxLock())
