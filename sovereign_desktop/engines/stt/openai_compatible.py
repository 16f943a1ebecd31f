"""Any OpenAI-compatible server as the recogniser. It gets the whole utterance at once."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator, Sequence

from sovereign_desktop.config.schema import OpenAICompatible
from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.openai_client import OpenAIClient

LEAST_MS = 100
"""Less than this is refused by servers."""


class OpenAICompatibleSpeechToText:
    """`/audio/transcriptions`. Speech leaves this computer unless the server runs on it."""

    name = "openai_compatible"

    def __init__(self, settings: OpenAICompatible, key: str, language: str) -> None:
        self._settings = settings
        self._language = language
        self._server = OpenAIClient(settings, key, "speech recogniser")
        self.capabilities = SpeechToTextCapabilities(streaming=False, local=self._server.is_local)

    async def availability(self) -> Availability:
        return self._server.availability()

    async def prepare(self) -> None:
        """Make the client. Raises EngineUnavailable."""
        self._server.get()

    async def close(self) -> None:
        await self._server.close()

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        """The words, once the speech is over."""
        del phrases
        frames = [frame async for frame in audio]
        if sum(frame.duration_ms for frame in frames) < LEAST_MS:
            yield Transcript("", is_final=True)
            return
        with self._server.explained():
            result = await self._server.get().audio.transcriptions.create(
                model=self._settings.model,
                file=("speech.wav", _wav(frames), "audio/wav"),
                language=self._language,
                response_format="json",
            )
            if not isinstance(result.text, str):
                raise BrokenReply(f"The speech recogniser at {self._server.host} sent no text.")
            text = result.text.strip()
        yield Transcript(text, is_final=True)


def _wav(frames: Sequence[AudioFrame]) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_WIDTH_BYTES)
        file.setframerate(frames[0].sample_rate_hz)
        file.writeframes(b"".join(frame.pcm for frame in frames))
    return out.getvalue()
