"""Hotkeys heard through pynput, for Windows and macOS. Imported there only."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems, nobody_asks
from sovereign_desktop.host.hotkey.chords import Chords
from sovereign_desktop.host.hotkey.parse import Hotkey

_NAMES = {
    **{"ctrl_l": "ctrl", "ctrl_r": "ctrl", "alt_l": "alt", "alt_r": "alt", "alt_gr": "alt", "shift_l": "shift"},
    **{"shift_r": "shift", "cmd": "super", "cmd_l": "super", "cmd_r": "super", "esc": "escape"},
    **{"page_up": "pageup", "page_down": "pagedown", "scroll_lock": "scrolllock", "print_screen": "print"},
}
_CHARACTERS = {
    **{"-": "minus", "=": "equal", ",": "comma", ".": "period", "/": "slash", "\\": "backslash"},
    **{";": "semicolon", "'": "apostrophe", "`": "grave", " ": "space"},
}


class PynputHotkeyListener:
    """Listens to all keys in pynput's thread and passes on the hotkeys; the keys still reach other programs."""

    denied = "Global hotkeys can't be heard here."
    remedy = "Use the icon's menu instead."

    def __init__(self) -> None:
        self._listener: Any = None

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        """See HotkeyListener. Neither system says that another program holds a key, or takes the permission back."""
        del on_change
        from pynput import keyboard

        await self.stop()
        loop = asyncio.get_running_loop()
        chords = Chords(bindings)

        def tell(event: HotkeyEvent | None) -> None:
            if event is not None:
                with contextlib.suppress(RuntimeError):  # the loop was closed without stopping us
                    loop.call_soon_threadsafe(on_event, event)

        def pressed(key: Any) -> None:
            tell(chords.key_down(key_name(listener.canonical(key)), time.monotonic()))

        def released(key: Any) -> None:
            tell(chords.key_up(key_name(listener.canonical(key)), time.monotonic()))

        listener = keyboard.Listener(on_press=pressed, on_release=released)
        listener.start()
        self._listener = listener
        await asyncio.to_thread(listener.wait)
        if not getattr(listener, "IS_TRUSTED", True):  # macOS: heard nothing without the permission
            await self.stop()
            raise HotkeyError(self.denied, remedy=self.remedy)
        return ()

    async def stop(self) -> None:
        """See HotkeyListener."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
            await asyncio.to_thread(listener.join)


def key_name(key: Any) -> str:
    """Our name of a key as pynput gives it: a member of its enum, or a code with a character."""
    name = getattr(key, "name", None)
    if isinstance(name, str):
        return _NAMES.get(name, name)
    character = getattr(key, "char", None)
    return _CHARACTERS.get(character, character.lower()) if isinstance(character, str) else ""
