"""Where no signal is heard (Windows, macOS): whether the screen is locked is looked at now and then.

Sleep needs no word there: nothing runs meanwhile, and both systems lock the screen for it as they are set up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sovereign_desktop.host.away.base import Away, Presence
from sovereign_desktop.host.screen.base import ScreenLock

EVERY_S = 5.0


class PollingAwayWatch:
    """Asks a lock every few seconds: for microphones that stay open. Others need it not, and an idle program sleeps."""

    def __init__(self, lock: ScreenLock) -> None:
        self._lock = lock
        self._task: asyncio.Task[None] | None = None

    async def start(self, on_change: Callable[[Away | None], None]) -> None:
        """See AwayWatch."""
        self._task = asyncio.get_running_loop().create_task(self._look(Presence(on_change)))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._lock.close()

    async def _look(self, presence: Presence) -> None:
        while True:
            presence.tell(Away.LOCKED, await self._lock.is_locked())
            await asyncio.sleep(EVERY_S)
