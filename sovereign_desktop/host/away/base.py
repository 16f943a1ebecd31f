"""What tells that nobody is there, and why."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Away(StrEnum):
    """Why nobody is there."""

    LOCKED = "locked"
    ASLEEP = "asleep"


class Presence:
    """Takes what is told, in any order and more than once, and says what that comes to. Owns no bus and no clock."""

    def __init__(self, on_change: Callable[[Away | None], None]) -> None:
        self._on_change = on_change
        self._reasons: set[Away] = set()

    @property
    def away(self) -> Away | None:
        """Why nobody is there; None while somebody is."""
        return next((reason for reason in Away if reason in self._reasons), None)

    def tell(self, reason: Away, is_so: bool) -> None:
        """One more thing that the system said."""
        before = self.away
        (self._reasons.add if is_so else self._reasons.discard)(reason)
        if self.away is not before:
            self._on_change(self.away)


class AwayWatch(Protocol):
    """Listens to the system. `on_change` is called on the loop, with why nobody is there, or None when somebody is."""

    async def start(self, on_change: Callable[[Away | None], None]) -> None:
        """Begin. Never raises: a system that does not tell is one on which somebody is always there."""

    async def close(self) -> None: ...
