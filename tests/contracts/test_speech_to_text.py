"""What every recogniser keeps to, real, fake or behind a service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, cast

import pytest

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.engines.base import SpeechToText
from sovereign_desktop.engines.tts.pyttsx3 import Pyttsx3TextToSpeech
from tests.contracts.speech import EARS

SILENCE = AudioFrame(bytes(4_800), 24_000)


@pytest.fixture(params=EARS)
async def ears(request: pytest.FixtureRequest) -> AsyncIterator[SpeechToText]:
    async with EARS[request.param]() as engine:
        yield engine


@pytest.fixture
async def speech() -> list[AudioFrame]:
    voice = Pyttsx3TextToSpeech()
    frames = [frame async for frame in voice.synthesize("the quick brown fox jumps over the lazy dog")]
    await voice.close()
    return frames


async def each(frames: Iterable[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        yield frame


async def test_it_is_a_recogniser_that_can_be_asked_what_it_is(ears: SpeechToText) -> None:
    assert isinstance(ears, SpeechToText)
    assert await ears.availability()
    await ears.prepare()
    await ears.prepare()
    assert ears.name != "voice service"


async def test_speech_becomes_exactly_one_final_and_it_comes_last(ears: SpeechToText, speech: list[AudioFrame]) -> None:
    heard = [one async for one in ears.transcribe(each(speech))]
    assert [one.is_final for one in heard] == [False] * (len(heard) - 1) + [True]
    assert heard[-1].text


async def test_words_come_before_the_end_of_speech(ears: SpeechToText, speech: list[AudioFrame]) -> None:
    assert ears.capabilities.streaming
    more = asyncio.Event()

    async def unfinished() -> AsyncIterator[AudioFrame]:
        for frame in speech:
            yield frame
        await more.wait()

    transcripts = cast("Any", ears.transcribe(unfinished()))
    async with asyncio.timeout(30):
        assert not (await anext(transcripts)).is_final
    await transcripts.aclose()


@pytest.mark.parametrize("frames", [[], [SILENCE] * 10], ids=["nothing", "silence"])
async def test_silence_is_an_empty_final(ears: SpeechToText, frames: list[AudioFrame]) -> None:
    finals = [one.text async for one in ears.transcribe(each(frames), phrases=["stop"]) if one.is_final]
    assert finals == [""]


async def test_an_abandoned_utterance_leaves_the_next_one_whole(ears: SpeechToText, speech: list[AudioFrame]) -> None:
    undisturbed = [one.text async for one in ears.transcribe(each(speech)) if one.is_final]
    abandoned = cast("Any", ears.transcribe(each(speech)))
    await anext(abandoned)
    await abandoned.aclose()
    assert [one.text async for one in ears.transcribe(each(speech)) if one.is_final] == undisturbed


async def test_a_microphone_that_fails_is_told_as_itself(ears: SpeechToText, speech: list[AudioFrame]) -> None:
    async def failing() -> AsyncIterator[AudioFrame]:
        yield speech[0]
        raise LookupError("unplugged")

    with pytest.raises(LookupError, match="unplugged"):
        async for _ in ears.transcribe(failing()):
            pass
    assert [one.is_final async for one in ears.transcribe(each(speech))][-1]


async def test_an_utterance_cancelled_as_it_begins_leaves_the_next_one_whole(
    ears: SpeechToText, speech: list[AudioFrame]
) -> None:
    begun = asyncio.create_task(anext(cast("Any", ears.transcribe(each([])))))
    for _ in range(5):
        await asyncio.sleep(0)
    begun.cancel()
    await asyncio.wait([begun])
    assert [one.is_final async for one in ears.transcribe(each(speech))][-1]
