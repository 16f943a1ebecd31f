"""A backend made of three engines: speech to text, something that answers text, text to speech.

All three work at once: words are recognised while they are spoken, and the first sentence of the answer is spoken
while the rest is still being written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol, cast

from sovereign_desktop.conversation.backends.base import (
    Consumed,
    Did,
    Emit,
    Excused,
    Heard,
    Replying,
    Sound,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.sentences import SentenceSplitter
from sovereign_desktop.core.audio import AudioFrame, Utterance
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import ToolCall, Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.tasks import side_by_side
from sovereign_desktop.engines.base import CutOff, SpeakingStyle, SpeechToText, TextToSpeech

logger = logging.getLogger(__name__)

DEFAULT_STYLE = SpeakingStyle()

Step = str | Heard | Did | Excused | Consumed | ToolCall | CutOff
"""What a responder gives: a piece of text, other words than were recognised at first, a command, that the text is no
answer, the cost; and what a model gives to those who asked for it."""


class Responder(Protocol):
    """Answers text with text, as it is written."""

    @property
    def name(self) -> str:
        """The engine's name for the turn's record, empty when there is none."""

    async def availability(self) -> Availability:
        """Whether it can answer now, and why not."""

    async def prepare(self) -> None:
        """Load or connect what the first answer would wait for. Raises SovereignError."""

    def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        """The steps of the answer, as they come. Raises SovereignError."""


class SpokenBackend:
    """Speech in, speech out, through engines that may each be anywhere. Without a voice it writes its answers."""

    def __init__(
        self,
        name: str,
        stt: SpeechToText,
        responder: Responder,
        tts: TextToSpeech | None,
        *,
        style: SpeakingStyle = DEFAULT_STYLE,
        phrases: Sequence[str] = (),
    ) -> None:
        self.name = name
        self._stt = stt
        self._responder = responder
        self._tts = tts
        self._style = style
        self._phrases = tuple(phrases)

    @property
    def engines(self) -> dict[str, str]:
        """Which engine does what."""
        voice = self._tts.name if self._tts is not None else ""
        named = {"stt": self._stt.name, "llm": self._responder.name, "tts": voice}
        return {kind: name for kind, name in named.items() if name}

    async def availability(self) -> Availability:
        """Whether the responder can answer; words can be typed and read, so the rest is not needed."""
        return await self._responder.availability()

    async def prepare(self) -> None:
        """Warm all three engines; what fails here will say so in the turn."""
        for part in (self._stt, self._tts, self._responder):
            try:
                if part is not None:
                    await part.prepare()
            except SovereignError as error:
                logger.info("engine not ready", extra={"error": type(error).__name__})

    async def answer(self, request: TurnRequest, emit: Emit) -> None:
        """Recognise, respond, speak. Without words there is no reply."""
        transcript = request.transcript
        if transcript is None:
            transcript = await self.recognise(request.utterance, emit)
        if transcript.text.strip():
            await self.reply(transcript, request, emit)

    def heard(self, turn_id: str, played_ms: float) -> None:
        """Nobody else keeps this conversation."""

    async def recognise(self, utterance: Utterance | None, emit: Emit) -> Transcript:
        """The first half of an answer: what was said. Raises SovereignError."""
        transcript = Transcript("", is_final=True)
        if utterance is None:
            return transcript
        stream = self._stt.transcribe(utterance.frames(), phrases=self._phrases)
        async with aclosing(cast(AsyncGenerator[Transcript], stream)) as transcripts:
            async for transcript in transcripts:
                emit(Heard(transcript))
        return transcript

    async def reply(self, transcript: Transcript, request: TurnRequest, emit: Emit) -> None:
        """The second half: respond and speak, whatever the words. Raises SovereignError."""
        request = replace(request, late=emit)
        sentences: asyncio.Queue[str | SovereignError | None] = asyncio.Queue()
        await side_by_side(
            self._write(transcript, request, emit, sentences),
            self._speak(sentences, emit),
        )

    async def _write(
        self,
        transcript: Transcript,
        request: TurnRequest,
        emit: Emit,
        sentences: asyncio.Queue[str | SovereignError | None],
    ) -> None:
        """Pass the text on as it comes, and as whole sentences to the speaker.

        An error travels behind the sentences that came before it: those are spoken first. A sentence that broke
        off in the middle is shown, but not spoken.
        """
        splitter = SentenceSplitter()
        stream = self._responder.respond(transcript, request)
        try:
            async with aclosing(cast(AsyncGenerator[Step], stream)) as pieces:
                async for piece in pieces:
                    if not isinstance(piece, str):
                        emit(piece)
                        continue
                    emit(Replying(piece))
                    for sentence in splitter.push(piece):
                        sentences.put_nowait(sentence)
        except SovereignError as error:
            sentences.put_nowait(error)
            return
        for sentence in splitter.finish():
            sentences.put_nowait(sentence)
        sentences.put_nowait(None)

    async def _speak(self, sentences: asyncio.Queue[str | SovereignError | None], emit: Emit) -> None:
        voice_works = self._tts is not None
        while (sentence := await sentences.get()) is not None:
            if isinstance(sentence, SovereignError):
                raise sentence
            if voice_works:
                voice_works = await self._say(sentence, emit)

    async def _say(self, sentence: str, emit: Emit) -> bool:
        """Speak one sentence; False when no voice can, which costs the sound but not the answer."""
        assert self._tts is not None
        try:
            async for frame, begins in spoken(self._tts, sentence, self._style):
                emit(Sound(frame, begins))
        except SovereignError as error:
            emit(Unspoken(error))
            return False
        return True


async def spoken(tts: TextToSpeech, text: str, style: SpeakingStyle) -> AsyncIterator[tuple[AudioFrame, str]]:
    """The sound of `text`, its first frame together with the text, later ones with an empty one."""
    begins = text
    async with aclosing(cast(AsyncGenerator[AudioFrame], tts.synthesize(text, style))) as frames:
        async for frame in frames:
            yield frame, begins
            begins = ""
