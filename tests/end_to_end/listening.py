"""The audio process on the desktop, and everything that it tells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import numpy as np
import pytest

from sovereign_desktop.audio.client import AudioProcess
from sovereign_desktop.audio.port import AudioEvent, Captured
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import AudioFrame
from tests.desktop import Desktop, speech
from tests.desktop.recording import RATE_HZ, at_rate

E = TypeVar("E", bound=AudioEvent)
PATIENCE_S = 10.0


class Listening:
    """An `AudioProcess` whose events are kept, with the moment at which each arrived."""

    def __init__(self, audio: AudioProcess) -> None:
        self.audio = audio
        self.events: list[tuple[float, AudioEvent]] = []
        self._arrived = asyncio.Event()
        audio.subscribe(self._keep)

    def _keep(self, event: AudioEvent) -> None:
        self.events.append((time.monotonic(), event))
        self._arrived.set()

    def of(self, kind: type[E]) -> list[E]:
        return [event for _, event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[E], count: int = 1) -> E:
        """The `count`th event of a kind since the beginning, waiting for it."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := self.of(kind)) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return found[count - 1]

    async def until_that(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that events change."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._arrived.clear()
                await self._arrived.wait()

    def pcm(self, listen_id: str) -> bytes:
        return b"".join(event.frame.pcm for event in self.of(Captured) if event.listen_id == listen_id)

    def say(self, playback_id: str, text: str, voice: str = "en-us") -> float:
        """Play a synthesised sentence, as an answer would be; returns its milliseconds."""
        pcm = at_rate(speech(text, voice), RATE_HZ, 24_000).astype("<i2").tobytes()
        for start in range(0, len(pcm), 960):
            self.audio.play(playback_id, AudioFrame(pcm[start : start + 960], 24_000))
        self.audio.finish(playback_id)
        return len(pcm) / 48


def use_devices_of(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process and its children see the desktop's sound devices and no others."""
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH", "PULSE_CONFIG", "PULSE_COOKIE"):
        monkeypatch.setenv(name, desktop.env[name])
    for name in ("ALSA_CONFIG_PATH", "HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, desktop.env[name])


@asynccontextmanager
async def listening(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch, settings: Audio | None = None
) -> AsyncIterator[Listening]:
    """The audio process, with the desktop's devices, warmed up."""
    use_devices_of(desktop, monkeypatch)
    audio = AudioProcess(settings or Audio())
    await audio.start()
    try:
        yield Listening(audio)
    finally:
        await audio.close()


def loudness_dbfs(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    return float(10 * np.log10(np.mean(np.square(samples)) / 32768**2 + 1e-12))
