"""Pictures by mss: X11, Windows, macOS."""

from __future__ import annotations

from typing import Any

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenError, Shot


class MssCapture:
    """One connection to the display for all pictures. On a screen with a scale, pixels are the device's own."""

    def __init__(self) -> None:
        self._mss: Any = None

    async def take(self) -> tuple[Shot, ...]:
        """See Capture. Each monitor alone: with the whole desktop there may be parts that no monitor shows."""
        import mss
        from mss.exception import ScreenShotError

        try:
            if self._mss is None:
                self._mss = mss.MSS()
            return tuple(self._shot(monitor) for monitor in _distinct(self._mss.monitors[1:] or self._mss.monitors))
        except (ScreenShotError, OSError) as error:
            await self.close()  # the next look begins afresh: monitors come and go
            raise ScreenError("No picture of the screen can be taken.", remedy=_REMEDY) from error

    def _shot(self, monitor: dict[str, Any]) -> Shot:
        picture = self._mss.grab(monitor)
        scale = picture.width / monitor["width"]  # macOS tells places in points
        left, top = round(scale * monitor["left"]), round(scale * monitor["top"])
        return Shot(Rect(left, top, left + picture.width, top + picture.height), bytearray(picture.raw))

    async def close(self) -> None:
        if self._mss is not None:
            self._mss.close()
            self._mss = None


_REMEDY = "On macOS, allow the program to record the screen in the privacy settings; elsewhere, check the display."


def _distinct(monitors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Monitors that show different things: mirrored ones are looked at once."""
    seen: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    for monitor in monitors:
        seen.setdefault((monitor["left"], monitor["top"], monitor["width"], monitor["height"]), monitor)
    return list(seen.values())
