"""`bench turn`: from the end of speech to the first sound, stage by stage, and what streaming gains.

The same question goes through the same engines twice, in turns of the same run: once streaming, as the program
answers, and once one engine after another (recognise all, write all, synthesise all). The language model is one of
our own that writes at a set pace, so that the figure says something about the program and not about a model.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sovereign_desktop.app.assembly import Assistant, assistant
from sovereign_desktop.app.single_turn import open_recording, single_turn
from sovereign_desktop.conversation.backends.base import ConversationBackend, TurnRequest
from sovereign_desktop.conversation.backends.spoken import SpokenBackend, Step
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Outcome, Transcript
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.resources import resource
from sovereign_desktop.engines.base import (
    SpeakingStyle,
    SpeechToText,
    SpeechToTextCapabilities,
    TextToSpeech,
    TextToSpeechCapabilities,
    Voice,
)
from sovereign_desktop.metrics.turns import TurnRecord

TOKENS_PER_S = 20.0
TOKENS_PER_WORD = 4 / 3
"""The usual rule of thumb for English; see the tokenizer help page of OpenAI."""

LONGEST_S = 60.0

ANSWER = (
    "The first train of the morning leaves the old station at a quarter past six every day. "
    "You can buy a ticket from the machine on the platform, or from the conductor on board. "
    "It is usually quite empty at that hour, so there should be no need to reserve a seat."
)


class PacedModel:
    """Writes `ANSWER` at 20 tokens a second, word by word."""

    name = "paced"

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        """One word after another; a word is said to be 4/3 of a token."""
        del transcript, request
        loop = asyncio.get_running_loop()
        started = loop.time()
        for count, word in enumerate(ANSWER.split(), start=1):
            await asyncio.sleep(max(0.0, started + count * TOKENS_PER_WORD / TOKENS_PER_S - loop.time()))
            yield word + " "


class _Whole(SpeechToText):
    """Recognises only when all has been said."""

    name = "whole"
    capabilities = SpeechToTextCapabilities(streaming=False, local=True)

    def __init__(self, inner: SpeechToText) -> None:
        self._inner = inner

    async def availability(self) -> Availability:
        return await self._inner.availability()

    async def prepare(self) -> None:
        await self._inner.prepare()

    async def close(self) -> None:
        """The streaming one owns the engine."""

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        frames = [frame async for frame in audio]

        async def replay() -> AsyncIterator[AudioFrame]:
            for frame in frames:
                yield frame

        async for transcript in self._inner.transcribe(replay(), phrases=phrases):
            yield transcript


class _AllAtOnce:
    """A model whose answer comes whole."""

    name = "paced, whole"

    def __init__(self, inner: PacedModel) -> None:
        self._inner = inner

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        pieces = [piece async for piece in self._inner.respond(transcript, request)]
        yield "".join(piece for piece in pieces if isinstance(piece, str))


class _WholeVoice(TextToSpeech):
    """Gives the sound of a whole answer only when all of it is made: sentences wait for the last one."""

    name = "whole"
    capabilities = TextToSpeechCapabilities(streaming=False, local=True)

    def __init__(self, inner: TextToSpeech) -> None:
        self._inner = inner

    async def availability(self) -> Availability:
        return await self._inner.availability()

    async def prepare(self) -> None:
        await self._inner.prepare()

    async def close(self) -> None:
        """The streaming one owns the engine."""

    async def voices(self) -> tuple[Voice, ...]:
        return await self._inner.voices()

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        # The whole answer in one request, as the sequential program would make it; asked for again, it is done.
        if not ANSWER.startswith(text):
            return
        for frame in [frame async for frame in self._inner.synthesize(ANSWER, style)]:
            yield frame


@dataclass(frozen=True, slots=True)
class TurnBench:
    """Medians over `turns` turns each, in milliseconds from the end of speech."""

    turns: int
    streaming_ms: float
    sequential_ms: float
    stages_ms: dict[str, float]
    sequential_stages_ms: dict[str, float]

    @property
    def ratio(self) -> float:
        """Streaming over sequential: half is the target, less is better."""
        return self.streaming_ms / self.sequential_ms

    def as_json(self) -> dict[str, Any]:
        return {
            "turns": self.turns,
            "voice_to_voice_ms": {"streaming": round(self.streaming_ms, 1), "sequential": round(self.sequential_ms, 1)},
            "ratio": round(self.ratio, 3),
            "stages_ms": {stage: round(ms, 1) for stage, ms in self.stages_ms.items()},
            "sequential_stages_ms": {stage: round(ms, 1) for stage, ms in self.sequential_stages_ms.items()},
        }

    def as_text(self) -> str:
        lines = [f"{'stage':<18}{'streaming':>12}{'one by one':>12}   ms"]
        lines += [
            f"{stage:<18}{ms:>12.0f}{self.sequential_stages_ms.get(stage, 0.0):>12.0f}"
            for stage, ms in self.stages_ms.items()
        ]
        lines.append(f"{'to first sound':<18}{self.streaming_ms:>12.0f}{self.sequential_ms:>12.0f}")
        lines.append(f"Streaming takes {self.ratio:.2f} of the time, median of {self.turns} turns each.")
        return "\n".join(lines)


async def bench_turn(turns: int = 5, *, debug: bool = False) -> TurnBench:
    """Measure. Takes about seven seconds a turn."""
    streaming, sequential = [], []
    async with assistant(mode="traditional", debug=debug) as answering:
        model = PacedModel()
        fast = SpokenBackend("streaming", answering.stt, model, answering.tts)
        slow = SpokenBackend("sequential", _Whole(answering.stt), _AllAtOnce(model), _WholeVoice(answering.tts))
        for backend in (fast, slow):
            await _turn(answering, backend)  # engines load, connections open
        for _ in range(turns):
            streaming.append(await _turn(answering, fast))
            sequential.append(await _turn(answering, slow))
    return TurnBench(
        turns,
        _median_voice_to_voice(streaming),
        _median_voice_to_voice(sequential),
        _median_stages(streaming),
        _median_stages(sequential),
    )


async def _turn(answering: Assistant, backend: ConversationBackend) -> TurnRecord:
    audio = await open_recording(resource("samples/what-time-is-it.wav"), LONGEST_S, paced=True)
    turn = await single_turn(audio, Line((backend,)), answering.bus)
    if turn.outcome is not Outcome.ANSWERED or turn.timings.voice_to_voice_ms is None:
        raise SovereignError(turn.error or "A turn of the measurement was not answered.", remedy="Run `doctor`.")
    return turn


def _median_voice_to_voice(turns: Sequence[TurnRecord]) -> float:
    return statistics.median(turn.timings.voice_to_voice_ms or 0.0 for turn in turns)


def _median_stages(turns: Sequence[TurnRecord]) -> dict[str, float]:
    all_stages = [turn.timings.stages_ms() for turn in turns]
    return {stage: statistics.median(stages.get(stage, 0.0) for stages in all_stages) for stage in all_stages[0]}
