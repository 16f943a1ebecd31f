"""Whether a part can be used now, and if not, why and what would change that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Availability:
    """`reason` explains the answer in a few words; `remedy` is what the user can do about a no."""

    usable: bool
    reason: str = ""
    remedy: str = ""

    def __bool__(self) -> bool:
        return self.usable


AVAILABLE = Availability(True)
