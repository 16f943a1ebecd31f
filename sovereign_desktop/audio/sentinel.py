"""Listening for somebody who begins to speak, hands-free; keeps what was heard, so that no first word is lost."""

from __future__ import annotations

from collections import deque

from sovereign_desktop.audio.endpointing import BoundaryKind, Endpointer
from sovereign_desktop.audio.hearing import FRAME_S, Heard
from sovereign_desktop.audio.port import SpeechStarted
from sovereign_desktop.audio.vad import WINDOW_MS
from sovereign_desktop.config.sections.audio import Audio

KEPT_S = 3.0


class Sentinel:
    """Says when speech began. Pure: time is what was heard."""

    def __init__(self, settings: Audio) -> None:
        self._settings = settings
        self._heard: deque[Heard] = deque(maxlen=round(KEPT_S / FRAME_S))
        self._began_at: float | None = None
        self.reset()

    def reset(self) -> None:
        """An utterance has begun or ended: what was heard so far is not the beginning of the next one."""
        rules = self._settings.endpointing
        self._rows = [Endpointer(rules.speech_threshold, rules.min_speech_ms, rules.silence_ms) for _ in range(2)]
        self._began_at = None
        self._heard.clear()

    def push(self, heard: Heard) -> SpeechStarted | None:
        """Take 10 ms; the result says that somebody has begun to speak."""
        self._heard.append(heard)
        started = None
        for row, other, probabilities in zip(
            self._rows, reversed(self._rows), (heard.probabilities, heard.between), strict=True
        ):
            for probability in probabilities:
                boundary = row.push(probability, WINDOW_MS)
                if boundary is not None and boundary.kind is BoundaryKind.STARTED and not other.speaking:
                    self._began_at = heard.at + FRAME_S - boundary.ago_ms / 1000
                    started = SpeechStarted(self._began_at)
        return started

    def beginning(self, now: float) -> list[Heard]:
        """What an utterance that begins now starts with: the speech that opened it, and the pre-roll before."""
        since = (self._began_at or now) - self._settings.pre_roll_ms / 1000
        return [heard for heard in self._heard if heard.at >= since]
