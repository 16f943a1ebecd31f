"""What starting with the session needs: a command, and a place where the system looks for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sovereign_desktop.core.errors import SovereignError

HIDDEN = "--minimized"


class Autostart(Protocol):
    """This user's entry. Touches the disk or the registry, in milliseconds."""

    def is_on(self) -> bool:
        """Whether the system starts this very program at the next log-in."""

    def names_us(self) -> bool:
        """Whether there is an entry for this very program, if only one that the desktop has switched off."""

    def switch(self, on: bool) -> None:
        """Make it so. Idempotent. An entry that starts another copy of the program is left alone when it is off.

        Raises AutostartError.
        """


class AutostartError(SovereignError):
    """The entry can't be written or removed."""


def start_command(executable: str = sys.executable, env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """What starts this very copy of the program with the same folders, hidden.

    An installed program is its own interpreter and needs no module; `pipx` and a checkout have Python.
    """
    is_python = Path(executable).name.lower().startswith("python")
    command = (executable, "-m", "sovereign_desktop") if is_python else (executable,)
    home = env.get("SOVEREIGN_HOME")
    # Not every system's entry can hold a variable; `env` is on all that can't.
    moved = ("/usr/bin/env", f"SOVEREIGN_HOME={home}") if home and os.name == "posix" else ()
    return (*moved, *command, HIDDEN)
