"""Answers that are used again: for so long, so many of them, and only while nothing has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ContextCache(Generic[Value]):
    """At most `max_size` answers, none older than `ttl_s`. What changes belongs into the key: another key, no hit.

    What is out of date is let go of at the next `put`, not only passed over: it may be what was on a screen.
    """

    def __init__(self, ttl_s: float, max_size: int, clock: Callable[[], float]) -> None:
        self._ttl_s = ttl_s
        self._max_size = max_size
        self._clock = clock
        self._answers: OrderedDict[tuple[str, Hashable], tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, owner: str, key: Hashable) -> Value | None:
        """The answer, or None when there is none that may be used."""
        found = self._answers.get((owner, key))
        if found is None or self._clock() - found[0] >= self._ttl_s:
            return None
        self._answers.move_to_end((owner, key))
        return found[1]

    def put(self, owner: str, key: Hashable, value: Value) -> None:
        """Keep an answer; the one that was not asked for the longest goes when there are too many."""
        now = self._clock()
        for stale in [name for name, (at, _) in self._answers.items() if now - at >= self._ttl_s]:
            del self._answers[stale]
        self._answers[owner, key] = (now, value)
        self._answers.move_to_end((owner, key))
        while len(self._answers) > self._max_size:
            self._answers.popitem(last=False)

    def forget(self, owner: str) -> None:
        """Let go of everything that this owner said."""
        for name in [name for name in self._answers if name[0] == owner]:
            del self._answers[name]
