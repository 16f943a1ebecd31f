"""What the program knows of the screen, and what it gives to a turn."""

from __future__ import annotations

import asyncio
import time

import pytest

from sovereign_desktop.config.sections.screen import ScreenContext
from sovereign_desktop.context.base import ContextQuery, Picture
from sovereign_desktop.context.providers.screen import ScreenProvider
from sovereign_desktop.context.screen.glance import Glance, Report, WindowText, encode
from sovereign_desktop.context.screen.watch import NOT_YET, OFF, PAUSED, ScreenWatch

NOTES = WindowText("notes", "editor", "Buy milk.", is_active=True)
PICTURE = Picture(b"jpeg", "image/jpeg", 640, 320)
ALLOWED = ScreenContext(pictures=True)


class Watched(ScreenWatch):
    """A watch whose looks the test takes."""

    def __init__(self, settings: ScreenContext) -> None:
        super().__init__(settings)
        self.report = NOT_YET
        self.orders: list[bool] = []

    def look_soon(self, *, with_picture: bool = False) -> None:
        self.orders.append(with_picture)

    def saw(self, report: Report) -> None:
        if isinstance(report, Glance):
            self._on_message(encode(report))
        else:
            self._set(report)


async def looking(watch: Watched, *, with_picture: bool = False) -> asyncio.Task[Report]:
    task = asyncio.create_task(watch.looked(5, with_picture=with_picture))
    while not watch._waiting:
        await asyncio.sleep(0)
    return task


async def test_a_picture_is_waited_for_while_a_look_without_one_was_on_its_way() -> None:
    watch = Watched(ALLOWED)
    task = await looking(watch, with_picture=True)
    watch.saw(Glance((NOTES,)))
    while not watch._waiting:
        await asyncio.sleep(0)
    assert not task.done()
    watch.saw(Glance((NOTES,), picture=PICTURE))
    seen = await task
    assert isinstance(seen, Glance)
    assert seen.picture == PICTURE


async def test_nobody_waits_for_a_picture_that_is_not_allowed_or_when_it_stops_looking() -> None:
    watch = Watched(ScreenContext())
    task = await looking(watch, with_picture=True)
    watch.saw(Glance((NOTES,)))
    assert await task == Glance((NOTES,))
    watch = Watched(ALLOWED)
    task = await looking(watch, with_picture=True)
    watch.saw(PAUSED)
    assert await task is PAUSED
    watch.report = OFF
    assert await watch.looked(5) is OFF


@pytest.mark.parametrize(("settings", "asked", "given"), [(ALLOWED, True, 1), (ALLOWED, False, 0), (None, True, 0)])
async def test_a_picture_is_given_only_when_it_is_asked_about_and_allowed(
    settings: ScreenContext | None, asked: bool, given: int
) -> None:
    watch = Watched(settings or ScreenContext())
    provider = ScreenProvider(watch)
    query = ContextQuery("turn", time.monotonic() + 5, "what is on my screen", is_final=True, is_asked_for=asked)
    task = asyncio.create_task(provider.get(query))
    while not watch._waiting:
        await asyncio.sleep(0)
    assert watch.orders == [bool(given)]
    watch.saw(Glance((NOTES,), picture=PICTURE if given else None))
    pieces = (await task).pieces
    assert [piece.picture for piece in pieces if piece.picture is not None] == [PICTURE] * given
    assert "Buy milk." in pieces[0].text
    assert (provider.state(query) is None) == bool(given)  # of a picture only a look can tell
