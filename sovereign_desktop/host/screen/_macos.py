"""macOS: windows and lock by the system's own script runner, which every Mac has. Seen to work on no machine yet.

JavaScript for Automation reaches CoreGraphics without a package of ours.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import subprocess
from typing import Any

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import Capture, ScreenError, ScreenWindow, Shot

_LIST = """
ObjC.import('CoreGraphics'); ObjC.import('AppKit');
const front = $.NSWorkspace.sharedWorkspace.frontmostApplication.processIdentifier;
const list = ObjC.castRefToObject($.CGWindowListCopyWindowInfo(1, 0));
const scale = $.NSScreen.mainScreen.backingScaleFactor;
JSON.stringify({front: front, scale: scale, windows: ObjC.deepUnwrap(list)});
"""
_LOCKED = """
ObjC.import('CoreGraphics');
const session = ObjC.deepUnwrap(ObjC.castRefToObject($.CGSessionCopyCurrentDictionary()));
JSON.stringify(Boolean(session && session.CGSSessionScreenIsLocked));
"""
_LONGEST_S = 5.0
_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
_REFUSED = "macOS does not let this program see the screen."
_ALLOW = (
    "Allow it under System Settings, Privacy & Security, Screen & System Audio Recording, then switch screen awareness"
    " off and on."
)


def core_graphics() -> Any:
    """The part of macOS that knows the permission; macOS before 10.15 asks for none."""
    graphics = ctypes.CDLL(_GRAPHICS)
    for name in ("CGPreflightScreenCaptureAccess", "CGRequestScreenCaptureAccess"):
        if (function := getattr(graphics, name, None)) is not None:
            function.restype = ctypes.c_bool
    return graphics


class PermittedCapture:
    """Pictures by another capture, if the user permits them.

    Without the permission macOS refuses no picture: it gives one with nothing but the wallpaper and our own windows.
    """

    def __init__(self, capture: Capture, graphics: Any) -> None:
        self._capture = capture
        self._graphics = graphics
        self._has_asked = False

    async def take(self) -> tuple[Shot, ...]:
        """See Capture. The first time, the system asks the user."""
        preflight = getattr(self._graphics, "CGPreflightScreenCaptureAccess", None)
        if preflight is not None and not preflight():
            if not self._has_asked:
                self._has_asked = True
                self._graphics.CGRequestScreenCaptureAccess()
            raise ScreenError(_REFUSED, remedy=_ALLOW)
        return await self._capture.take()

    async def close(self) -> None:
        await self._capture.close()


class MacosWindowList:
    """CGWindowListCopyWindowInfo tells the windows from the topmost down."""

    def windows(self) -> tuple[ScreenWindow, ...]:
        """See WindowList."""
        told = _run(_LIST)
        return tuple(_seen(window, told) for window in told["windows"] if window.get("kCGWindowAlpha", 1) > 0)

    def close(self) -> None:
        """Nothing is held."""


def _seen(window: dict[str, Any], told: dict[str, Any]) -> ScreenWindow:
    bounds, scale = window["kCGWindowBounds"], told["scale"]
    left, top = round(bounds["X"] * scale), round(bounds["Y"] * scale)
    right, bottom = left + round(bounds["Width"] * scale), top + round(bounds["Height"] * scale)
    process = int(window["kCGWindowOwnerPID"])
    return ScreenWindow(
        id=int(window["kCGWindowNumber"]),
        box=Rect(left, top, right, bottom),
        title=str(window.get("kCGWindowName", "")),
        program=str(window.get("kCGWindowOwnerName", "")),
        owner=process,
        is_active=process == told["front"] and window.get("kCGWindowLayer", 0) == 0,
        hides=window.get("kCGWindowAlpha", 1) == 1 and window.get("kCGWindowLayer", 0) == 0,
    )


class MacosLock:
    """The session says it."""

    async def is_locked(self) -> bool:
        """See ScreenLock."""
        return bool(await asyncio.to_thread(_run, _LOCKED))

    async def close(self) -> None:
        """Nothing is held."""


def _run(script: str) -> Any:
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            ["/usr/bin/osascript", "-l", "JavaScript", "-e", script],
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ScreenError("The windows on the screen can't be listed.") from error
