"""How long the event loop was kept from its work: the number behind "never stalls"."""

from __future__ import annotations

import asyncio
import logging
import time

logger = logging.getLogger(__name__)

BEAT_S = 0.01
STALL_MS = 50.0


class LoopWatch:
    """While it runs, wakes every 10 ms and notes how much too late; `longest_ms` is the worst.

    Runs only while a turn does: an idle program must not wake up.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch, from zero. Idempotent."""
        if self._task is None:
            self.longest_ms = 0.0
            self._task = asyncio.get_running_loop().create_task(self._watch())

    def stop(self) -> float:
        """End the watch; the longest delay in milliseconds."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            if self.longest_ms > STALL_MS:
                logger.warning("event loop stalled", extra={"longest_ms": round(self.longest_ms, 1)})
        return self.longest_ms

    async def _watch(self) -> None:
        due = time.monotonic() + BEAT_S
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            self.longest_ms = max(self.longest_ms, 1000 * (now - due))
            due = now + BEAT_S
