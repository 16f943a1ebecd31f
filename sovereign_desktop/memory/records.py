"""A memory, and what text may become one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from sovereign_desktop.core.errors import SovereignError

LONGEST_CHARACTERS = 2**20
"""A longer text is no memory but a file."""
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Source(StrEnum):
    """Where a memory comes from."""

    EXCHANGE = "exchange"
    """A question and its answer, kept after the turn."""
    REMEMBERED = "remembered"
    """The user asked for it to be remembered."""
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class NewMemory:
    """Something to remember. `time` is Unix time; `session` names the talk, `turn_id` the turn that it was said in."""

    text: str
    time: float
    session: str = ""
    source: str = Source.REMEMBERED
    turn_id: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """Something that is remembered. `id` is never given to another one. `uses` counts where it was used."""

    id: int
    text: str
    time: float
    session: str
    source: str
    turn_id: str = ""
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which memories are meant: all that fit everything given here. `since` and `until` are Unix times, both within."""

    ids: tuple[int, ...] = ()
    session: str | None = None
    since: float | None = None
    until: float | None = None
    everything: bool = False

    def fits(self, memory: Memory) -> bool:
        """Whether a memory whose id is meant is of the session and the time that are given, too."""
        return (
            self.session in (None, memory.session)
            and (self.since is None or memory.time >= self.since)
            and (self.until is None or memory.time <= self.until)
        )

    @property
    def names_something(self) -> bool:
        """Whether anything was chosen at all; an empty choice is never everything."""
        ranged = self.session is not None or self.since is not None or self.until is not None
        return self.everything or bool(self.ids) or ranged


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a recalled memory was used: the turn's id, or what else asked for it."""

    memory_id: int
    used_for: str
    at: float = field(compare=False)


def storable(text: str) -> str:
    """The text as it can be kept and found again. Raises SovereignError when it says nothing or is too long."""
    kept = without_unstorable(text).strip()
    if not kept.strip("\N{REPLACEMENT CHARACTER} \n\t\r"):
        raise SovereignError("There is nothing in it to remember.")
    if len(kept) > LONGEST_CHARACTERS:
        raise SovereignError(
            f"That is too long to remember: {len(kept):,} characters, the most is {LONGEST_CHARACTERS:,}.",
            remedy="Remember the part that matters.",
        )
    return kept


def without_unstorable(text: str) -> str:
    """The text with a replacement for every character that SQLite or a line of JSON can't hold."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def digest_of(text: str) -> bytes:
    """By what the same text is known, without comparing megabytes."""
    return hashlib.sha256(text.encode()).digest()[:16]
