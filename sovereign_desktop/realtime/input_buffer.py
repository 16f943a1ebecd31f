"""What the server's input buffer holds, as far as its client can know."""

from __future__ import annotations

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ

SAMPLES_PER_MS = AUDIO_RATE_HZ // 1000
SHORTEST_COMMIT_MS = 100.0
"""Servers refuse to make an item of less."""


class InputBuffer:
    """Counts the sound that was sent in a session and tells what of it is no item yet."""

    def __init__(self) -> None:
        self._sent = 0
        self._begins = 0
        self._speech_ends = 0
        self._commits_due = 0

    @property
    def uncommitted_ms(self) -> float:
        return (self._sent - self._begins) / SAMPLES_PER_MS

    @property
    def is_committable(self) -> bool:
        return self.uncommitted_ms >= SHORTEST_COMMIT_MS

    def append(self, pcm: bytes) -> None:
        self._sent += len(pcm) // SAMPLE_WIDTH_BYTES

    def clear(self) -> None:
        self._begins = self._sent

    def commit(self) -> None:
        """We ask for an item."""
        self._begins = self._sent
        self._commits_due += 1

    def speech_ended(self, audio_ms: int) -> None:
        """The server's turn detection ends an utterance there; what was sent behind it stays in the buffer."""
        self._speech_ends = min(max(audio_ms, 0) * SAMPLES_PER_MS, self._sent)

    def committed(self) -> bool:
        """Take the server's word for an item. True when the server made it unasked."""
        if self._commits_due:
            self._commits_due -= 1
            return False
        self._begins = self._speech_ends if self._speech_ends > self._begins else self._sent
        return True

    def commit_refused(self) -> bool:
        """Take the refusal of a commit. False when the sound has been made an item unasked in the meantime."""
        if not self._commits_due:
            return False
        self._commits_due -= 1
        return True
