"""What the program and the session it runs in have to do with each other: starting with it, and nobody being there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity
from sovereign_desktop.host.autostart.base import Autostart
from sovereign_desktop.host.away.base import Away, AwayWatch

AUTOSTART, AWAY = "autostart", "away"
_WHY = {
    Away.LOCKED: "The screen is locked, so nothing is listened to.",
    Away.ASLEEP: "The computer goes to sleep, so nothing is listened to.",
}


class Surroundings:
    """An async context. While it is entered, `on_away` hears why nobody is there, or None when somebody is again."""

    def __init__(
        self,
        bus: EventBus,
        on_away: Callable[[Away | None], None],
        *,
        autostart: Autostart | None = None,
        starts_with_session: bool = False,
        watch: AwayWatch | None = None,
    ) -> None:
        self._bus = bus
        self._on_away = on_away
        self._autostart = autostart
        self._starts_with_session = starts_with_session
        self._watch = watch
        self._beginning: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        # A desktop that answers slowly does not keep the program from being ready.
        self._beginning = asyncio.get_running_loop().create_task(self._begin())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)
        if self._watch is not None:
            await self._watch.close()

    async def begun(self) -> None:
        """All that is done at the beginning has been done."""
        if self._beginning is not None:
            await asyncio.gather(self._beginning)

    async def _begin(self) -> None:
        if self._watch is not None:
            await self._watch.start(self._changed)
        if self._autostart is not None:
            try:
                is_kept_from_it = await asyncio.to_thread(self._settle, self._autostart)
            except SovereignError as error:
                self._bus.publish(Notice(AUTOSTART, error.user_text, Severity.WARNING, error.remedy))
                return
            if is_kept_from_it:
                text = "The desktop's own settings keep the program from starting with the session."
                self._bus.publish(Notice(AUTOSTART, text, remedy="Allow it there, or switch app.autostart off."))

    def _settle(self, autostart: Autostart) -> bool:
        """Make the system's entry say what the settings say; True when the desktop has switched it off since."""
        if not self._starts_with_session:
            autostart.switch(False)
        elif not autostart.names_us():
            autostart.switch(True)
        return self._starts_with_session and not autostart.is_on()

    def _changed(self, away: Away | None) -> None:
        self._on_away(away)
        if away is None:
            self._bus.publish(NoticeCleared(AWAY))
        else:
            self._bus.publish(Notice(AWAY, _WHY[away]))
