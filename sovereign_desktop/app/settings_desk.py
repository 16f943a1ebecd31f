"""Settings that are changed while the program runs: kept at once, in force as soon as nobody is talking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.store import SettingsStore
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.events import EventBus, RestartRequested, TurnStateChanged

QUIET_S = 1.0
"""So long after the last change the program starts again with all of them: who changes one often changes two."""


class SettingsDesk:
    """The settings as they are kept, and the moment at which the program starts again with them.

    Everything is built from the settings once, so the one way to have a change in force everywhere is to build anew.
    That takes a second or two, keeps the windows and the conversation, and never happens during a turn.
    `is_busy` knows of one whose microphone is not open yet, which nobody has been told of.
    """

    def __init__(self, store: SettingsStore, bus: EventBus, is_busy: Callable[[], bool] = lambda: False) -> None:
        self._store = store
        self._bus = bus
        self._is_busy = is_busy
        self._is_idle = True
        self._is_due = False
        self._timer: asyncio.TimerHandle | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def settings(self) -> Settings:
        """As they stand in the file and the variables, changed ones included."""
        return self._store.settings

    def fixed_by(self, key: str) -> str:
        """The environment variable that this setting comes from, whatever stands in the file; empty when none."""
        return self._store.fixed_by(key)

    def open(self) -> None:
        """Follow the turns from now on."""
        self._unsubscribe = self._bus.subscribe(TurnStateChanged, self._turn_state_changed)

    def close(self) -> None:
        """Forget what was due: the program ends. Idempotent."""
        self._unsubscribe()
        self._is_due = False
        if self._timer is not None:
            self._timer.cancel()

    async def change(self, changes: Mapping[str, Any]) -> None:
        """Keep them by dotted key; None takes one back to its default. Raises SettingsError and changes nothing."""
        before = self._store.settings
        await self._store.change(changes)
        if self._store.settings != before:
            self.apply_soon()

    async def read_again(self) -> None:
        """Take over what was changed in the file from outside."""
        before = self._store.settings
        await asyncio.to_thread(self._store.load)
        if self._store.settings != before:
            self.apply_soon()

    def apply_soon(self) -> None:
        """Start again as soon as nothing more is changed and nobody is talking."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(QUIET_S, self._due)

    def _due(self) -> None:
        self._is_due = True
        self._apply()

    def _turn_state_changed(self, event: TurnStateChanged) -> None:
        self._is_idle = event.state is TurnState.IDLE
        if self._is_due:
            # Not within the event: others still have to hear of the turn's end and write its record.
            asyncio.get_running_loop().call_soon(self._apply)

    def _apply(self) -> None:
        if self._is_due and self._is_idle and not self._is_busy():
            self._is_due = False
            self._bus.publish(RestartRequested())
