"""Pictures by mss: X11, Windows, macOS."""

from __future__ import annotations

from typing import Any

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenError, Shot


class MssCapture:
    """Opens the display for each look, 1 ms: monitors come and go, and mss knows only those that it began with.

    On a screen with a scale, pixels are the device's own.
    """

    async def take(self) -> tuple[Shot, ...]:
        """See Capture. Each monitor alone: with the whole desktop there may be parts that no monitor shows."""
        import mss
        from mss.exception import ScreenShotError

        try:
            with mss.MSS() as display:
                monitors = _distinct(display.monitors[1:] or display.monitors)
                return tuple(_shot(display.grab(monitor), monitor) for monitor in monitors)
        except (ScreenShotError, OSError) as error:
            raise ScreenError("No picture of the screen can be taken.", remedy=_REMEDY) from error

    async def close(self) -> None:
        """Nothing stays open."""


def _shot(picture: Any, monitor: dict[str, Any]) -> Shot:
    scale = picture.width / monitor["width"]  # macOS tells places in points
    left, top = round(scale * monitor["left"]), round(scale * monitor["top"])
    return Shot(Rect(left, top, left + picture.width, top + picture.height), bytearray(picture.raw))


_REMEDY = "It is tried again; check the display if this stays so."


def _distinct(monitors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Monitors that show different things: mirrored ones are looked at once."""
    seen: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    for monitor in monitors:
        seen.setdefault((monitor["left"], monitor["top"], monitor["width"], monitor["height"]), monitor)
    return list(seen.values())
