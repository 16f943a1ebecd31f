"""Hotkeys to intents: what was pressed, how long, and what it means to the conversation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from sovereign_desktop.config.sections.app import Activation
from sovereign_desktop.core.dialogue import TurnState
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, Severity, TurnStateChanged
from sovereign_desktop.host.hotkey.base import VERBS_REMEDY, HotkeyEvent, HotkeyListener
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


class Hotkeys:
    """Listens while the program runs. What can't be had is told once, and the program runs without."""

    def __init__(self, settings: Activation, bus: EventBus, intents: Intents, *, pause_key: str = "") -> None:
        self._settings = settings
        self._pause_key = pause_key
        self._bus = bus
        self._intents = intents
        self._gesture = HotkeyGesture(settings.hold_ms)
        self._pressing = False
        self._listener: HotkeyListener | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Arm the keys. Never raises for a key that can't be had."""
        choice = choose()
        if choice.listener is None:
            self._tell(SovereignError(f"There is no global hotkey: {choice.reason}."))
            return
        self._listener = choice.listener
        try:
            for problem in await choice.listener.start(self._bindings(), self._on_key):
                self._tell(problem, *problem.names)
        except SovereignError as error:
            self._tell(error)
            return
        self._unsubscribe = self._bus.subscribe(TurnStateChanged, self._on_turn_state)
        logger.info("hotkeys armed", extra={"reason": choice.reason})

    async def stop(self) -> None:
        """Give the keys back."""
        self._unsubscribe()
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

    def _tell(self, error: SovereignError, *names: str) -> None:
        for key in [f"hotkey-{name}" for name in names] or ["hotkey"]:
            self._bus.publish(Notice(key, error.user_text, Severity.WARNING, error.remedy))


def _twice(name: str) -> str:
    other = "talk and cancel" if name == CANCEL else "pause the screen's reading and do something else"
    return f"One key can't both {other}."
