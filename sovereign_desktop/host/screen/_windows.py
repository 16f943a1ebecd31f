"""Windows: its windows, topmost first, and its lock, by user32. Seen to work on no machine of ours yet."""

from __future__ import annotations

import ctypes
from typing import Any

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenWindow

_CLOAKED = 14
_EXTENDED_STYLE = -20
_LAYERED = 0x00080000
_OWNER = 4
_QUERY_LIMITED = 0x1000
_SWITCH = 0x0100


class WindowsWindowList:
    """EnumWindows tells the windows from the topmost down."""

    def __init__(self) -> None:
        self._dlls: Any = ctypes.windll  # type: ignore[attr-defined,unused-ignore]
        # Rectangles and pictures in the same pixels, whatever the scale of a monitor.
        self._dlls.user32.SetProcessDpiAwarenessContext(ctypes.c_void_p(-4))

    def windows(self) -> tuple[ScreenWindow, ...]:
        """See WindowList."""
        handles: list[int] = []
        kind = ctypes.WINFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)  # type: ignore[attr-defined,unused-ignore]

        def take(handle: int, _: object) -> bool:
            handles.append(handle)
            return True

        each = kind(take)
        self._dlls.user32.EnumWindows(each, None)
        active = self._dlls.user32.GetForegroundWindow()
        return tuple(self._seen(handle, active) for handle in handles if self._is_visible(handle))

    def close(self) -> None:
        """Nothing is held."""

    def _is_visible(self, handle: int) -> bool:
        user32 = self._dlls.user32
        if not user32.IsWindowVisible(ctypes.c_void_p(handle)) or user32.IsIconic(ctypes.c_void_p(handle)):
            return False
        cloaked = ctypes.c_int()
        self._dlls.dwmapi.DwmGetWindowAttribute(ctypes.c_void_p(handle), _CLOAKED, ctypes.byref(cloaked), 4)
        return cloaked.value == 0  # on another virtual desktop

    def _seen(self, handle: int, active: int) -> ScreenWindow:
        user32 = self._dlls.user32
        box = (ctypes.c_long * 4)()
        user32.GetWindowRect(ctypes.c_void_p(handle), ctypes.byref(box))
        title = ctypes.create_unicode_buffer(512)
        user32.GetWindowTextW(ctypes.c_void_p(handle), title, 512)
        process = ctypes.c_ulong()
        user32.GetWindowThreadProcessId(ctypes.c_void_p(handle), ctypes.byref(process))
        style = user32.GetWindowLongW(ctypes.c_void_p(handle), _EXTENDED_STYLE)
        return ScreenWindow(
            id=handle,
            box=Rect(*box),
            title=title.value,
            program=self._program(process.value),
            owner=process.value,
            belongs_to=user32.GetWindow(ctypes.c_void_p(handle), _OWNER) or 0,
            is_active=handle == active,
            hides=not style & _LAYERED,
        )

    def _program(self, process: int) -> str:
        kernel32 = self._dlls.kernel32
        handle = kernel32.OpenProcess(_QUERY_LIMITED, False, process)
        if not handle:
            return ""
        try:
            path, size = ctypes.create_unicode_buffer(1024), ctypes.c_ulong(1024)
            kernel32.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(size))
            return path.value.rsplit("\\", 1)[-1].removesuffix(".exe")
        finally:
            kernel32.CloseHandle(handle)


class WindowsLock:
    """A locked Windows shows another desktop than that of the user's programs, which they may not open."""

    async def is_locked(self) -> bool:
        """See ScreenLock."""
        user32: Any = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
        desktop = user32.OpenInputDesktop(0, False, _SWITCH)
        if desktop:
            user32.CloseDesktop(desktop)
        return not desktop

    async def close(self) -> None:
        """Nothing is held."""
