"""Hotkeys on macOS: pynput's event tap. Never run on a Mac by its authors so far.

From macOS 26, pynput's listener thread asks for the keyboard's layout off the main thread and the system ends the
process at the first key (pynput #511). Until pynput does that on the main thread, no listener is started there, and
the user is told how to bind a key to the program's verbs.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping

from sovereign_desktop.host.hotkey._pynput import PynputHotkeyListener
from sovereign_desktop.host.hotkey.base import HotkeyError, HotkeyEvent, Problems, nobody_asks
from sovereign_desktop.host.hotkey.parse import Hotkey

_CRASHES_FROM = 26


class MacHotkeyListener(PynputHotkeyListener):
    """An event tap, for which the user permits input monitoring."""

    denied = "The program is not permitted to hear keys."
    remedy = (
        "Allow it under System Settings, Privacy & Security, Accessibility and Input Monitoring, and start it again."
    )

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        """See HotkeyListener."""
        if crashes(platform.mac_ver()[0]):
            raise HotkeyError(
                "Global hotkeys don't work on this version of macOS yet.",
                remedy="In the Shortcuts app, bind keys to `sovereign-desktop --toggle`.",
            )
        return await super().start(bindings, on_event, on_change)


def crashes(version: str) -> bool:
    """Whether pynput's listener ends the process on this version of macOS."""
    major = version.partition(".")[0]
    return major.isdigit() and int(major) >= _CRASHES_FROM
