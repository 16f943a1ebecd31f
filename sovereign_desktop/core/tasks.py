"""Running coroutines side by side, and calls that may never come back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, TypeVar

from sovereign_desktop.core.errors import SovereignError

T = TypeVar("T")


def in_daemon_thread(work: Callable[[], T], name: str) -> asyncio.Future[T]:
    """What `work` returns or raises. It may wait for somebody who never comes: the end of the process does not wait."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(outcome: T | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(outcome)  # type: ignore[arg-type]  # what `work` returned

    def run() -> None:
        outcome: T | None = None
        error: BaseException | None = None
        try:
            outcome = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where it is waited for
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(settle, outcome, error)

    Thread(target=run, name=name, daemon=True).start()
    return result


async def side_by_side(*work: Coroutine[Any, Any, None]) -> None:
    """Run all to their end in one task group; cancelling cancels all.

    When one raises a SovereignError the others are cancelled and that error is raised as itself, because
    callers ask what it is; anything else stays in its ExceptionGroup.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for coroutine in work:
                group.create_task(coroutine)
    except ExceptionGroup as raised:
        explained, rest = raised.split(SovereignError)
        if rest is not None or explained is None:
            raise
        raise _first(explained) from None


def _first(group: BaseExceptionGroup[SovereignError]) -> SovereignError:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    assert isinstance(first, SovereignError)
    return first
