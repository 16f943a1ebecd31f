"""How long the event loop was kept from its work: the number behind "never stalls"."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from pathlib import Path

logger = logging.getLogger(__name__)

BEAT_S = 0.01
STALL_MS = 50.0


class LoopWatch:
    """While it runs, wakes every 10 ms and notes how much too late; `longest_ms` is the worst.

    Time in which the system let other programs run instead is not counted where the system tells it (Linux): it says
    something about the machine and nothing about this program. Runs only while a turn does: an idle program must
    not wake up.
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
        due, waited_s = time.monotonic() + BEAT_S, _waited_s()
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            now, waited_now_s = time.monotonic(), _waited_s()
            self.longest_ms = max(self.longest_ms, 1000 * (now - due - (waited_now_s - waited_s)))
            due, waited_s = now + BEAT_S, waited_now_s


def _waited_s() -> float:
    """Seconds for which this thread could have run and was not let; 0 where nobody knows.

    Source: Documentation/scheduler/sched-stats.rst of Linux, second field of schedstat, in nanoseconds.
    """
    try:
        return int(Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
