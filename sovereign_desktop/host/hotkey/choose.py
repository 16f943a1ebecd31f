"""Which listener this session needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from sovereign_desktop.host.hotkey.base import HotkeyListener


@dataclass(frozen=True, slots=True)
class Choice:
    """The listener for this session, or None, and why."""

    listener: HotkeyListener | None
    reason: str


def choose(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Choice:
    """The listener for this session. Starts nothing; raises nothing."""
    if platform == "win32":
        from sovereign_desktop.host.hotkey._windows import WindowsHotkeyListener

        return Choice(WindowsHotkeyListener(), "Windows: a keyboard hook")
    if platform == "darwin":
        from sovereign_desktop.host.hotkey._macos import MacHotkeyListener

        return Choice(MacHotkeyListener(), "macOS: an event tap")
    if env.get("WAYLAND_DISPLAY") or env.get("XDG_SESSION_TYPE") == "wayland":
        from sovereign_desktop.host.hotkey._linux_portal import PortalHotkeyListener

        return Choice(PortalHotkeyListener(), "Wayland: the desktop's portal for global shortcuts")
    if env.get("DISPLAY"):
        from sovereign_desktop.host.hotkey._linux_x11 import X11HotkeyListener

        return Choice(X11HotkeyListener(), "X11: a grabbed key")
    return Choice(None, "no display, so there is no keyboard to hear")
