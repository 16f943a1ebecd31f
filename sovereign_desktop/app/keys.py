"""`keys`: what is in the system's keyring, by name. A key is asked for without echo and never printed."""

from __future__ import annotations

import getpass
import sys

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets


def carry_out(action: str, name: str) -> int:
    """Set, list or delete; the exit status."""
    secrets = Secrets()
    if action == "set":
        value = getpass.getpass(f"Key for {name}: ") if sys.stdin.isatty() else sys.stdin.readline()
        if not value.strip():
            raise SovereignError("No key was given; nothing was changed.")
        secrets.set(name, value.strip())
        print(f"The key for {name} is stored in the system's keyring.")
    elif action == "delete":
        secrets.delete(name)
        print(f"The key for {name} is gone.")
    else:
        for known in secrets.names():
            print(known)
    return 0
