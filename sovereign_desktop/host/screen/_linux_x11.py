"""The windows of an X display, from its server: also those without a title, a frame or a place in any task bar."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.xobject.drawable import Window

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenError, ScreenWindow

_DEEPEST = 3
"""How far below a window manager's frame the program's own window is looked for."""
_OPAQUE = 0xFFFFFFFF


class X11WindowList:
    """Asks the server each time: a window that came a moment ago is in it."""

    def __init__(self, display: str | None = None) -> None:
        self._name = display
        self._display: Display | None = None
        self._programs: dict[int, str] = {}

    def windows(self) -> tuple[ScreenWindow, ...]:
        """See WindowList."""
        try:
            if self._display is None:
                self._display = Display(self._name)
            return tuple(self._visible(self._display))
        except (DisplayError, ConnectionClosedError, OSError) as error:
            self.close()
            raise ScreenError("The windows on the screen can't be listed.") from error

    def close(self) -> None:
        if self._display is not None:
            with contextlib.suppress(ConnectionClosedError, OSError):
                self._display.close()
            self._display = None

    def _visible(self, display: Display) -> list[ScreenWindow]:
        root = display.screen().root
        active = self._number(root, "_NET_ACTIVE_WINDOW")
        found = []
        for window in reversed(root.query_tree().children):
            with contextlib.suppress(XError):  # it is gone again
                if (seen := self._seen(window, active)) is not None:
                    found.append(seen)
        return found

    def _seen(self, window: Window, active: int) -> ScreenWindow | None:
        attributes = window.get_attributes()
        if attributes.map_state != X.IsViewable or attributes.win_class == X.InputOnly:
            return None
        place = window.get_geometry()
        left, top = place.x, place.y
        border = 2 * place.border_width
        box = Rect(left, top, left + place.width + border, top + place.height + border)
        client = self._client(window, _DEEPEST) or window
        process = self._number(client, "_NET_WM_PID")
        return ScreenWindow(
            id=client.id,
            box=box,
            title=self._title(client),
            program=self._program(client, process),
            owner=process or self._base(client),
            belongs_to=self._number(client, "WM_TRANSIENT_FOR"),
            is_active=client.id == active,
            hides=place.depth != 32 and self._is_opaque(window) and self._is_opaque(client) and not _is_shaped(window),
        )

    def _client(self, window: Window, depth: int) -> Window | None:
        """The program's own window in a window manager's frame."""
        if self._property(window, "WM_STATE") is not None:
            return window
        if depth:
            for child in window.query_tree().children:
                with contextlib.suppress(XError):
                    if (found := self._client(child, depth - 1)) is not None:
                        return found
        return None

    def _title(self, window: Window) -> str:
        for name in ("_NET_WM_NAME", "WM_NAME"):
            value = self._property(window, name)
            if value is not None and len(value.value):
                raw = value.value
                return raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else str(raw)
        return ""

    def _program(self, window: Window, process: int) -> str:
        """The window's class, and the name of its process where that says more."""
        names = []
        with contextlib.suppress(XError, UnicodeDecodeError):
            names += [name for name in reversed(window.get_wm_class() or ()) if name]
        if process:
            names.append(self._process_name(process))
        return " ".join(dict.fromkeys(filter(None, names)))

    def _process_name(self, process: int) -> str:
        if process not in self._programs:
            with contextlib.suppress(OSError):
                self._programs[process] = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
        return self._programs.get(process, "")

    def _base(self, window: Window) -> int:
        """What the ids of all windows of one connection have in common."""
        assert self._display is not None
        return int(window.id & ~self._display.display.info.resource_id_mask)

    def _is_opaque(self, window: Window) -> bool:
        return self._number(window, "_NET_WM_WINDOW_OPACITY", _OPAQUE) == _OPAQUE

    def _number(self, window: Window, name: str, default: int = 0) -> int:
        value = self._property(window, name)
        if value is None or value.format != 32 or not len(value.value):
            return default
        return int(value.value[0])

    def _property(self, window: Window, name: str) -> Any:
        assert self._display is not None
        return window.get_full_property(self._display.get_atom(name), X.AnyPropertyType)


def _is_shaped(window: Window) -> bool:
    """Whether parts of it may be missing, through which one sees what is below."""
    try:
        return bool(window.shape_query_extents().bounding_shaped)
    except (AttributeError, XError):  # a server without the extension has no such windows
        return False
