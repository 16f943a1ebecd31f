"""Whose sound a turn is made of, so that each backend can be told how much of its own was heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

MOST_KEPT = 16
"""Turns whose end of sound was never told (the audio process died) are forgotten after so many others."""


class Speaker(Protocol):
    """Who gave the sound (a backend)."""

    def heard(self, turn_id: str, played_ms: float) -> None: ...


@dataclass(slots=True)
class _Share:
    """The part of a playback that one speaker gave."""

    speaker: Speaker
    begins_ms: float
    lasts_ms: float = 0.0


@dataclass(slots=True)
class Soundtracks:
    """Keeps the shares of each turn until its playback has ended, which may be after the turn itself."""

    _shares: dict[str, list[_Share]] = field(default_factory=dict)

    def add(self, turn_id: str, speaker: Speaker, duration_ms: float) -> None:
        """More sound of this speaker, behind what the turn has already."""
        shares = self._shares.setdefault(turn_id, [])
        if not shares or shares[-1].speaker is not speaker:
            shares.append(_Share(speaker, shares[-1].begins_ms + shares[-1].lasts_ms if shares else 0.0))
        shares[-1].lasts_ms += duration_ms
        for forgotten in tuple(self._shares)[:-MOST_KEPT]:
            del self._shares[forgotten]

    def heard(self, turn_id: str, played_ms: float) -> None:
        """The turn's sound is over: tell each speaker how much of its own was heard, and forget the turn."""
        for share in self._shares.pop(turn_id, ()):
            share.speaker.heard(turn_id, min(share.lasts_ms, max(0.0, played_ms - share.begins_ms)))
