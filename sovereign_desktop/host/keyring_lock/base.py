"""What looks whether a keyring is locked."""

from __future__ import annotations

from typing import Protocol


class KeyringLock(Protocol):
    """Looks at a keyring, and never makes it ask."""

    async def is_locked(self) -> bool:
        """Whether it would ask, or is not there. Never raises."""

    async def close(self) -> None: ...
