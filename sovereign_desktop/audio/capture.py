"""The microphone: an open PortAudio stream whose callback only puts blocks into a ring."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sovereign_desktop.audio import trouble
from sovereign_desktop.audio.portaudio import Choice, Direction, choose, library, or_die
from sovereign_desktop.audio.resampling import Floats, from_pcm

BLOCK_MS = 10
RING_BLOCKS = 300
"""Three seconds: a restart of the audio thread's work loses nothing, and no memory grows while nobody listens."""


@dataclass(frozen=True, slots=True)
class Block:
    """Samples as the device gave them; `at` is the monotonic second of the first one."""

    pcm: bytes
    at: float

    @property
    def is_zero(self) -> bool:
        return not any(self.pcm)


class Microphone:
    """An open microphone. `wake` is called from PortAudio's thread for each block while `live` is set.

    Everything but the callback happens on the audio thread.
    """

    def __init__(self, wanted: str, wake: Callable[[], None]) -> None:
        """Open it. Raises NoMicrophone."""
        chosen = choose(Direction.INPUT, wanted)
        if chosen is None:
            raise trouble.missing()
        self.device = chosen.name
        self.rate_hz = chosen.rate_hz
        self.live = False
        self.first_block_at = 0.0
        self.last_block_at = time.monotonic()
        self._channels = chosen.channels
        self._clock = ArrivalClock(chosen.rate_hz)
        self._wake = wake
        self._blocks: deque[Block] = deque(maxlen=RING_BLOCKS)
        self._stream = self._open(chosen)

    def take(self) -> list[Block]:
        """The blocks that came since the last call, oldest first."""
        taken = []
        while self._blocks:
            taken.append(self._blocks.popleft())
        return taken

    def keep_last(self, milliseconds: float) -> None:
        """Forget blocks that are older."""
        oldest = time.monotonic() - milliseconds / 1000
        while self._blocks and self._blocks[0].at < oldest:
            self._blocks.popleft()

    def samples(self, block: Block) -> Floats:
        """A block as mono floats."""
        samples = from_pcm(block.pcm)
        if self._channels == 1:
            return samples
        return np.asarray(samples.reshape(-1, self._channels).mean(axis=1), np.float32)

    def close(self) -> None:
        """Give the device back."""
        with or_die():
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)

    def _open(self, chosen: Choice) -> Any:
        portaudio = library()
        try:
            stream = portaudio.RawInputStream(
                samplerate=chosen.rate_hz,
                blocksize=chosen.rate_hz * BLOCK_MS // 1000,
                device=chosen.index,
                channels=chosen.channels,
                dtype="int16",
                latency="low",
                callback=self._on_block,
            )
            stream.start()
        except portaudio.PortAudioError as error:
            raise trouble.not_opened() from error
        return stream

    def _on_block(self, data: Any, frames: int, _timing: Any, _status: Any) -> None:
        now = time.monotonic()
        self.last_block_at = now
        self.first_block_at = self.first_block_at or now
        self._blocks.append(Block(bytes(data), self._clock.at(frames, now)))
        if self.live:
            self._wake()


class ArrivalClock:
    """When blocks stood at the microphone, from when they arrived: a block is never early, so the earliest are right.

    PortAudio's own times can't be used: with ALSA's PulseAudio plug-in they jump back and forth by 0.3 s as soon as
    another program records with another latency, and echo cancellation lives on the true time.
    """

    creep_s = 0.0005
    """How much later a block may push the clock; what was lost on the way is made up for at 50 ms in a second."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._next_at: float | None = None

    def at(self, frames: int, now: float) -> float:
        """The monotonic second of the first of `frames` samples that arrived `now`."""
        lasts_s = frames / self._rate_hz
        latest = now - lasts_s
        at = latest if self._next_at is None else min(latest, self._next_at + self.creep_s)
        self._next_at = at + lasts_s
        return at
