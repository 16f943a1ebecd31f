"""A LaunchAgent of this user (`man launchd.plist`), which macOS lists under "Allow in the Background". Not run yet.

Source of the keys: developer.apple.com, "Creating Launch Daemons and Agents".
"""

from __future__ import annotations

import os
import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sovereign_desktop.core.identity import APP_ID
from sovereign_desktop.host.autostart.base import AutostartError


class MacosAutostart:
    """The file of this user; it counts from the next log-in, nothing is started or stopped by it now."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] = os.environ) -> None:
        self._command = list(command)
        self.file = Path(env.get("HOME") or Path.home()) / "Library" / "LaunchAgents" / f"{APP_ID}.plist"

    def is_on(self) -> bool:
        try:
            kept = plistlib.loads(self.file.read_bytes())
        except (OSError, plistlib.InvalidFileException, ValueError):
            return False
        return isinstance(kept, dict) and kept.get("ProgramArguments") == self._command

    def names_us(self) -> bool:
        return self.is_on()

    def switch(self, on: bool) -> None:
        try:
            if on:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self.file.write_bytes(plistlib.dumps(self._agent()))
            elif self.is_on():
                self.file.unlink(missing_ok=True)
        except OSError as error:
            raise AutostartError(
                f"What starts with the session can't be written ({error.strerror}).",
                remedy=f"Check the permissions of {self.file.parent}.",
            ) from error

    def _agent(self) -> dict[str, object]:
        return {
            "Label": APP_ID,
            "ProgramArguments": self._command,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
