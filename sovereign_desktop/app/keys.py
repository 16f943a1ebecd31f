"""`keys`: what is in the system's keyring, by name. A key is asked for without echo and never printed."""

from __future__ import annotations

import getpass
import sys

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets


def carry_out(action: str, name: str) -> int:
    """Set, list or delete; the exit status. Raises SovereignError."""
    secrets = Secrets()
    if (problem := secrets.backend_problem()) is not None:
        # A key that is kept until this command ends is kept for nothing.
        raise SovereignError("This system has no keyring, so there is no place for keys.", remedy=problem.remedy)
    if action == "set":
        value = getpass.getpass(f"Key for {name}: ") if sys.stdin.isatty() else sys.stdin.readline()
        if not value.strip():
            raise SovereignError("No key was given; nothing was changed.")
        secrets.set(name, value.strip())
        print(f"The key for {name} is stored in the system's keyring.")
    elif action == "delete":
        print(f"The key for {name} is gone." if secrets.delete(name) else f"There is no key for {name}.")
    else:
        print("\n".join(secrets.names()) or "There are no keys.")
    return 0
