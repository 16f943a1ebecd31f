"""`keys`: what is in the system's keyring, by name. A key is asked for without echo and never printed."""

from __future__ import annotations

import getpass
import sys

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets


def carry_out(action: str, name: str) -> int:
    """Set, list or delete; the exit status. Raises SovereignError."""
    secrets = Secrets()
    if (problem := secrets.backend_problem()) is not None and not (action == "list" and secrets.variables()):
        # A key that is kept until this command ends is kept for nothing.
        raise SovereignError("This system has no keyring, so there is no place for keys.", remedy=problem.remedy)
    if action == "set":
        _set(secrets, name)
    elif action == "delete":
        print(f"The key for {name} is gone." if secrets.delete(name) else f"There is no key for {name}.")
        _tell_override(secrets, name)
    else:
        _list(secrets)
    return 0


def _set(secrets: Secrets, name: str) -> None:
    value = getpass.getpass(f"Key for {name}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not value.strip():
        raise SovereignError("No key was given; nothing was changed.")
    secrets.set(name, value.strip())
    print(f"The key for {name} is stored in the system's keyring.")
    _tell_override(secrets, name)


def _tell_override(secrets: Secrets, name: str) -> None:
    if variable := secrets.variable(name):
        print(f"The variable {variable} is set, and its key is used as long as it is.")


def _list(secrets: Secrets) -> None:
    """Every key that the program would find, and where."""
    kept = secrets.names()
    lines = {name: f"{name}  from {_source(secrets, name)}" for name in kept}
    told = {secrets.variable(name) for name in kept}  # one variable may fit two names, my-key and my_key
    lines |= {
        name: f"{name}  from {variable}" for name, variable in secrets.variables().items() if variable not in told
    }
    print("\n".join(lines[name] for name in sorted(lines)) or "There are no keys.")


def _source(secrets: Secrets, name: str) -> str:
    variable = secrets.variable(name)
    return f"{variable}, which wins over the one in the keyring" if variable else "the keyring"
