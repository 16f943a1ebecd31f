"""Frames of 10 ms as they come from `Hearing`, made by hand."""

from __future__ import annotations

from collections.abc import Iterator

from sovereign_desktop.audio.hearing import FRAME_S, Heard
from sovereign_desktop.audio.vad import WINDOW_MS
from sovereign_desktop.core.audio import CAPTURE_RATE_HZ, AudioFrame

FRAME_MS = 10


class Room:
    """Makes what is heard, 10 ms after 10 ms from `now` on, with a VAD window every 32 ms."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now
        self._frames = 0

    def hear(self, ms: int, probability: float = 0.0, level_dbfs: float = -40.0) -> Iterator[Heard]:
        """Sound that is speech with this probability."""
        for _ in range(ms // FRAME_MS):
            windows_before = self._frames * FRAME_MS // WINDOW_MS
            self._frames += 1
            windows = self._frames * FRAME_MS // WINDOW_MS - windows_before
            # Every frame holds its number, so that a lost or doubled one is seen.
            pcm = self._frames.to_bytes(2, "little") * (CAPTURE_RATE_HZ // 100)
            yield Heard(AudioFrame(pcm, CAPTURE_RATE_HZ, self.now), self.now, level_dbfs, (probability,) * windows)
            self.now += FRAME_S
