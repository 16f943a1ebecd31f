"""Versions in Python's order, as far as ours go: `4.1.0.dev1` < `4.1.0a1` < `4.1.0b1` < `4.1.0rc1` < `4.1.0`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FORM = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:(?:\.(dev)|(a|b|rc))(\d{1,5}))?", re.ASCII)
_STEPS = ("dev", "a", "b", "rc", "")
"""What comes before a version, and last the version itself."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version; comparing two tells which is newer."""

    numbers: tuple[int, int, int]
    step: int
    count: int
    text: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> Version:
        """Raises ValueError for what is no version of ours."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(text)
        major, minor, patch, dev, preview, count = found.groups()
        step = _STEPS.index(dev or preview or "")
        return cls((int(major), int(minor), int(patch)), step, int(count or 0), text)

    @property
    def is_preview(self) -> bool:
        """Whether it comes before the version that it is named after."""
        return self.step < len(_STEPS) - 1

    def __str__(self) -> str:
        return self.text
