"""Hotkeys to intents: what was pressed, how long, and what it means to the conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from sovereign_desktop.config.sections.app import Activation
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, TurnStateChanged
from sovereign_desktop.host.hotkey.base import VERBS_REMEDY, HotkeyEvent, HotkeyListener, Problems
from sovereign_desktop.host.hotkey.choose import choose
from sovereign_desktop.host.hotkey.gesture import Gesture, HotkeyGesture
from sovereign_desktop.host.hotkey.parse import Hotkey, parse_hotkey

logger = logging.getLogger(__name__)

TALK, CANCEL, PAUSE_SCREEN = "talk", "cancel", "pause screen"


class Intents(Protocol):
    """What hotkeys can ask for."""

    @property
    def listening(self) -> bool: ...

    def press(self) -> None: ...

    def tapped(self) -> None: ...

    def release(self) -> None: ...

    def cancel(self) -> None: ...

    def pause_screen(self) -> None: ...


PATIENCE_S = 1.0
"""A desktop that asks its user first keeps nobody from the rest of the program for longer."""


class Hotkeys:
    """Listens while the program runs. What can't be had is told once, until it can, and the program runs without."""

    def __init__(self, settings: Activation, bus: EventBus, intents: Intents, *, pause_key: str = "") -> None:
        self._settings = settings
        self._pause_key = pause_key
        self._bus = bus
        self._intents = intents
        self._gesture = HotkeyGesture(settings.hold_ms)
        self._pressing = False
        self._listener: HotkeyListener | None = None
        self._arming: asyncio.Task[None] | None = None
        self._missing: dict[str, str] = {}
        """What can't be had just now, by the matter of its notice."""
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Arm the keys; where the desktop asks its user first, that goes on. Never raises for a key."""
        choice = choose()
        if choice.listener is None:
            self._tell(SovereignError(f"There is no global hotkey: {choice.reason}."))
            return
        self._listener = choice.listener
        self._unsubscribe = self._bus.subscribe(TurnStateChanged, self._on_turn_state)
        self._arming = asyncio.get_running_loop().create_task(self._arm(choice.listener, choice.reason))
        await asyncio.wait((self._arming,), timeout=PATIENCE_S)

    async def _arm(self, listener: HotkeyListener, reason: str) -> None:
        try:
            self._changed(await listener.start(self._bindings(), self._on_key, self._changed))
        except SovereignError as error:
            self._tell(error)
        except Exception:  # the edge of a task
            logger.exception("the hotkeys have a fault")
            self._tell(SovereignError("There is no global hotkey because of a fault in the program."))
        else:
            logger.info("hotkeys armed", extra={"reason": reason})

    async def stop(self) -> None:
        """Give the keys back."""
        self._unsubscribe()
        if self._arming is not None:
            self._arming.cancel()
            await asyncio.gather(self._arming, return_exceptions=True)
            self._arming = None
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    def _bindings(self) -> dict[str, Hotkey]:
        bindings: dict[str, Hotkey] = {}
        keys = {TALK: self._settings.hotkey, CANCEL: self._settings.cancel_hotkey}
        if self._pause_key:
            keys[PAUSE_SCREEN] = self._pause_key
        for name, text in keys.items():
            try:
                hotkey = parse_hotkey(text)
            except SovereignError as error:
                self._tell(error, name)
                continue
            if hotkey in bindings.values():
                self._tell(SovereignError(_twice(name), remedy=VERBS_REMEDY), name)
            else:
                bindings[name] = hotkey
        return bindings

    def _on_key(self, event: HotkeyEvent) -> None:
        if event.name == CANCEL:
            if event.is_down:
                self._intents.cancel()
            return
        if event.name == PAUSE_SCREEN:
            if event.is_down:
                self._intents.pause_screen()
            return
        gesture = self._gesture.key_down(event.at) if event.is_down else self._gesture.key_up(event.at)
        match gesture:
            case Gesture.PRESS:
                self._press()
            case Gesture.TAPPED:
                self._intents.tapped()
            case Gesture.HOLD_RELEASED | Gesture.TAPPED_AGAIN:
                self._intents.release()
            case None:
                pass

    def _press(self) -> None:
        self._pressing = True  # the turn that a press interrupts ends; the press does not
        try:
            self._intents.press()
        finally:
            self._pressing = False
        if not self._intents.listening:
            self._gesture.listening_ended()

    def _on_turn_state(self, event: TurnStateChanged) -> None:
        if event.state in (TurnState.THINKING, TurnState.IDLE) and not self._pressing:
            self._gesture.listening_ended()

    def _changed(self, problems: Problems) -> None:
        """What can't be had from now on."""
        missing = {matter: error for error in problems for matter in _matters(*error.names)}
        for matter in self._missing.keys() - missing.keys():
            self._bus.publish(NoticeCleared(matter))
        for matter, error in missing.items():
            if self._missing.get(matter) != error.user_text:
                self._bus.publish(Notice(matter, error.user_text, Severity.WARNING, error.remedy))
        self._missing = {matter: error.user_text for matter, error in missing.items()}

    def _tell(self, error: SovereignError, *names: str) -> None:
        for matter in _matters(*names):
            self._bus.publish(Notice(matter, error.user_text, Severity.WARNING, error.remedy))


def _matters(*names: str) -> list[str]:
    return [f"hotkey-{name}" for name in names] or ["hotkey"]


def _twice(name: str) -> str:
    other = "talk and cancel" if name == CANCEL else "pause the screen's reading and do something else"
    return f"One key can't both {other}."
