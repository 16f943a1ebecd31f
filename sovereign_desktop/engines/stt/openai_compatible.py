"""Speech to text behind an OpenAI-compatible server: OpenAI itself, speaches, whisper.cpp, LocalAI."""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.engines.base import SpeechToTextCapabilities
from sovereign_desktop.engines.openai_server import OpenAIServer

if TYPE_CHECKING:
    from sovereign_desktop.config.sections.engines import OpenAICompatible
    from sovereign_desktop.metrics.purse import Purse

DEFAULT_MODEL = "gpt-transcribe"
SHORTEST_MS = 100
"""OpenAI refuses anything shorter."""
QUIETEST_PEAK = 33
"""-60 dB relative to full scale. Nothing below that is sent: recognisers make "Thank you" out of silence."""


class OpenAICompatibleSpeechToText:
    """Sends the whole utterance at its end."""

    name = "openai_compatible"

    def __init__(
        self, settings: OpenAICompatible, key: str = "", language: str = "", *, purse: Purse | None = None
    ) -> None:
        self._server = OpenAIServer(settings, key, section="stt.openai_compatible", purse=purse)
        self._language = language

    @property
    def capabilities(self) -> SpeechToTextCapabilities:
        return SpeechToTextCapabilities(streaming=False, local=self._server.is_local)

    async def availability(self) -> Availability:
        """Whether a server is set; the server itself is not asked."""
        return self._server.availability()

    async def prepare(self) -> None:
        """Import the SDK."""
        _ = self._server.client

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        """One final transcript. `phrases` mean nothing to these servers."""
        del phrases
        self._server.check_purse()  # first: whoever listens instead hears it while it is said
        frames = [frame async for frame in audio]
        if sum(frame.duration_ms for frame in frames) < SHORTEST_MS or _is_silent(frames):
            yield Transcript("", is_final=True)
            return
        with self._server.explained():
            text = await self._ask(_wav(frames))
        yield Transcript(text.strip(), is_final=True)

    async def _ask(self, wav: bytes) -> str:
        import openai

        settings = self._server.settings
        answer = await self._server.client.audio.transcriptions.create(
            model=settings.model or DEFAULT_MODEL,
            file=("speech.wav", wav, "audio/wav"),
            response_format="json",
            language=self._language or openai.omit,
        )
        text = getattr(answer, "text", None)  # the SDK hands on whatever it got
        if not isinstance(text, str):
            raise self._server.broken()
        return text


def _is_silent(frames: Sequence[AudioFrame]) -> bool:
    return all(max(map(abs, array("h", frame.pcm)), default=0) < QUIETEST_PEAK for frame in frames)


def _wav(frames: Sequence[AudioFrame]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, SAMPLE_WIDTH_BYTES, frames[0].sample_rate_hz, 0, "NONE", ""))
        out.writeframes(b"".join(frame.pcm for frame in frames))
    return file.getvalue()
