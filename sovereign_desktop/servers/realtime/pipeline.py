"""The engines behind the sessions, and how one session uses them: at its client's pace, and in turn with the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import cast

from sovereign_desktop.conversation.backends.base import BackendEvent, Consumed, Emit, TurnRequest
from sovereign_desktop.conversation.backends.spoken import Responder, SpokenBackend
from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import RateLimited, SovereignError
from sovereign_desktop.engines.base import (
    ReplyOptions,
    SpeakingStyle,
    SpeechToText,
    TextToSpeech,
    TextToSpeechCapabilities,
    Voice,
)
from sovereign_desktop.realtime.objects import AUDIO_RATE_HZ
from sovereign_desktop.servers.realtime.formats import BYTES_PER_MS
from sovereign_desktop.servers.realtime.orders import Question
from sovereign_desktop.servers.realtime.settings import ResponseSettings
from sovereign_desktop.servers.realtime.turn_detection import Vad

FRAME_BYTES = 100 * BYTES_PER_MS
TRIES = 20
"""How often an engine is asked that has no place free; it says itself how long to wait."""
SLOWEST, OWN_VOICE = 0.5, "default"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything that sessions need to hear, think and speak; shared by all of them."""

    stt: SpeechToText
    tts: TextToSpeech
    responder: Callable[[str, ReplyOptions], Responder]
    """What answers text, with these instructions (empty: the program's own) and options."""
    new_vad: Callable[[], Vad]
    model: str = "sovereign"
    """What a session says its model is."""
    style: SpeakingStyle = field(default_factory=SpeakingStyle)
    phrases: Sequence[str] = ()
    spent: Callable[[Consumed], None] = lambda _consumed: None
    """Told what every response cost, one that was broken off too."""

    async def answer(
        self, settings: ResponseSettings, question: Question, emit: Emit, has_room: Callable[[], Awaitable[None]]
    ) -> None:
        """Make one response; sound is made only as fast as the client takes it. Raises SovereignError."""
        responder = self.responder(settings.instructions, settings.options)
        voice = PacedVoice(self.tts, has_room) if settings.is_spoken else None
        backend = SpokenBackend("pipeline", self.stt, responder, voice, style=self._style(settings))
        request = TurnRequest("", None, history=question.history, images=question.images)

        def tell(event: BackendEvent) -> None:
            if isinstance(event, Consumed):
                self.spent(event)
            emit(event)

        await backend.reply(question.transcript, request, tell)

    def _style(self, settings: ResponseSettings) -> SpeakingStyle:
        """Engines speak with their default voice where they don't know the one that is asked for."""
        wanted = settings.audio.output
        voice = wanted.voice if isinstance(wanted.voice, str) else wanted.voice.get("id", OWN_VOICE)
        speed = max(SLOWEST, self.style.speed * wanted.speed)
        return SpeakingStyle(self.style.voice if voice == OWN_VOICE else voice, min(2.0, speed))


class PacedVoice:
    """A voice that waits for room before each frame, and for a place when all are taken."""

    def __init__(self, tts: TextToSpeech, has_room: Callable[[], Awaitable[None]]) -> None:
        self._tts = tts
        self._has_room = has_room

    @property
    def name(self) -> str:
        return self._tts.name

    @property
    def capabilities(self) -> TextToSpeechCapabilities:
        return self._tts.capabilities

    async def availability(self) -> Availability:
        return await self._tts.availability()

    async def prepare(self) -> None:
        await self._tts.prepare()

    async def close(self) -> None:
        """The engine belongs to all sessions."""

    async def voices(self) -> tuple[Voice, ...]:
        return await self._tts.voices()

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        """The sound of the text, as the client takes it."""
        for tried in range(1, TRIES + 1):
            begun = False
            try:
                sound = cast(AsyncGenerator[AudioFrame], self._tts.synthesize(text, style))
                async with aclosing(sound) as frames:
                    async for frame in frames:
                        begun = True
                        await self._has_room()
                        yield frame
            except RateLimited as error:
                if begun or tried == TRIES:
                    raise
                await asyncio.sleep(error.retry_after_s or 1.0)
            else:
                return


class Recognition:
    """What is said in one piece of sound, recognised while its sound arrives."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._utterance = Utterance()

    def push(self, pcm: bytes) -> None:
        """More sound: PCM at 24 kHz."""
        for at in range(0, len(pcm), FRAME_BYTES):
            self._utterance.push(AudioFrame(pcm[at : at + FRAME_BYTES], AUDIO_RATE_HZ))

    def finish(self) -> None:
        """All of its sound is there."""
        end = UtteranceEnd(EndReason.RELEASED, time.monotonic(), self._utterance.duration_ms)
        self._utterance.finish(end)

    async def words(self) -> Transcript:
        """The words, when all is said. Raises SovereignError, and never before.

        What failed while somebody still spoke is tried again with all that was said, and an engine without a free
        place is asked until it has one.
        """
        tried = 0
        while True:
            all_said = self._utterance.end is not None
            try:
                return await self._words()
            except RateLimited as error:
                tried += 1
                if tried == TRIES:
                    raise
                await asyncio.sleep(error.retry_after_s or 1.0)
            except SovereignError:
                if all_said:
                    raise
            await self._utterance.ended()

    async def _words(self) -> Transcript:
        said = Transcript("", is_final=True)
        stream = self._pipeline.stt.transcribe(self._utterance.frames(), phrases=self._pipeline.phrases)
        async with aclosing(cast(AsyncGenerator[Transcript], stream)) as transcripts:
            async for transcript in transcripts:
                said = transcript
        return said
