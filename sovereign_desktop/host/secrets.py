"""Keys, in the operating system's keyring and nowhere else.

A variable wins for the session: `OPENAI_API_KEY` for the key "openai", `SOVEREIGN_KEY_<NAME>` for any. Without a
keyring, keys are kept in memory until the program ends. Calls may wait for the user to unlock the keyring: on an
event loop, go through `asyncio.to_thread`.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from sovereign_desktop.core.errors import SovereignError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

logger = logging.getLogger(__name__)

SERVICE = "sovereign-desktop"
OWN_PREFIX = "own."
"""Begins the names of keys that the program made for itself."""
_INDEX = "#names"  # keyrings can't list; no key can have this name
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_PREFIX = "SOVEREIGN_KEY_"
_USUAL_VARIABLES = {"openai": "OPENAI_API_KEY"}


class Secret:
    """A key that shows itself only to who asks with `reveal`; not in a repr, a log, a format or a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would tell two keys apart

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


IN_MEMORY: dict[str, Secret] = {}
"""Keys that no keyring would take, for as long as this process runs, whoever asks."""


class Secrets:
    """Keys by name. Threads may share it."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env
        self._lock = Lock()

    def get(self, name: str) -> Secret | None:
        """The key, or None. Raises SovereignError when the keyring stays locked or fails."""
        if (given := self.given(name)) is not None:
            return given
        with self._lock:
            if name in IN_MEMORY or self.backend_problem():
                return IN_MEMORY.get(name)
            with _explained():
                value = _keyring().get_password(SERVICE, name)
        return None if value is None else Secret(value)

    def given(self, name: str) -> Secret | None:
        """The key that a variable gives, without a look into the keyring."""
        variable = self.variable(name)
        return Secret(self._env[variable]) if variable else None

    def set(self, name: str, value: str) -> bool:
        """Keep the key; False when there is no keyring and it is in memory only. Raises SovereignError."""
        _check(name)
        with self._lock:
            if self.backend_problem():
                IN_MEMORY[name] = Secret(value)
                return False
            with _explained():
                _keyring().set_password(SERVICE, name, value)
                self._keep_index({*self._index(), name})
        logger.info("key stored", extra={"key_name": name})
        return True

    def delete(self, name: str) -> bool:
        """Forget the key; False when there was none. Raises SovereignError. A variable stays what it is."""
        _check(name)
        with self._lock:
            found = IN_MEMORY.pop(name, None) is not None
            if self.backend_problem():
                return found
            with _explained():
                if _keyring().get_password(SERVICE, name) is not None:
                    _keyring().delete_password(SERVICE, name)
                    found = True
                self._keep_index(set(self._index()) - {name})
        logger.info("key deleted", extra={"key_name": name})
        return found

    def names(self) -> tuple[str, ...]:
        """The names of the user's keys that are kept, sorted; not of those that a variable gives, nor of our own.

        Raises SovereignError.
        """
        with self._lock:
            names = {*IN_MEMORY}
            if not self.backend_problem():
                with _explained():
                    names |= {*self._index()}
        return tuple(sorted(name for name in names if not name.startswith(OWN_PREFIX)))

    def variable(self, name: str) -> str:
        """The environment variable that gives this key, and wins over one that is kept; empty when none does."""
        _check(name)
        own = _own_variable(name)
        return next((one for one in (own, _USUAL_VARIABLES.get(name, own)) if self._env.get(one)), "")

    def variables(self) -> dict[str, str]:
        """The keys that environment variables give, each with its variable; those of odd names by their own."""
        usual = [name for name, variable in _USUAL_VARIABLES.items() if self._env.get(variable)]
        own = [variable.removeprefix(_PREFIX).lower() for variable in self._env if variable.startswith(_PREFIX)]
        found = {name: self.variable(name) for name in sorted({*usual, *filter(_NAME.fullmatch, own)})}
        return {name: variable for name, variable in found.items() if variable}

    def backend_problem(self) -> SovereignError | None:
        """Why keys can't be kept beyond this session, or None when they can."""
        from keyring.backends import fail, null

        backend = _keyring()
        if not isinstance(backend, fail.Keyring | null.Keyring) and getattr(backend, "priority", 1) > 0:
            return None
        return SovereignError(
            "This system has no keyring, so keys are kept in memory until the program ends.",
            remedy="Install and unlock GNOME Keyring, KWallet or KeePassXC, or set OPENAI_API_KEY.",
        )

    def _index(self) -> list[str]:
        try:
            names = json.loads(_keyring().get_password(SERVICE, _INDEX) or "[]")
        except ValueError:
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def _keep_index(self, names: Iterable[str]) -> None:
        _keyring().set_password(SERVICE, _INDEX, json.dumps(sorted(names)))


def _keyring() -> KeyringBackend:
    import keyring

    return keyring.get_keyring()


def variable_for(name: str) -> str:
    """The environment variable to set for this key."""
    return _USUAL_VARIABLES.get(name, _own_variable(name))


def holds_key(variable: str) -> bool:
    """Whether an environment variable of that name gives a key."""
    return variable.startswith(_PREFIX) or variable in _USUAL_VARIABLES.values()


def _own_variable(name: str) -> str:
    return _PREFIX + re.sub("[^A-Z0-9]", "_", name.upper())


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SovereignError("A key's name is made of small letters, digits, dots, dashes and underscores.")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn a keyring's trouble into a sentence. Its own text is dropped, because a backend may quote what it got."""
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:
        kind = type(error).__name__
    except Exception as error:  # noqa: BLE001 - backends let D-Bus, COM and socket errors through
        kind = type(error).__name__
    else:
        return
    logger.warning("keyring failed", extra={"error": kind})
    raise SovereignError("The system's keyring can't be used.", remedy="Unlock it, then try again.") from None
