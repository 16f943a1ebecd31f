"""The streaming forms: words while somebody speaks, and sound while a text is still being spoken.

The messages are described in `engines/voice_protocol.py`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, cast

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.errors import BrokenReply, EngineError
from sovereign_desktop.engines.voice_protocol import MAX_UTTERANCE_BYTES
from sovereign_desktop.servers.voice.jobs import Connection
from sovereign_desktop.servers.voice.messages import (
    TO_SYNTHESIZE,
    TO_TRANSCRIBE,
    Cancel,
    End,
    ListVoices,
    Speak,
    Start,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.websockets import WebSocket

    from sovereign_desktop.core.dialogue import Transcript
    from sovereign_desktop.engines.base import SpeechToText, TextToSpeech
    from sovereign_desktop.servers.voice.speech import Speech

logger = logging.getLogger(__name__)


class Incoming:
    """An utterance as it comes in. What is too long ends it with an error."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._bytes = 0

    def push(self, pcm: bytes) -> None:
        self._bytes += len(pcm)
        if self._bytes <= MAX_UTTERANCE_BYTES:
            self._pieces.put_nowait(pcm)
        else:
            self.finish()

    def finish(self) -> None:
        self._pieces.put_nowait(None)

    async def frames(self) -> AsyncIterator[AudioFrame]:
        while (pcm := await self._pieces.get()) is not None:
            if len(pcm) % 2:
                raise BrokenReply("The sound is not made of 16-bit samples.")
            yield AudioFrame(pcm, self._rate_hz)
        if self._bytes > MAX_UTTERANCE_BYTES:
            raise EngineError("That was too much to listen to at once.")


async def transcribe_stream(socket: WebSocket, speech: Speech) -> None:
    """Serve one connection for transcription until its client goes."""
    async with Connection(socket) as connection:
        stt: SpeechToText | None = await connection.greet(speech.stt.engine)
        if stt is None:
            return
        incoming: Incoming | None = None
        async for message in connection.messages(TO_TRANSCRIBE):
            if isinstance(message, Start):
                incoming = Incoming(message.sample_rate_hz)
                connection.begin(message.id, partial(_hear, connection, speech, stt, incoming, message.phrases))
            elif isinstance(message, Cancel):
                connection.cancel(message.id)
            elif incoming is not None:
                incoming.finish() if isinstance(message, End) else incoming.push(message)


async def _hear(
    connection: Connection, speech: Speech, stt: SpeechToText, incoming: Incoming, phrases: list[str], job: str
) -> None:
    began = time.monotonic()
    with speech.stt.job():
        transcripts = cast("AsyncGenerator[Transcript, None]", stt.transcribe(incoming.frames(), phrases=phrases))
        async with aclosing(transcripts):
            async for transcript in transcripts:
                if transcript.is_final:
                    others = list(transcript.alternatives)
                    await connection.say(type="final", id=job, text=transcript.text, alternatives=others)
                else:
                    await connection.say(type="partial", id=job, text=transcript.text)
    logger.info("transcribed", extra={"took_ms": round(1000 * (time.monotonic() - began)), "engine": stt.name})


async def synthesize_stream(socket: WebSocket, speech: Speech) -> None:
    """Serve one connection for synthesis until its client goes."""
    async with Connection(socket) as connection:
        tts: TextToSpeech | None = await connection.greet(speech.tts.engine)
        if tts is None:
            return
        async for message in connection.messages(TO_SYNTHESIZE):
            if isinstance(message, Speak):
                connection.begin(message.id, partial(_speak, connection, speech, tts, message))
            elif isinstance(message, ListVoices):
                connection.begin(message.id, partial(_list_voices, connection, tts))
            elif isinstance(message, Cancel):
                connection.cancel(message.id)


async def _speak(connection: Connection, speech: Speech, tts: TextToSpeech, request: Speak, job: str) -> None:
    began = time.monotonic()
    first_ms = None
    with speech.tts.job():
        sound = cast("AsyncGenerator[AudioFrame, None]", tts.synthesize(request.text, request.style))
        async with aclosing(sound):
            async for frame in sound:
                if first_ms is None:
                    first_ms = round(1000 * (time.monotonic() - began))
                    await connection.say(type="audio", id=job, sample_rate_hz=frame.sample_rate_hz)
                await connection.send_sound(frame.pcm)
    await connection.say(type="done", id=job)
    logger.info("synthesized", extra={"first_sound_ms": first_ms, "characters": len(request.text), "engine": tts.name})


async def _list_voices(connection: Connection, tts: TextToSpeech, job: str) -> None:
    voices = [{"id": one.id, "name": one.name, "language": one.language} for one in await tts.voices()]
    await connection.say(type="voices", id=job, voices=voices)
