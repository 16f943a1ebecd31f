"""Text in pieces that a speech engine makes at one go: sentences, and parts of those that are too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST_PIECE = 240
"""Characters; about 15 seconds of speech."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CLAUSE = re.compile(r"(?<=[,;:])\s+")
_WORD = re.compile(r"\s+")


def speakable_pieces(text: str, longest: int = LONGEST_PIECE) -> Iterator[str]:
    """The text in order, cut where a speaker would breathe; pieces without a letter or digit are left out."""
    for sentence in _SENTENCE.split(_without_controls(text)):
        for piece in _fitted(sentence.strip(), longest):
            if any(character.isalnum() for character in piece):
                yield piece


def _without_controls(text: str) -> str:
    # A zero byte would end the text for a C library; the others are no speech either.
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") and c != "\n" else c for c in text)


def _fitted(text: str, longest: int) -> Iterator[str]:
    if len(text) <= longest:
        yield text
        return
    for boundary in (_CLAUSE, _WORD):
        parts = boundary.split(text)
        if len(parts) > 1:
            for part in _joined(parts, longest):
                yield from _fitted(part, longest)
            return
    yield from (text[at : at + longest] for at in range(0, len(text), longest))


def _joined(parts: list[str], longest: int) -> Iterator[str]:
    """Neighbours together as long as they fit."""
    line = parts[0]
    for part in parts[1:]:
        if len(line) + 1 + len(part) > longest:
            yield line
            line = part
        else:
            line = f"{line} {part}"
    yield line
