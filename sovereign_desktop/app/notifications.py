"""Which notices become notifications of the desktop, and how urgent they are.

The caption tells every notice for a moment. What is wrong, and who answers now, is told where it can be read later.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, Self

from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity
from sovereign_desktop.host.notifications import DesktopNotifications, Urgency

ANSWER_S = 2.0
MOST_WAITING = 32
URGENCY = {Severity.WARNING: Urgency.NORMAL, Severity.ERROR: Urgency.CRITICAL}
ANNOUNCED = frozenset({"way", "spend"})
"""Matters whose good news are shown too: they change who answers, while the user may be looking elsewhere."""

OF_THE_MOMENT = frozenset({"turn", "muted", "retry"})
"""Matters of what the user is just doing: they look at the caption, and nobody wants to read it later."""


def urgency_of(notice: Notice) -> Urgency | None:
    """How urgent the desktop should think it is; None: it is not to be told."""
    if notice.key in OF_THE_MOMENT:
        return None
    return URGENCY.get(notice.severity, Urgency.LOW if notice.key in ANNOUNCED else None)


class Shows(Protocol):
    """Who shows notifications."""

    async def show(self, matter: str, title: str, text: str, urgency: Urgency) -> None: ...

    async def withdraw(self, matter: str) -> None: ...

    async def close(self) -> None: ...


class Notifications:
    """An async context: while it is entered, troubles are shown, and taken back when they are over."""

    def __init__(self, bus: EventBus, desktop: Shows) -> None:
        self._bus = bus
        self._desktop = desktop
        self._waiting: asyncio.Queue[Notice | NoticeCleared] = asyncio.Queue(MOST_WAITING)
        self._unsubscribe: tuple[Callable[[], None], ...] = ()
        self._telling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._unsubscribe = (self._bus.subscribe(Notice, self._put), self._bus.subscribe(NoticeCleared, self._put))
        self._telling = asyncio.get_running_loop().create_task(self._tell_all())
        return self

    async def __aexit__(self, *_: object) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._in_time(self._desktop.close())

    def _put(self, event: Notice | NoticeCleared) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(event)

    async def _tell_all(self) -> None:
        while True:
            event = await self._waiting.get()
            await self._in_time(self._tell(event))

    async def _tell(self, event: Notice | NoticeCleared) -> None:
        urgency = urgency_of(event) if isinstance(event, Notice) else None
        if not isinstance(event, Notice) or urgency is None:  # a matter that is no trouble any more
            await self._desktop.withdraw(event.key)
        else:
            await self._desktop.show(event.key, event.text, event.remedy, urgency)

    async def _in_time(self, work: Awaitable[None]) -> None:
        """A server that hangs holds up nobody."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await work


def desktop_notifications() -> DesktopNotifications | None:
    """Those of a Linux desktop; other systems show theirs through the tray icon."""
    return DesktopNotifications() if sys.platform == "linux" else None
