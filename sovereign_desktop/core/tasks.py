"""Running coroutines side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from sovereign_desktop.core.errors import SovereignError


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
