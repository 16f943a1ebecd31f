"""The sound devices of now, for as long as a window shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.ui.errands import Errands

if TYPE_CHECKING:
    from sovereign_desktop.audio.port import AudioDevice

Watch: TypeAlias = "Callable[[Callable[[tuple[AudioDevice, ...]], None]], Coroutine[Any, Any, None]]"


class Devices(QObject):
    """Told whenever a device comes or goes. Nothing looks for them while nobody wants to see them."""

    changed = Signal()

    def __init__(self, errands: Errands) -> None:
        super().__init__()
        self.all: tuple[AudioDevice, ...] = ()
        self.problem = ""
        self.watch: Watch = _watch
        self._errands = errands
        self._seen_by: set[object] = set()
        self._watching: asyncio.Task[None] | None = None

    def show_to(self, who: object) -> None:
        """Somebody looks at them from now on. Idempotent."""
        self._seen_by.add(who)
        if self._watching is None:
            self._watching = self._errands.start(self._follow())

    def hide_from(self, who: object) -> None:
        """Not any more. Idempotent."""
        self._seen_by.discard(who)
        if not self._seen_by and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _follow(self) -> None:
        try:
            await self.watch(self._found)
        except SovereignError as error:
            self.problem = error.sentence
            self.changed.emit()

    def _found(self, devices: tuple[AudioDevice, ...]) -> None:
        self.all, self.problem = devices, ""
        self.changed.emit()


async def _watch(on_change: Callable[[tuple[AudioDevice, ...]], None]) -> None:
    from sovereign_desktop.audio.devices import watch_devices

    await watch_devices(on_change)
