"""The keys as a window shows them: by name, with where each comes from, never their text."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from unicodedata import category

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.secrets import Secrets

LONGEST_KEY = 4096


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key's name and where it is: in `the keyring`, in a variable of that name, or nowhere yet (empty)."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All there are or could be, and why none can be kept, when that is so."""

    entries: tuple[KeyEntry, ...]
    problem: SovereignError | None = None


class KeyDesk:
    """What can be done with keys. A keyring may ask the user to unlock it, so every call waits in a thread."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    async def look(self, settings: Settings) -> KeyRing:
        """The keys that are there, and those that the settings name. Raises SovereignError."""
        return await asyncio.to_thread(self._look, wanted_names(settings))

    async def reveal(self, name: str) -> str:
        """The key itself, for who is about to use it; empty when there is none. Raises SovereignError."""
        secret = await asyncio.to_thread(self._secrets.get, name)
        return secret.reveal() if secret is not None else ""

    async def store(self, name: str, value: str) -> bool:
        """Keep a key, without the blanks and unseen signs that copying brings along; False when it is in memory only.

        Raises SovereignError.
        """
        value = "".join(sign for sign in value if category(sign)[0] not in "ZC")
        if not value:
            raise SovereignError("No key was given; nothing was changed.")
        if not value.isascii() or len(value) > LONGEST_KEY:
            raise SovereignError("That is no key; nothing was changed.", remedy="Copy it again, and nothing beside it.")
        return await asyncio.to_thread(self._secrets.set, name, value)

    async def forget(self, name: str) -> bool:
        """Forget a key; False when there was none. Raises SovereignError."""
        return await asyncio.to_thread(self._secrets.delete, name)

    def _look(self, wanted: set[str]) -> KeyRing:
        kept, variables = set(self._secrets.names()), self._secrets.variables()
        entries = (
            KeyEntry(name, variables.get(name) or ("the keyring" if name in kept else ""))
            for name in sorted(wanted | kept | set(variables))
        )
        return KeyRing(tuple(entries), self._secrets.backend_problem())


def wanted_names(settings: Settings) -> set[str]:
    """The names of keys that the settings speak of."""
    sections = (settings.realtime_api, settings.llm, settings.stt.openai_compatible, settings.tts.openai_compatible)
    names = {section.key for section in sections}
    return names | ({settings.voice_service.key} if settings.voice_service.url else set())
