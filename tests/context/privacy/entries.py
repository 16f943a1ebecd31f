"""What stands on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with what a page says about it: a label beside it, and a sentence around it (`{}` is the value)."""

    kind: str
    value: str
    label: str
    sentence: str = "{}"
    is_secret: bool = True

    @property
    def spoken(self) -> str:
        return self.sentence.format(self.value)
