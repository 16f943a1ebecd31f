"""The old way and the new one asked the same, side by side: the old one answers, the new one is watched."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Side(Generic[T]):
    """What one way gave, how long it took, and why it gave nothing."""

    result: T | None
    seconds: float
    error: BaseException | None = None


async def timed(ask: Callable[[], Awaitable[T]]) -> Side[T]:
    """Ask; what was raised is part of the result. Only cancelling goes through."""
    began = time.monotonic()
    try:
        result = await ask()
    except Exception as error:  # noqa: BLE001 - the way that is only watched must not harm the one that answers
        return Side(None, time.monotonic() - began, error)
    return Side(result, time.monotonic() - began)


class Watched:
    """New ways that still run when the old one has answered. `close` waits for them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def both(
        self,
        old: Callable[[], Awaitable[T]],
        new: Callable[[], Awaitable[Any]],
        told: Callable[[Side[T], Side[Any]], None],
    ) -> Side[T]:
        """What the old way gave, at once; `told` is called when both are through. Cancelling ends both."""
        watching = asyncio.get_running_loop().create_task(timed(new), name="the new way")
        try:
            answered = await timed(old)
        except asyncio.CancelledError:
            watching.cancel()
            raise

        def through(done: asyncio.Task[Side[Any]]) -> None:
            self._running.discard(done)
            if not done.cancelled():
                told(answered, done.result())

        self._running.add(watching)
        watching.add_done_callback(through)
        return answered

    async def close(self, within_s: float = 5.0) -> None:
        """Wait so long for what still runs, then cancel it."""
        if self._running:
            _, late = await asyncio.wait(tuple(self._running), timeout=within_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
