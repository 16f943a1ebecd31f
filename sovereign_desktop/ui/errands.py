"""What windows do beside the program: tries of devices, a look at the screen, a download.

It does not end when the program starts again with new settings, and ends with the user interface.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Errands:
    """Runs coroutines on the loop. Each cleans up after itself when it is cancelled."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Begin it; None where nothing can run: without a loop, or after the end."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # windows that are only drawn
            loop = None
        if loop is None or self._is_closed:
            work.close()
            return None
        task = loop.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what runs and return when all of it has cleaned up."""
        self._is_closed = True
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("an errand of a window failed", exc_info=error)
