"""Speech through a real HTTP server on loopback that behaves well, badly, or not at all."""

from __future__ import annotations

import asyncio
import io
import re
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from sovereign_desktop.config.sections.engines import OpenAICompatible
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import BrokenReply, EngineError, EngineTimeout, RateLimited, Unauthorized
from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.engines.stt.openai_compatible import OpenAICompatibleSpeechToText
from sovereign_desktop.engines.tts.openai_compatible import OpenAICompatibleTextToSpeech
from sovereign_desktop.engines.tts.streamed_pcm import NotPcm, StreamedPcm
from tests.fakes.openai_server import PCM_RATE_HZ, FakeOpenAIServer, Fault, wav_header

KEY = "sk-very-secret-0123456789"
LOUD = AudioFrame(array("h", [4000, -4000] * 1200).tobytes(), 24_000)
FAULTS = [
    (Fault.UNAUTHORIZED, Unauthorized),
    (Fault.RATE_LIMITED, RateLimited),
    (Fault.SERVER_ERROR, BrokenReply),
    (Fault.CLOSES, BrokenReply),
    (Fault.WEB_PAGE, BrokenReply),
    (Fault.EMPTY, BrokenReply),
    (Fault.HANGS, EngineTimeout),
]


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAIServer]:
    async with FakeOpenAIServer(transcript=" what time is it ", key=KEY) as server:
        yield server


@pytest.fixture
async def stt(server: FakeOpenAIServer) -> AsyncIterator[OpenAICompatibleSpeechToText]:
    stt = OpenAICompatibleSpeechToText(settings(server), KEY, language="en")
    yield stt
    await stt.close()


@pytest.fixture
async def tts(server: FakeOpenAIServer) -> AsyncIterator[OpenAICompatibleTextToSpeech]:
    tts = OpenAICompatibleTextToSpeech(settings(server), KEY)
    yield tts
    await tts.close()


def settings(server: FakeOpenAIServer) -> OpenAICompatible:
    return OpenAICompatible(base_url=server.base_url, timeout_s=0.5)


async def said(*frames: AudioFrame) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        yield frame


async def pcm_of(frames: AsyncIterator[AudioFrame]) -> bytes:
    return b"".join([frame.pcm async for frame in frames])


async def test_speech_is_sent_whole_and_comes_back_as_words(
    server: FakeOpenAIServer, stt: OpenAICompatibleSpeechToText
) -> None:
    assert [t async for t in stt.transcribe(said(LOUD, LOUD))] == [Transcript("what time is it", is_final=True)]
    body = server.requests[0].body
    with wave.open(io.BytesIO(body[body.index(b"RIFF") :])) as sent:
        assert (sent.getframerate(), sent.readframes(4800)) == (24_000, LOUD.pcm * 2)
    assert re.search(rb'name="language"\r\n\r\nen\r\n', body)


@pytest.mark.parametrize("quiet", [(), (AudioFrame(bytes(4800), 24_000),) * 20, (AudioFrame(LOUD.pcm[:960], 24_000),)])
async def test_silence_is_not_sent_and_never_becomes_words(
    server: FakeOpenAIServer, stt: OpenAICompatibleSpeechToText, quiet: tuple[AudioFrame, ...]
) -> None:
    assert [t async for t in stt.transcribe(said(*quiet))] == [Transcript("", is_final=True)]
    assert not server.requests


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
async def test_recognition_that_fails_says_how(
    server: FakeOpenAIServer, stt: OpenAICompatibleSpeechToText, fault: Fault, kind: type[EngineError]
) -> None:
    server.fault = fault
    with pytest.raises(kind) as caught:
        await anext(stt.transcribe(said(LOUD)))
    assert KEY not in caught.value.sentence


async def test_sound_comes_in_short_frames(server: FakeOpenAIServer, tts: OpenAICompatibleTextToSpeech) -> None:
    frames = [frame async for frame in tts.synthesize("Hello.", SpeakingStyle("nova", 1.5))]
    assert b"".join(frame.pcm for frame in frames) == server.pcm
    assert {frame.sample_rate_hz for frame in frames} == {PCM_RATE_HZ}
    assert max(frame.duration_ms for frame in frames) <= 100
    asked = server.requests[0].json
    assert (asked["input"], asked["voice"], asked["speed"], asked["response_format"]) == ("Hello.", "nova", 1.5, "pcm")


async def test_a_wav_in_place_of_pcm_is_played_just_the_same(
    server: FakeOpenAIServer, tts: OpenAICompatibleTextToSpeech
) -> None:
    server.sends_wav = True
    assert await pcm_of(tts.synthesize("Hello.")) == server.pcm


@pytest.mark.parametrize(
    ("fault", "kind"), [(f, k) for f, k in FAULTS] + [(Fault.HALF_STREAM, BrokenReply), (Fault.MP3, BrokenReply)]
)
async def test_speaking_that_fails_says_how(
    server: FakeOpenAIServer, tts: OpenAICompatibleTextToSpeech, fault: Fault, kind: type[EngineError]
) -> None:
    server.fault = fault
    with pytest.raises(kind) as caught:
        await pcm_of(tts.synthesize("A private sentence."))
    assert KEY not in caught.value.sentence
    assert "private" not in caught.value.sentence


async def test_what_has_no_sound_is_not_sent(server: FakeOpenAIServer, tts: OpenAICompatibleTextToSpeech) -> None:
    assert await pcm_of(tts.synthesize(" … ")) == b""
    assert not server.requests


async def test_closing_the_sound_ends_the_request(server: FakeOpenAIServer, tts: OpenAICompatibleTextToSpeech) -> None:
    server.fault = Fault.STALLS
    sound: Any = tts.synthesize("Hello.")
    async with aclosing(sound):
        await anext(sound)
    async with asyncio.timeout(2):
        await server.hung_up.wait()


async def test_a_server_without_a_list_of_voices_has_the_usual_ones(tts: OpenAICompatibleTextToSpeech) -> None:
    voices = await tts.voices()
    assert voices[0].id == "alloy"
    assert len({voice.id for voice in voices}) == len(voices) > 5


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_samples_and_headers_may_be_cut_anywhere(step: int) -> None:
    pcm = bytes(range(256)) * 10
    data = wav_header(16_000) + pcm
    sound = StreamedPcm()
    frames = [frame for start in range(0, len(data), step) for frame in sound.push(data[start : start + step])]
    assert b"".join(frame.pcm for frame in frames) == pcm
    assert {frame.sample_rate_hz for frame in frames} == {16_000}


@pytest.mark.parametrize("header", [wav_header(16_000, channels=2), wav_header(16_000, bits=8), wav_header(7)])
def test_other_forms_of_sound_are_refused(header: bytes) -> None:
    with pytest.raises(NotPcm):
        list(StreamedPcm().push(header + bytes(100)))


def test_the_rate_that_a_server_names_counts() -> None:
    [frame] = StreamedPcm("audio/pcm;rate=22050").push(bytes(100))
    assert frame.sample_rate_hz == 22_050
