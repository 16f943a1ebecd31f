"""Engines that are quick and say what they are told to; `tests/contracts` holds them to the real ones' contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import (
    SpeakingStyle,
    SpeechToTextCapabilities,
    TextToSpeechCapabilities,
    Voice,
)


class _Fake:
    def __init__(self) -> None:
        self.failure: SovereignError | None = None
        self.open_gate = asyncio.Event()
        """Cleared by a test, it holds the engine up in the middle of its work."""
        self.open_gate.set()
        self.frames_before_gate = 0
        self.running = 0
        self.stopped_early = 0

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        """Nothing to let go."""


class FakeSpeechToText(_Fake):
    """Hears `words`, one for every `frames_a_word` frames, in whatever is not digital silence."""

    name = "fake ears"
    capabilities = SpeechToTextCapabilities(streaming=True, local=True, takes_phrases=True)

    def __init__(self, words: str = "what time is it now", *, frames_a_word: int = 2) -> None:
        super().__init__()
        self.words = words.split()
        self.frames_a_word = frames_a_word
        self.heard: list[AudioFrame] = []
        self.phrases: Sequence[str] = ()

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        self.heard, self.phrases = [], phrases
        self.running += 1
        try:
            async for frame in audio:
                self.heard.append(frame)
                await self.open_gate.wait()
                if self.failure is not None:
                    raise self.failure
                count, rest = divmod(len(self.heard), self.frames_a_word)
                if rest == 0 and count <= len(self.words) and self._sound():
                    yield Transcript(" ".join(self.words[:count]))
            text = " ".join(self.words) if self._sound() else ""
            yield Transcript(text, is_final=True, alternatives=tuple(phrases) if text else ())
        finally:
            self.running -= 1

    def _sound(self) -> bool:
        return any(any(frame.pcm) for frame in self.heard)


class FakeTextToSpeech(_Fake):
    """Makes 10 ms of sound a character, the same for the same text."""

    name = "fake voice"
    capabilities = TextToSpeechCapabilities(streaming=True, local=True)
    rate_hz = 16_000

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[SpeakingStyle] = []

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        self.styles.append(style)
        self.running += 1
        try:
            for number, frame in enumerate(self.sound_of(text)):
                if number >= self.frames_before_gate:
                    await self.open_gate.wait()
                if self.failure is not None:
                    raise self.failure
                yield frame
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped_early += 1
            raise
        finally:
            self.running -= 1

    def sound_of(self, text: str) -> list[AudioFrame]:
        """What a text sounds like: frames of 50 ms."""
        pcm = b"".join(
            ord(letter).to_bytes(2, "little") * (self.rate_hz // 100) for letter in text if ord(letter) < 9999
        )
        step = self.rate_hz // 20 * 2
        return [AudioFrame(pcm[at : at + step], self.rate_hz) for at in range(0, len(pcm), step)]

    async def voices(self) -> tuple[Voice, ...]:
        return (Voice("one", "First", "en"), Voice("two", "Second", "en-gb"))


def chosen(engine: Any, reason: str = "a test wants it") -> Any:
    """A choice that fell on this engine."""
    from sovereign_desktop.engines.registry import Choice

    return Choice(engine, reason, "", ())
