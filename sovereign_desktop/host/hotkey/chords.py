"""Hotkeys found in the stream of all keys, for systems that tell every key instead of lending some."""

from __future__ import annotations

from collections.abc import Mapping

from sovereign_desktop.host.hotkey.base import HotkeyEvent
from sovereign_desktop.host.hotkey.parse import MODIFIERS, Hotkey


class Chords:
    """Takes every key by its canonical name and gives the hotkey events. Owns no clock."""

    def __init__(self, bindings: Mapping[str, Hotkey]) -> None:
        self._names = {(frozenset(hotkey.modifiers), hotkey.key): name for name, hotkey in bindings.items()}
        self._held: set[str] = set()
        self._down: dict[str, str] = {}

    def key_down(self, key: str, at: float) -> HotkeyEvent | None:
        """The event that a press completes; auto-repeat completes none."""
        if key in MODIFIERS:
            self._held.add(key)
            return None
        name = self._names.get((frozenset(self._held), key))
        if name is None or key in self._down:
            return None
        self._down[key] = name
        return HotkeyEvent(name, True, at)

    def key_up(self, key: str, at: float) -> HotkeyEvent | None:
        """The event that a release completes, whatever happened to the modifiers meanwhile."""
        self._held.discard(key)
        name = self._down.pop(key, None)
        return None if name is None else HotkeyEvent(name, False, at)
