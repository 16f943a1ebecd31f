"""Fallbacks of engines: nothing said is lost, and nobody hears two voices in one sentence."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Message, Role, Transcript
from sovereign_desktop.core.errors import BrokenReply, EngineError, EngineUnavailable, Unaffordable
from sovereign_desktop.engines.base import (
    NO_OPTIONS,
    Piece,
    ReplyOptions,
    SpeakingStyle,
    SpeechToTextCapabilities,
    TextToSpeechCapabilities,
    Voice,
)
from sovereign_desktop.engines.fallback import FallbackLanguageModel, FallbackSpeechToText, FallbackTextToSpeech

FRAMES = [AudioFrame(array("h", [number] * 160).tobytes(), 16_000) for number in range(1, 11)]


class Scripted:
    """An engine of every kind that gives `pieces` pieces, then fails or ends."""

    capabilities: Any = SpeechToTextCapabilities(streaming=True, local=True, takes_phrases=True)

    def __init__(self, name: str, *, pieces: int = 3, failure: Exception | None = None) -> None:
        self.name = self.model = name
        self.pieces = pieces
        self.failure = failure
        self.asked = 0
        self.closed = 0
        self.heard: list[AudioFrame] = []

    async def availability(self) -> Availability:
        return AVAILABLE if self.failure is None else Availability(False, f"{self.name} is broken")

    async def prepare(self) -> None:
        if self.failure is not None:
            raise self.failure

    async def close(self) -> None:
        self.closed += 1

    async def transcribe(
        self, audio: AsyncIterator[AudioFrame], *, phrases: Sequence[str] = ()
    ) -> AsyncIterator[Transcript]:
        self.asked, self.heard = self.asked + 1, []
        async for frame in audio:
            self.heard.append(frame)
            if self.failure is not None and len(self.heard) == self.pieces:
                raise self.failure
            yield Transcript(f"{self.name} {len(self.heard)}")
        yield Transcript(f"{self.name} heard {len(self.heard)}", is_final=True)

    async def _give(self, made: Any) -> AsyncIterator[Any]:
        self.asked += 1
        try:
            for _ in range(self.pieces):
                yield made
            if self.failure is not None:
                raise self.failure
        finally:
            self.closed += 1

    def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        return self._give(AudioFrame(self.name.encode(), 16_000))

    def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        return self._give(self.name)

    async def voices(self) -> tuple[Voice, ...]:
        return (Voice(self.name, self.name),)


async def said() -> AsyncIterator[AudioFrame]:
    for frame in FRAMES:
        yield frame


async def transcripts(engine: FallbackSpeechToText) -> list[Transcript]:
    return [transcript async for transcript in engine.transcribe(said())]


async def test_the_next_recogniser_hears_the_whole_utterance() -> None:
    cloud, local = Scripted("cloud", pieces=4, failure=BrokenReply("Gone.")), Scripted("local")
    engine = FallbackSpeechToText([cloud, local])
    assert (await transcripts(engine))[-1] == Transcript("local heard 10", is_final=True)
    assert local.heard == FRAMES
    assert engine.name == "local"


async def test_the_first_is_enough_when_it_works() -> None:
    cloud, local = Scripted("cloud"), Scripted("local")
    assert (await transcripts(FallbackSpeechToText([cloud, local])))[-1].text == "cloud heard 10"
    assert local.asked == 0


async def test_when_all_fail_the_last_says_why() -> None:
    engines = [Scripted(str(number), failure=EngineUnavailable(f"Not {number}.")) for number in range(2)]
    with pytest.raises(EngineUnavailable, match=r"Not 1\."):
        await transcripts(FallbackSpeechToText(engines))


async def test_a_recording_that_breaks_is_no_end_of_it() -> None:
    async def broken() -> AsyncIterator[AudioFrame]:
        yield FRAMES[0]
        raise OSError("unplugged")

    heard = FallbackSpeechToText([Scripted("cloud"), Scripted("local")]).transcribe(broken())
    assert not (await anext(heard)).is_final
    with pytest.raises(OSError, match="unplugged"):
        await anext(heard)


async def test_leaving_early_stops_the_engine_and_the_keeping() -> None:
    async def endless() -> AsyncIterator[AudioFrame]:
        while True:
            yield FRAMES[0]
            await asyncio.sleep(0)

    heard: Any = FallbackSpeechToText([Scripted("cloud")]).transcribe(endless())
    async with aclosing(heard):
        await anext(heard)
    assert [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_an_engine_that_keeps_failing_is_left_alone_for_a_minute() -> None:
    now = 0.0
    cloud, local = Scripted("cloud", pieces=1, failure=BrokenReply("Gone.")), Scripted("local")
    engine = FallbackSpeechToText([cloud, local], clock=lambda: now)
    for _ in range(4):
        await transcripts(engine)
    assert (cloud.asked, local.asked) == (2, 4)
    now, cloud.failure = 61.0, None
    assert (await transcripts(engine))[-1].text == "cloud heard 10"


async def test_when_all_are_left_alone_the_last_is_asked_all_the_same() -> None:
    only = Scripted("only", pieces=1, failure=BrokenReply("Gone."))
    engine = FallbackSpeechToText([only], clock=lambda: 0.0)
    for _ in range(3):
        with pytest.raises(BrokenReply):
            await transcripts(engine)
    assert only.asked == 3


@pytest.mark.parametrize(("given", "voice"), [(0, b"local"), (2, None)])
async def test_a_voice_is_not_changed_in_the_middle(given: int, voice: bytes | None) -> None:
    engine = FallbackTextToSpeech([Scripted("cloud", pieces=given, failure=BrokenReply("Gone.")), Scripted("local")])
    if voice is None:
        with pytest.raises(BrokenReply):
            [frame async for frame in engine.synthesize("Hello.")]
    else:
        assert {frame.pcm async for frame in engine.synthesize("Hello.")} == {voice}
        assert (await engine.voices())[0].id == voice.decode()


@pytest.mark.parametrize(("given", "model"), [(0, "local"), (2, None)])
async def test_a_reply_is_written_by_one_model(given: int, model: str | None) -> None:
    engine = FallbackLanguageModel([Scripted("cloud", pieces=given, failure=BrokenReply("Gone.")), Scripted("local")])
    question = [Message(Role.USER, "Hello.")]
    if model is None:
        with pytest.raises(BrokenReply):
            [piece async for piece in engine.reply(question)]
    else:
        assert [piece async for piece in engine.reply(question)] == [model] * 3
        assert engine.model == model


async def test_a_reply_that_nobody_wants_any_more_is_closed() -> None:
    model = Scripted("cloud")
    reply: Any = FallbackLanguageModel([model]).reply([])
    async with aclosing(reply):
        await anext(reply)
    assert model.closed == 1


async def test_it_is_ready_when_one_of_them_is() -> None:
    broken, fine = Scripted("cloud", failure=EngineUnavailable("No.")), Scripted("local")
    engine = FallbackSpeechToText([broken, fine])
    assert await engine.availability()
    await engine.prepare()
    fine.failure = EngineError("Neither.")
    assert (await engine.availability()).reason == "cloud is broken"
    with pytest.raises(EngineUnavailable):
        await engine.prepare()


def test_what_leaves_the_computer_with_one_of_them_is_not_local() -> None:
    cloud, local = Scripted("cloud"), Scripted("local")
    cloud.capabilities = TextToSpeechCapabilities(streaming=True, local=False)
    local.capabilities = TextToSpeechCapabilities(streaming=False, local=True)
    assert FallbackTextToSpeech([cloud, local]).capabilities == TextToSpeechCapabilities(streaming=True, local=False)


async def test_an_engine_that_can_t_be_paid_is_asked_again_as_soon_as_it_can() -> None:
    cloud, local = Scripted("cloud", pieces=0, failure=Unaffordable("It costs money.")), Scripted("local")
    engine = FallbackTextToSpeech([cloud, local])
    for _ in range(4):
        assert [frame.pcm async for frame in engine.synthesize("hello")] == [b"local"] * 3
    cloud.failure, cloud.pieces = None, 3
    assert [frame.pcm async for frame in engine.synthesize("hello")] == [b"cloud"] * 3
