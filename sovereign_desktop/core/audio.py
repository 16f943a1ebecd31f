"""Audio as it moves between rooms: frames of mono PCM, and the utterance that keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from enum import StrEnum

SAMPLE_WIDTH_BYTES = 2
CAPTURE_RATE_HZ = 24_000
"""The rate at which captured speech moves through the program; the Realtime API takes no other for PCM."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Mono, signed 16-bit little-endian PCM.

    `at` is the `time.monotonic()` second at which the first sample stood at the microphone, or None for
    sound that was made rather than captured. `unsuppressed` is the same captured sound without its noise taken out,
    for who does that better, 6 ms younger; empty where nobody wants it.
    """

    pcm: bytes
    sample_rate_hz: int
    at: float | None = None
    unsuppressed: bytes = b""

    @property
    def samples(self) -> int:
        return len(self.pcm) // SAMPLE_WIDTH_BYTES

    @property
    def duration_ms(self) -> float:
        return 1000 * self.samples / self.sample_rate_hz


class EndReason(StrEnum):
    """Why an utterance ended."""

    RELEASED = "released"
    ENDPOINT = "endpoint"
    TOO_LONG = "too_long"
    FILE = "file"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class UtteranceEnd:
    """How an utterance ended.

    `speech_ended_at` is the monotonic second at which the last voiced sound stood at the microphone; latency
    counts from there. `speech_ms` is how much of the utterance was voiced; 0 means that nobody spoke.
    """

    reason: EndReason
    speech_ended_at: float
    speech_ms: float

    @property
    def asks_something(self) -> bool:
        """Whether somebody spoke and wants to be answered."""
        return self.reason is not EndReason.CANCELLED and self.speech_ms > 0


class Utterance:
    """What the user says, kept from the first frame until the turn is over.

    Any number of readers follow it with `frames()`, each from the beginning: a backend that takes over a turn
    hears the whole of it. Lives on one event loop.
    """

    def __init__(self) -> None:
        self._frames: list[AudioFrame] = []
        self._changed = asyncio.Event()
        self.end: UtteranceEnd | None = None

    @classmethod
    def of(cls, frames: Iterable[AudioFrame], end: UtteranceEnd) -> Utterance:
        """A finished utterance, for example from a file."""
        utterance = cls()
        utterance._frames.extend(frames)
        utterance.finish(end)
        return utterance

    @property
    def duration_ms(self) -> float:
        return sum(frame.duration_ms for frame in self._frames)

    def push(self, frame: AudioFrame) -> None:
        """Add a frame. Frames that come after the end are not part of the utterance."""
        if self.end is None:
            self._frames.append(frame)
            self._wake()

    def finish(self, end: UtteranceEnd) -> None:
        """Close the utterance; the first call counts."""
        if self.end is None:
            self.end = end
            self._wake()

    async def frames(self) -> AsyncIterator[AudioFrame]:
        """Every frame from the beginning, then live ones as they arrive, until the utterance ends."""
        position = 0
        while True:
            while position < len(self._frames):
                position += 1
                yield self._frames[position - 1]
            if self.end is not None:
                return
            await self._changed.wait()

    async def ended(self) -> UtteranceEnd:
        """Wait for the end."""
        while self.end is None:
            await self._changed.wait()
        return self.end

    def pcm(self) -> bytes:
        """All samples so far, at the rate of the frames."""
        return b"".join(frame.pcm for frame in self._frames)

    def _wake(self) -> None:
        # A fresh event for the next wait: readers that are woken now must not find it set for ever.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
