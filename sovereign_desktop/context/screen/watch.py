"""Screen awareness as the program sees it: on or off, paused or not, and what was last seen.

Imports no picture library: a child process looks (`process.py`). Off and paused mean that no such process runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Awaitable, Callable

from sovereign_desktop.config.sections.screen import ScreenContext
from sovereign_desktop.context.screen.glance import Glance, NotLooking, Report, decode
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.host.processes import ChildProcess
from sovereign_desktop.host.supervisor import Supervisor

logger = logging.getLogger(__name__)

ARGS = (sys.executable, "-m", "sovereign_desktop.context.screen.process")

OFF = NotLooking("Screen awareness is off.", "Switch it on in the tray's menu.")
PAUSED = NotLooking("Screen awareness is paused.", "Resume it with its key, or switch it off and on again.")
NOT_YET = NotLooking("The screen has not been read yet.", "Ask again in a moment.")
DOWN = NotLooking("The part of the program that looks at the screen has failed.", "It is started again.", True)

Look = Callable[[float], Awaitable[Report]]
"""Gives what may be known of the screen now, within so many seconds; see `ScreenWatch.looked`."""


async def never_looks(longest_s: float) -> Report:
    """The look of a program that has no screen awareness."""
    del longest_s
    return OFF


class ScreenWatch:
    """What may be known of the screen. All methods belong to one event loop; `close` ends the looking.

    `on_change` is called when `report` says something else than before; `version` counts that. `is_paused`: from the
    start on, until the user resumes it.
    """

    def __init__(
        self, settings: ScreenContext, on_change: Callable[[], None] = lambda: None, *, is_paused: bool = False
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._waiting: list[asyncio.Future[None]] = []
        self._supervisor: Supervisor | None = None
        self._changing = asyncio.Lock()
        self.version = 0
        self.report: Report = PAUSED if is_paused else OFF

    @property
    def is_on(self) -> bool:
        """Whether the user lets the program look, paused or not."""
        return self.report is not OFF

    @property
    def is_paused(self) -> bool:
        """Whether the user lets it look, but not now."""
        return self.report is PAUSED

    @property
    def is_looking(self) -> bool:
        """Whether a process runs that looks, or tries to."""
        return self.report not in (OFF, PAUSED)

    @property
    def pid(self) -> int | None:
        """The process that looks, while one runs."""
        return self._supervisor.pid if self._supervisor is not None else None

    async def switch(self, on: bool) -> None:
        """Begin to look, or stop and forget what was seen. Idempotent. Off is so at once."""
        if not on:
            await self._stop_looking(OFF)
        elif not self.is_on:
            await self._start_looking()

    async def pause_or_resume(self) -> None:
        """Stop looking and forget what was seen, or go on; nothing while it is off."""
        if self.is_looking:
            await self._stop_looking(PAUSED)
        elif self.is_on:
            await self._start_looking()

    async def close(self) -> None:
        """End the looking. Idempotent."""
        await self._stop_looking(OFF)

    @property
    def shows_pictures(self) -> bool:
        """Whether the user lets models see pictures."""
        return self._settings.pictures

    def look_soon(self, *, with_picture: bool = False) -> None:
        """Ask for a look now, whatever the interval says."""
        if self._supervisor is not None:
            self._supervisor.send(PipeMessage({"picture": with_picture}))

    async def looked(self, longest_s: float, *, with_picture: bool = False) -> Report:
        """What is seen now, or what was seen last when that takes longer. Cancelling gives up the waiting."""
        if self.is_looking:
            self.look_soon(with_picture=with_picture)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, longest_s)):
                    await self._next(with_picture and self.shows_pictures)
        return self.report

    async def _next(self, with_picture: bool) -> None:
        """Wait for the next report, or for one with a picture; a look that was on its way has none."""
        while True:
            seen = asyncio.get_running_loop().create_future()
            self._waiting.append(seen)
            await seen
            if not (with_picture and isinstance(self.report, Glance) and self.report.picture is None):
                return

    async def _start_looking(self) -> None:
        self._set(NOT_YET)
        async with self._changing:
            if self._supervisor is None and self.is_looking:
                self._supervisor = Supervisor(
                    ARGS,
                    name="screen process",
                    on_message=self._on_message,
                    on_up=self._on_up,
                    on_down=self._on_down,
                )
                self._supervisor.start()

    async def _stop_looking(self, report: NotLooking) -> None:
        self._set(report)
        async with self._changing:
            if self._supervisor is not None and not self.is_looking:
                supervisor, self._supervisor = self._supervisor, None
                await supervisor.stop()

    def _on_up(self, child: ChildProcess) -> None:
        settings = self._settings.model_dump(mode="json")
        child.send(PipeMessage({"settings": settings, "program": os.getpid()}))

    def _on_message(self, message: PipeMessage) -> None:
        if self.is_looking:  # what was on its way when the user said stop is not wanted
            self._set(decode(message))

    def _on_down(self, reason: str) -> None:
        logger.warning("the screen is not looked at", extra={"reason": reason})
        if self.is_looking:
            self._set(DOWN)

    def _set(self, report: Report) -> None:
        changed = _essence(report) != _essence(self.report)
        self.report = report
        for seen in self._waiting:
            if not seen.done():
                seen.set_result(None)
        self._waiting.clear()
        if changed:
            self.version += 1
            self._on_change()


def _essence(report: Report) -> object:
    """A report without its time and its picture."""
    return report.windows if isinstance(report, Glance) else report
