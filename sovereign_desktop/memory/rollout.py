"""Which part of the queries is answered with vectors: the flag, the step of the rollout, and what a rollback does.

Decides only: the time on the wall comes in as Unix seconds. A clock that was set back begins a step anew, so that no
step is shorter than it should be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

VARIABLE = "USE_REAL_VECTOR_RETRIEVAL"
STEPS = (10, 50, 100)
_ON = frozenset({"on", "true", "yes", "1", "enabled"})
_OFF = frozenset({"off", "false", "no", "0", "disabled"})


def percent_of(text: str) -> int | None:
    """What a flag says, in percent of the queries; None when it says nothing that can be understood."""
    plain = text.strip().lower()
    if plain in _ON:
        return 100
    if plain in _OFF:
        return 0
    number = plain.removesuffix("%").strip()
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 3 and int(number) <= 100 else None


def flag_percent(setting: str, env: Mapping[str, str]) -> int:
    """The flag in force: the variable where it is set, else the setting. What can't be understood switches it off."""
    said = env.get(VARIABLE, "").strip()
    percent = percent_of(said or setting)
    return 0 if percent is None else percent


def side(query: str) -> int:
    """Where a query stands among all, from 0 to 99; it keeps its place, so that only the percentage moves it."""
    digest = hashlib.sha256(" ".join(query.casefold().split()).encode(errors="replace")).digest()
    return int.from_bytes(digest[:8]) % 100


@dataclass(frozen=True, slots=True)
class Rollout:
    """How far vectors are trusted. `reason` says why they are not, after a rollback at `rolled_back_at`."""

    percent: int = 100
    since: float = 0.0
    reason: str = ""
    rolled_back_at: float = 0.0
    baseline_ms: float = 0.0
    """What a query took when all was well; 0 while that is not known."""

    @property
    def is_rolled_back(self) -> bool:
        return self.percent == 0

    def rolled_back(self, reason: str, now: float) -> Rollout:
        """Nothing goes to the vectors any more, until somebody enables them again."""
        return replace(self, percent=0, since=now, reason=reason, rolled_back_at=now)

    def enabled(self, now: float) -> Rollout:
        """Begin again with the first step; what is normal is measured anew. The last reason is kept."""
        return replace(self, percent=STEPS[0], since=now, baseline_ms=0.0)

    def advanced(self, now: float, hold_s: float) -> Rollout:
        """The step that is due: the next one when this one has held long enough."""
        if self.percent in (0, 100):
            return self
        if now < self.since:
            return replace(self, since=now)
        if now - self.since < hold_s:
            return self
        return replace(self, percent=next(step for step in STEPS if step > self.percent), since=now)

    def takes(self, query: str, flag: int) -> bool:
        """Whether this query is answered with vectors."""
        return side(query) < min(flag, self.percent)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Rollout:
        """What was written by `as_json`; the beginning when it can't be read."""
        try:
            said = json.loads(text) if text else {}
            made = cls(**said)
            is_usable = made.percent in (0, *STEPS) and all(
                isinstance(value, int | float) for value in (made.since, made.rolled_back_at, made.baseline_ms)
            )
        except (ValueError, TypeError, RecursionError):
            return cls()
        return made if is_usable else cls()
