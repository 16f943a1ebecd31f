"""Takes out the thoughts that reasoning models on small servers write before their answer, between `<think>` tags."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class WithoutThoughts:
    """Fed the pieces of a reply, gives back those that are meant to be heard. Tags may be cut anywhere."""

    def __init__(self) -> None:
        self._held = ""
        self._started = False
        self._thinking = False

    def push(self, piece: str) -> str:
        """The part that can be passed on now. Only thoughts at the very beginning count; later it is all text."""
        if self._started:
            return piece
        self._held += piece
        if not self._thinking:
            begun = self._held.lstrip()
            if not begun.startswith(_OPEN):
                return "" if _OPEN.startswith(begun) else self._release(self._held)
            self._thinking = True
        _, closed, rest = self._held.partition(_CLOSE)
        return self._release(rest) if closed and rest.strip() else ""

    def end(self) -> str:
        """What was still held back; a reply that was nothing but thoughts is empty."""
        held, self._held, self._started = self._held, "", True
        return "" if self._thinking else held

    def _release(self, text: str) -> str:
        self._started, self._held = True, ""
        return text.lstrip() if self._thinking else text
