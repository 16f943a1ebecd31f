"""Hotkeys on Windows: pynput's low-level keyboard hook. Never run on Windows by its authors so far."""

from __future__ import annotations

from sovereign_desktop.host.hotkey._pynput import PynputHotkeyListener


class WindowsHotkeyListener(PynputHotkeyListener):
    """A keyboard hook. Windows shows it no keys while a program with higher rights has the focus."""
