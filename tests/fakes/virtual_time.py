"""An event loop on which hours pass in a moment, with real sockets on it.

When nothing is ready and a timer is the next thing to happen, its time comes at once. What was sent on loopback has
arrived by then, so two ends on one such loop keep their order; threads and other processes would not.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
GRACE_S = 0.0005


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits for files in real time, and for timers not at all."""

    virtual_now_s = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(min(GRACE_S, timeout))
        if not ready:
            self.virtual_now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time()` stands still while anything happens, and leaps when nothing does."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.virtual_now_s


def in_virtual_time(main: Coroutine[Any, Any, T]) -> T:
    """Run it to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
