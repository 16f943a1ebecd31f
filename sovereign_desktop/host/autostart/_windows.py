"""The Run key of this user (learn.microsoft.com, "Run and RunOnce Registry Keys"). Written, never run there yet."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from sovereign_desktop.host.autostart.base import AutostartError

_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_NAME = "Sovereign Desktop"


class WindowsAutostart:
    """A value of the key. What the Task Manager has switched off stands elsewhere (StartupApproved) and stays so."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = subprocess.list2cmdline(command)

    def is_on(self) -> bool:
        return self._kept() == self._command

    def names_us(self) -> bool:
        return self.is_on()

    def switch(self, on: bool) -> None:
        winreg = _registry()
        try:
            with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_SET_VALUE) as key:
                if on:
                    winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, self._command)
                elif self.is_on():
                    winreg.DeleteValue(key, _NAME)
        except OSError as error:
            raise AutostartError("The registry does not take what starts with the session.") from error

    def _kept(self) -> str:
        winreg = _registry()
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
                return str(winreg.QueryValueEx(key, _NAME)[0])
        except OSError:
            return ""


def _registry() -> Any:
    """Python's module for it, which other systems do not have, nor types for it."""
    return import_module("winreg")
