"""Any OpenAI-compatible server as the voice."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sovereign_desktop.config.schema import OpenAICompatible
from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES, AudioFrame
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeechCapabilities, Voice
from sovereign_desktop.engines.openai_client import OpenAIClient

RATE_HZ = 24_000
"""Of the response format `pcm`: 24 kHz, 16-bit, mono, no header."""
FRAME_BYTES = RATE_HZ // 20 * SAMPLE_WIDTH_BYTES
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")


class OpenAICompatibleTextToSpeech:
    """`/audio/speech`, played as it arrives. Text leaves this computer unless the server runs on it."""

    name = "openai_compatible"

    def __init__(self, settings: OpenAICompatible, key: str) -> None:
        self._settings = settings
        self._server = OpenAIClient(settings, key, "voice")
        self.capabilities = TextToSpeechCapabilities(streaming=True, local=self._server.is_local)

    async def availability(self) -> Availability:
        return self._server.availability()

    async def prepare(self) -> None:
        """Make the client. Raises EngineUnavailable."""
        self._server.get()

    async def close(self) -> None:
        await self._server.close()

    async def voices(self) -> tuple[Voice, ...]:
        """The names that OpenAI's own server knows; others have theirs, and say so when asked for a wrong one."""
        return tuple(Voice(name, name.capitalize()) for name in VOICES)

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        """Frames of 50 ms as they arrive. A server that sends a WAV file instead is understood."""
        waiting = b""
        with self._server.explained():
            request = self._server.get().audio.speech.with_streaming_response.create(
                model=self._settings.model,
                input=text,
                voice=style.voice or VOICES[0],
                speed=style.speed,
                response_format="pcm",
            )
            rate_hz, header_done = RATE_HZ, False
            async with request as response:
                async for chunk in response.iter_bytes():
                    waiting += chunk
                    if not header_done:
                        if len(waiting) < 44:
                            continue
                        rate_hz, waiting = _without_header(waiting)
                        header_done = True
                    while len(waiting) >= FRAME_BYTES:
                        yield AudioFrame(waiting[:FRAME_BYTES], rate_hz)
                        waiting = waiting[FRAME_BYTES:]
        rest = waiting[: len(waiting) // SAMPLE_WIDTH_BYTES * SAMPLE_WIDTH_BYTES]
        if not header_done:
            raise BrokenReply(f"The voice at {self._server.host} sent no sound.")
        if rest:
            yield AudioFrame(rest, rate_hz)


def _without_header(data: bytes) -> tuple[int, bytes]:
    """The rate and the samples. Raises BrokenReply for compressed sound, which would be played as noise."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        if data[36:40] != b"data" or int.from_bytes(data[22:24], "little") != 1:
            raise BrokenReply("The voice sent a kind of WAV file that can't be played as it arrives.")
        return int.from_bytes(data[24:28], "little"), data[44:]
    if data[:3] == b"ID3" or data[:4] in (b"OggS", b"fLaC") or data[:1] in (b"{", b"<"):
        raise BrokenReply("The voice sent something else than plain samples.")
    return RATE_HZ, data
