"""The permission to see the screen on macOS, whose answers are played: no Mac has run this."""

from __future__ import annotations

import pytest

from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen._macos import PermittedCapture
from sovereign_desktop.host.screen.base import ScreenError, Shot


class Graphics:
    """CoreGraphics, as far as the permission goes."""

    def __init__(self, *, permits: bool) -> None:
        self.permits = permits
        self.asked = 0

    def CGPreflightScreenCaptureAccess(self) -> bool:  # noqa: N802 - the system's name
        return self.permits

    def CGRequestScreenCaptureAccess(self) -> bool:  # noqa: N802
        self.asked += 1
        return self.permits


class Wallpaper:
    """What macOS gives to everybody."""

    async def take(self) -> tuple[Shot, ...]:
        return (Shot(Rect(0, 0, 1, 1), bytearray(4)),)

    async def close(self) -> None: ...


async def test_without_the_permission_a_picture_of_the_wallpaper_is_not_taken_for_the_screen() -> None:
    graphics = Graphics(permits=False)
    capture = PermittedCapture(Wallpaper(), graphics)
    for _ in range(3):
        with pytest.raises(ScreenError, match="does not let") as refused:
            await capture.take()
    assert "Screen & System Audio Recording" in refused.value.remedy
    assert graphics.asked == 1, "the system asks the user once"


async def test_a_permission_that_is_given_taken_back_and_given_again_counts_at_the_next_look() -> None:
    graphics = Graphics(permits=True)
    capture = PermittedCapture(Wallpaper(), graphics)
    for permits in (True, False, True):
        graphics.permits = permits
        if permits:
            assert len(await capture.take()) == 1
        else:
            with pytest.raises(ScreenError):
                await capture.take()
    await capture.close()


async def test_an_old_system_that_asks_for_no_permission_has_its_picture_taken() -> None:
    assert await PermittedCapture(Wallpaper(), object()).take()
