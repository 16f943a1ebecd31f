"""What every voice keeps to, real, fake or behind a service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeech
from tests.contracts.speech import VOICES


@pytest.fixture(params=VOICES)
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[TextToSpeech]:
    async with VOICES[request.param]() as engine:
        yield engine


async def lasts_ms(voice: TextToSpeech, text: str, style: SpeakingStyle = SpeakingStyle()) -> float:  # noqa: B008
    return sum([frame.duration_ms async for frame in voice.synthesize(text, style)])


async def test_it_is_a_voice_that_can_be_asked_what_it_is(voice: TextToSpeech) -> None:
    assert isinstance(voice, TextToSpeech)
    assert await voice.availability()
    await voice.prepare()
    await voice.prepare()
    assert voice.name != "voice service"


async def test_frames_are_short_whole_samples_at_one_rate(voice: TextToSpeech) -> None:
    frames = [frame async for frame in voice.synthesize("A sentence, and another. And a third one!")]
    assert max(frame.duration_ms for frame in frames) <= 100
    assert {len(frame.pcm) % 2 for frame in frames} == {0}
    assert len({frame.sample_rate_hz for frame in frames}) == 1
    assert any(any(frame.pcm) for frame in frames)


async def test_longer_text_lasts_longer(voice: TextToSpeech) -> None:
    assert await lasts_ms(voice, "Short.") < await lasts_ms(voice, "This sentence goes on for quite a while longer.")


async def test_no_text_is_no_sound(voice: TextToSpeech) -> None:
    assert await lasts_ms(voice, "") == 0


async def test_several_voices_can_be_chosen(voice: TextToSpeech) -> None:
    voices = await voice.voices()
    assert len({one.id for one in voices}) == len(voices) > 1
    assert await lasts_ms(voice, "Hello.", SpeakingStyle(voices[1].id)) > 0


async def test_an_abandoned_sentence_leaves_the_next_one_whole(voice: TextToSpeech) -> None:
    undisturbed = await lasts_ms(voice, "The next one.")
    abandoned = cast("Any", voice.synthesize("A long story. " * 40))
    await anext(abandoned)
    await abandoned.aclose()
    assert abs(await lasts_ms(voice, "The next one.") - undisturbed) < 0.02 * undisturbed


async def test_two_sentences_at_once_get_their_own_sound(voice: TextToSpeech) -> None:
    texts = ("Short.", "This sentence goes on for quite a while longer.")
    alone = [await lasts_ms(voice, text) for text in texts]
    together = await asyncio.gather(*(lasts_ms(voice, text) for text in texts))
    assert together == pytest.approx(alone, rel=0.06)  # espeak-ng varies by 4 % itself
