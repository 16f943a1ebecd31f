"""Which part of a reply has been heard, given how many milliseconds of it were played."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

WRITTEN_MS_PER_CHARACTER = 65
"""How long a character takes to say: people and voices speak some 15 a second."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")


@dataclass(slots=True)
class _Piece:
    """A text and the time in which it is said.

    One that `flows` is more than a sentence, and while it `grows` there is text whose sound has not come yet.
    """

    text: str
    starts_ms: float
    ends_ms: float
    flows: bool = False
    grows: bool = False

    @property
    def lasts_ms(self) -> float:
        """How long it takes to say; an estimate while it grows, because text comes faster than its sound."""
        so_far_ms = self.ends_ms - self.starts_ms
        return max(so_far_ms, WRITTEN_MS_PER_CHARACTER * len(self.text)) if self.grows else so_far_ms


@dataclass(slots=True)
class SpokenReply:
    """The sound of a reply, piece by piece, on the clock of its playback."""

    _pieces: list[_Piece] = field(default_factory=list)
    _unspoken: str = ""

    def add(self, duration_ms: float, begins: str) -> None:
        """Append sound; `begins` is the text whose first sound this is, empty when it goes on."""
        at = self.duration_ms
        if begins or not self._pieces:
            self._pieces.append(_Piece(begins, at, at))
        self._pieces[-1].ends_ms = at + duration_ms

    def write(self, text: str) -> None:
        """Text whose sound comes beside it, in `flow`."""
        if self._pieces and self._pieces[-1].grows:
            self._pieces[-1].text += text
        else:
            self._unspoken += text

    def flow(self, duration_ms: float) -> None:
        """Append sound of what is being written; where in it nobody knows."""
        at = self.duration_ms
        if not self._pieces or not self._pieces[-1].grows:
            self._pieces.append(_Piece(self._unspoken, at, at, flows=True, grows=True))
            self._unspoken = ""
        self._pieces[-1].ends_ms = at + duration_ms

    def settle(self) -> None:
        """All sound of what was written is there."""
        self._unspoken = ""
        if self._pieces:
            self._pieces[-1].grows = False

    def break_off(self) -> None:
        """No more sound comes for what was written."""
        if self._pieces:
            self._pieces[-1].text = _heard(self._pieces[-1], self.duration_ms)
        self.settle()

    @property
    def duration_ms(self) -> float:
        return self._pieces[-1].ends_ms if self._pieces else 0.0

    @property
    def text(self) -> str:
        """All text that has sound."""
        return _join(_heard(piece, piece.ends_ms) for piece in self._pieces)

    def sounding(self, played_ms: float) -> str:
        """The text up to and including the sentence that sounds now: what a caption shows."""
        return _join(_sounding(piece, played_ms) for piece in self._pieces if piece.starts_ms <= played_ms)

    def heard(self, played_ms: float) -> str:
        """The text that was heard: whole pieces, and the words of the last in proportion to its played part.

        Speech runs at an even pace within a sentence, near enough for a model to know where it was cut off.
        """
        return _join(_heard(piece, played_ms) for piece in self._pieces if piece.starts_ms < played_ms)


def _heard(piece: _Piece, played_ms: float) -> str:
    ends_ms = piece.starts_ms + piece.lasts_ms
    if played_ms >= ends_ms:
        return piece.text
    share = (played_ms - piece.starts_ms) / (ends_ms - piece.starts_ms)
    words = piece.text.split()
    return " ".join(words[: int(share * len(words))])


def _sounding(piece: _Piece, played_ms: float) -> str:
    """Whole sentences: a text that is read along must not run behind the voice."""
    if not piece.flows:
        return piece.text
    heard = _heard(piece, played_ms)
    text = " ".join(piece.text.split())
    end = _SENTENCE_END.search(text, min(len(heard), max(0, len(text) - 1)))
    return text[: end.end()] if end else text


def _join(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)
