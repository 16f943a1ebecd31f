"""Hotkeys as people write them: `Ctrl+Alt+Space`, `cmd + f5`, `pause`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from sovereign_desktop.core.errors import SettingsError

MODIFIERS = ("ctrl", "alt", "shift", "super")
_ALIASES = {
    "control": "ctrl",
    "strg": "ctrl",
    "option": "alt",
    "opt": "alt",
    "win": "super",
    "windows": "super",
    "cmd": "super",
    "command": "super",
    "meta": "super",
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "spacebar": "space",
    "printscreen": "print",
    "break": "pause",
}
_ALONE = (*(f"f{number}" for number in range(1, 25)), "pause", "scrolllock", "print", "menu", "insert")
"""Keys that may be a hotkey without a modifier: nobody writes with them."""
KEYS = (
    *"abcdefghijklmnopqrstuvwxyz0123456789",
    *_ALONE,
    *("space", "escape", "enter", "tab", "backspace", "delete", "home", "end", "pageup", "pagedown"),
    *("up", "down", "left", "right"),
    *("minus", "equal", "comma", "period", "slash", "backslash", "semicolon", "apostrophe", "grave"),
)


@dataclass(frozen=True, slots=True)
class Hotkey:
    """A key and the modifiers that are held with it, in the order of MODIFIERS."""

    modifiers: tuple[str, ...]
    key: str

    def __str__(self) -> str:
        return "+".join((*self.modifiers, self.key))

    @property
    def label(self) -> str:
        """As a keyboard shows it: `Ctrl+Alt+Space`."""
        return "+".join(part.capitalize() for part in (*self.modifiers, self.key))


def parse_hotkey(text: str) -> Hotkey:
    """The hotkey that `text` names. Raises SettingsError, with the nearest valid key when one was misspelt."""
    names = [_known(part) for part in text.lower().replace(" ", "").split("+")]
    modifiers = tuple(name for name in MODIFIERS if name in names)
    keys = [name for name in names if name not in MODIFIERS]
    if len(keys) != 1:
        raise SettingsError("A hotkey needs one key besides Ctrl, Alt, Shift and Super.", remedy=_EXAMPLE)
    if len(names) != len(set(names)):
        raise SettingsError("A hotkey names each key once.", remedy=_EXAMPLE)
    if not set(modifiers) - {"shift"} and keys[0] not in _ALONE:
        raise SettingsError(
            f"{keys[0].capitalize()} alone is needed for writing; add Ctrl, Alt or Super.", remedy=_EXAMPLE
        )
    return Hotkey(modifiers, keys[0])


_EXAMPLE = "For example ctrl+alt+space."


def _known(name: str) -> str:
    name = _ALIASES.get(name, name)
    valid = (*MODIFIERS, *KEYS)
    if name in valid:
        return name
    meant = difflib.get_close_matches(name[:40], (*valid, *_ALIASES), n=1)
    hint = f"Did you mean {meant[0]}?" if meant else _EXAMPLE
    raise SettingsError(f"A hotkey can't have the key {name[:40]!r}.", remedy=hint)
