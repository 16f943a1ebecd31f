"""What a screen has: monitors, windows, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.picture import Rect


class ScreenError(SovereignError):
    """The screen can't be looked at."""

    retryable = True


@dataclass(frozen=True, slots=True)
class ScreenWindow:
    """A visible window; `box` has its frame, in pixels of the pictures.

    `owner` is the same for all windows of one program that runs. `hides` claims that nothing shines through it.
    """

    id: int
    box: Rect
    title: str = ""
    program: str = ""
    owner: int = 0
    belongs_to: int = 0
    """The id of the window that it is a dialog of."""
    is_active: bool = False
    hides: bool = True


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of one monitor, four bytes a pixel: blue, green, red, and one without a meaning."""

    box: Rect
    pixels: bytearray

    def cover(self, region: Rect) -> None:
        """Paint a region of the screen over, in grey."""
        part = region.intersection(self.box)
        if part.is_empty:
            return
        row = b"\x80" * (4 * part.width)
        for y in range(part.top - self.box.top, part.bottom - self.box.top):
            start = 4 * (y * self.box.width + part.left - self.box.left)
            self.pixels[start : start + len(row)] = row


class WindowList(Protocol):
    """Knows the windows."""

    def windows(self) -> tuple[ScreenWindow, ...]:
        """Those that are visible, the topmost first. Raises ScreenError."""

    def close(self) -> None: ...


class Capture(Protocol):
    """Takes pictures."""

    async def take(self) -> tuple[Shot, ...]:
        """A picture of each monitor. Raises ScreenError."""

    async def close(self) -> None: ...


class ScreenLock(Protocol):
    """Knows whether the screen is locked."""

    async def is_locked(self) -> bool:
        """Whether somebody has to unlock it first. What can't tell says no."""

    async def close(self) -> None: ...
