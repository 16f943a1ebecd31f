"""Work that waits for disk, keyring or servers, in a thread beside the event loop: one thing after another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.app.migration_process import BrokenOffError
from sovereign_desktop.core.errors import SovereignError

logger = logging.getLogger(__name__)

T = TypeVar("T")

TELL_EVERY_S = 0.05
"""A backup of many small files must not keep the window busy with telling."""


class Work(QObject):
    """Does jobs in their order. Their results, and what went wrong, arrive on the event loop's thread."""

    busy_changed = Signal(bool)
    progressed = Signal(str, int, int)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: deque[tuple[Callable[[], Any], Callable[[Any], None]]] = deque()
        self.task: asyncio.Task[None] | None = None
        self._go_on, self._stop = Event(), Event()
        self._go_on.set()
        self._told = ("", 0.0)

    @property
    def is_busy(self) -> bool:
        return self.task is not None

    @property
    def is_paused(self) -> bool:
        return not self._go_on.is_set()

    def is_stopped(self) -> bool:
        """Whether what is being done was broken off. For the thread."""
        return self._stop.is_set()

    def do(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Have `job` done in a thread, and `then` told its result."""
        self._jobs.append((job, then))
        if self.task is None:
            self.task = asyncio.ensure_future(self._work())
            self.busy_changed.emit(True)

    def pause(self, on: bool) -> None:
        """Hold the thread at its next step, or let it go on."""
        if on:
            self._go_on.clear()
        else:
            self._go_on.set()

    def stop(self) -> None:
        """Break off what is being done at its next step, and forget what was to be done."""
        self._jobs.clear()
        self._stop.set()
        self._go_on.set()

    def progress(self, what: str, done: int, total: int) -> None:
        """What a job calls from its thread. Waits while it is paused; raises BrokenOffError when it was broken off."""
        now, (told, at) = time.monotonic(), self._told
        if what != told or now - at >= TELL_EVERY_S:
            self._told = (what, now)
            self._loop.call_soon_threadsafe(self.progressed.emit, what, done, total)
        self._go_on.wait()
        if self._stop.is_set():
            raise BrokenOffError

    async def done(self) -> None:
        """Wait until nothing is left to do."""
        while self.task is not None:
            await self.task

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        while self._jobs:
            job, then = self._jobs.popleft()
            self._stop.clear()
            try:
                result = await asyncio.to_thread(job)
            except SovereignError as error:
                self.failed.emit(error.sentence)
            except Exception:  # the edge of a task
                logger.exception("a step of the migration failed")
                self.failed.emit(self.tr("Something went wrong inside the program. Its log says where."))
            else:
                then(result)
        self.task = None
        self.busy_changed.emit(False)
