"""What was worked out for a text in this round or the one before, so that only what is new costs time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """A function of a text that knows the texts of the last two rounds again.

    What was not asked for since is let go of: it may be what stood on a screen.
    """

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        self._work_out = work_out
        self._known: dict[str, Value] = {}
        self._before: dict[str, Value] = {}

    def __call__(self, text: str) -> Value:
        try:
            return self._known[text]
        except KeyError:
            found = self._before[text] if text in self._before else self._work_out(text)
            self._known[text] = found
            return found

    def next_round(self) -> None:
        """Begin another round."""
        self._before, self._known = self._known, {}
