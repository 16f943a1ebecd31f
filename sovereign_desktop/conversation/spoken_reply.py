"""Which part of a reply has been heard, given how many milliseconds of it were played."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Piece:
    text: str
    starts_ms: float
    ends_ms: float


@dataclass(slots=True)
class SpokenReply:
    """The sound of a reply, piece by piece, on the clock of its playback."""

    _pieces: list[_Piece] = field(default_factory=list)

    def add(self, duration_ms: float, begins: str) -> None:
        """Append sound; `begins` is the text whose first sound this is, empty when it goes on."""
        at = self.duration_ms
        if begins or not self._pieces:
            self._pieces.append(_Piece(begins, at, at))
        self._pieces[-1].ends_ms = at + duration_ms

    @property
    def duration_ms(self) -> float:
        return self._pieces[-1].ends_ms if self._pieces else 0.0

    @property
    def text(self) -> str:
        """All text that has sound."""
        return _join(piece.text for piece in self._pieces)

    def sounding(self, played_ms: float) -> str:
        """The text up to and including the piece that sounds now: what a caption shows."""
        return _join(piece.text for piece in self._pieces if piece.starts_ms <= played_ms)

    def heard(self, played_ms: float) -> str:
        """The text that was heard: whole pieces, and the words of the last in proportion to its played part.

        Speech runs at an even pace within a sentence, near enough for a model to know where it was cut off.
        """
        return _join(_heard_words(piece, played_ms) for piece in self._pieces if piece.starts_ms < played_ms)


def _heard_words(piece: _Piece, played_ms: float) -> str:
    if played_ms >= piece.ends_ms:
        return piece.text
    share = (played_ms - piece.starts_ms) / (piece.ends_ms - piece.starts_ms)
    words = piece.text.split()
    return " ".join(words[: int(share * len(words))])


def _join(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)
