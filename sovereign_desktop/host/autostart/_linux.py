"""The autostart folder of the desktop (XDG Autostart Specification 0.5): a `.desktop` file by the app id."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.host.autostart.base import AutostartError

_SPECIAL = '"`$\\'
"""What a double-quoted argument of `Exec` has a backslash before (Desktop Entry Specification, the Exec key)."""


class LinuxAutostart:
    """The file of this user. A desktop's own settings switch it off in the file, and that is respected."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] = os.environ) -> None:
        config = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME") or Path.home()) / ".config")
        self.file = Path(config) / "autostart" / f"{APP_ID}.desktop"
        self._exec = " ".join(map(_quoted, command))

    def is_on(self) -> bool:
        off = {"Hidden=true", "X-GNOME-Autostart-enabled=false"}
        return self.names_us() and not off & {line.replace(" ", "") for line in self._lines()}

    def names_us(self) -> bool:
        return f"Exec={self._exec}" in self._lines()

    def switch(self, on: bool) -> None:
        try:
            if on and not self.is_on():
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self.file.write_text(self._entry(), encoding="utf-8")
            elif not on and self.names_us():
                self.file.unlink(missing_ok=True)
        except OSError as error:
            raise AutostartError(
                f"The desktop's autostart folder can't be written ({error.strerror}).",
                remedy=f"Check the permissions of {self.file.parent}.",
            ) from error

    def _lines(self) -> list[str]:
        try:
            return self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _entry(self) -> str:
        return "\n".join(
            (
                "[Desktop Entry]",
                "Type=Application",
                "Name=Sovereign Desktop",
                "Comment=Voice assistant",
                f"Exec={self._exec}",
                f"Icon={APP_ID}",
                "Terminal=false",
                "X-GNOME-Autostart-enabled=true",
                "",
            )
        )


def _quoted(argument: str) -> str:
    """An argument as `Exec` wants it: the quotes' backslashes, then the string's own, and no field code."""
    argument = argument.replace("%", "%%")
    if argument and not set(argument) & set(" \t\n'><~|&;*?#()" + _SPECIAL):
        return argument
    inner = "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in argument)
    return f'"{inner}"'.replace("\\", "\\\\")
