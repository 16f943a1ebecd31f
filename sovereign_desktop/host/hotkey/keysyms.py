"""What X and Wayland call the keys."""

from __future__ import annotations

_KEYSYMS = {
    **{"enter": "Return", "escape": "Escape", "tab": "Tab", "backspace": "BackSpace", "delete": "Delete"},
    **{"home": "Home", "end": "End", "pageup": "Page_Up", "pagedown": "Page_Down", "insert": "Insert"},
    **{"up": "Up", "down": "Down", "left": "Left", "right": "Right", "menu": "Menu", "pause": "Pause"},
    **{"scrolllock": "Scroll_Lock", "print": "Print"},
}


def keysym_name(key: str) -> str:
    """The keysym's name of one of `parse.KEYS`."""
    return _KEYSYMS.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)
