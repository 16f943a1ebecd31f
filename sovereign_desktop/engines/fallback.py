"""Engines behind one another: the next one takes over what the one before could not do. Each is itself an engine.

An engine that fails twice in a row is left alone for a minute, so that a dead server does not cost its timeout with
every utterance.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import Generic, TypeVar

from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.core.dialogue import Message, Transcript
from sovereign_desktop.core.errors import EngineError, EngineUnavailable, Unaffordable
from sovereign_desktop.engines.base import (
    NO_OPTIONS,
    Engine,
    LanguageModel,
    Piece,
    ReplyOptions,
    SpeakingStyle,
    SpeechToText,
    SpeechToTextCapabilities,
    TextToSpeech,
    TextToSpeechCapabilities,
    Voice,
)

logger = logging.getLogger(__name__)

E = TypeVar("E", bound=Engine)
T = TypeVar("T")


class _Fallback(Generic[E]):
    """What the three kinds share: whose turn it is, and who is left alone for now."""

    def __init__(self, engines: Sequence[E], *, clock: Callable[[], float] = time.monotonic) -> None:
        if not engines:
            raise ValueError("a fallback of no engines")
        self.engines = tuple(engines)
        self._breakers = [CircuitBreaker(failures_to_open=2, cool_down_s=60.0) for _ in engines]
        self._clock = clock
        self._current = self.engines[0]

    @property
    def name(self) -> str:
        """The engine that did the last work; before any, the first."""
        return self._current.name

    async def availability(self) -> Availability:
        """That of the first that is usable; if none is, of the first."""
        states = [await engine.availability() for engine in self.engines]
        return next(filter(None, states), states[0])

    async def prepare(self) -> None:
        """Load all, because the last is needed just when there is no time. Raises when none can be loaded."""
        results = await asyncio.gather(*(engine.prepare() for engine in self.engines), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, EngineError):
                raise result
        if all(results) and isinstance(results[0], BaseException):
            raise results[0]

    async def close(self) -> None:
        """Close all."""
        for engine in self.engines:
            await engine.close()

    def _in_turn(self) -> Iterator[tuple[E, CircuitBreaker, bool]]:
        """The engines that may be asked, whether each is the last; when all are to be left alone, the last."""
        allowed = [
            (engine, breaker)
            for engine, breaker in zip(self.engines, self._breakers, strict=True)
            if breaker.allows(self._clock())
        ] or [(self.engines[-1], self._breakers[-1])]
        for number, (engine, breaker) in enumerate(allowed, 1):
            self._current = engine
            yield engine, breaker, number == len(allowed)

    async def _first_to_begin(
        self, ask: Callable[[E], AsyncIterator[T]], counts: Callable[[T], bool]
    ) -> AsyncGenerator[T, None]:
        """What an engine gives; the next one takes over as long as nothing that `counts` was given."""
        for engine, breaker, is_last in self._in_turn():
            begun = False
            try:
                async with aclosing(_generator(ask(engine))) as pieces:
                    async for piece in pieces:
                        begun = begun or counts(piece)
                        yield piece
            except EngineError as error:
                if isinstance(error, Unaffordable):
                    breaker.succeeded()  # nothing is held against it when money may be spent again
                else:
                    breaker.failed(self._clock())
                if begun or is_last:
                    raise
                logger.warning("engine failed", extra={"engine": engine.name, "error": type(error).__name__})
            else:
                breaker.succeeded()
                return
        raise EngineUnavailable("No engine can be asked.")


class FallbackSpeechToText(_Fallback[SpeechToText]):
    """Recognisers: each hears the whole utterance, so that the last to be asked has lost nothing of it."""

    @property
    def capabilities(self) -> SpeechToTextCapabilities:
        able = [engine.capabilities for engine in self.engines]
        return SpeechToTextCapabilities(
            streaming=able[0].streaming,
            local=all(each.local for each in able),
            takes_phrases=any(each.takes_phrases for each in able),
        )

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        """Partials may start over when another engine takes over; there is one final."""
        kept = Utterance()
        keeping = asyncio.create_task(_keep(audio, kept), name="keep what is said")

        async def ask(engine: SpeechToText) -> AsyncIterator[Transcript]:
            async with (
                aclosing(_heard(kept, keeping)) as heard,
                aclosing(_generator(engine.transcribe(heard, phrases=phrases))) as transcripts,
            ):
                async for transcript in transcripts:
                    yield transcript

        try:
            async with aclosing(self._first_to_begin(ask, lambda transcript: transcript.is_final)) as transcripts:
                async for transcript in transcripts:
                    yield transcript
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping


class FallbackTextToSpeech(_Fallback[TextToSpeech]):
    """Voices: another one takes over before there is sound, never in the middle of a sentence."""

    @property
    def capabilities(self) -> TextToSpeechCapabilities:
        able = [engine.capabilities for engine in self.engines]
        return TextToSpeechCapabilities(streaming=able[0].streaming, local=all(each.local for each in able))

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        """The sound of one engine from beginning to end. A voice that another engine has not is its default."""
        async with aclosing(self._first_to_begin(lambda engine: engine.synthesize(text, style), bool)) as frames:
            async for frame in frames:
                yield frame

    async def voices(self) -> tuple[Voice, ...]:
        """Those of the engine that did the last work."""
        return await self._current.voices()


class FallbackLanguageModel(_Fallback[LanguageModel]):
    """Language models: another one takes over before there is text."""

    @property
    def model(self) -> str:
        return self._current.model

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """The reply of one model from beginning to end."""
        async with aclosing(self._first_to_begin(lambda engine: engine.reply(messages, options), bool)) as pieces:
            async for piece in pieces:
                yield piece


async def _keep(audio: AsyncIterator[AudioFrame], kept: Utterance) -> None:
    try:
        async for frame in audio:
            kept.push(frame)
    finally:
        kept.finish(UtteranceEnd(EndReason.FILE, 0.0, kept.duration_ms))


async def _heard(kept: Utterance, keeping: asyncio.Task[None]) -> AsyncGenerator[AudioFrame, None]:
    async with aclosing(_generator(kept.frames())) as frames:
        async for frame in frames:
            yield frame
    await asyncio.shield(keeping)  # an utterance that could not be read to its end is an error, not its end


async def _generator(pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same with the `aclose` that engines promise ("closing the iterator") and `AsyncIterator` does not."""
    try:
        async for piece in pieces:
            yield piece
    finally:
        if (close := getattr(pieces, "aclose", None)) is not None:
            await close()
