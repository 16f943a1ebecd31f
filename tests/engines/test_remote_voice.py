"""The engines behind a voice connection: a service that dies, lies or refuses costs no word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import pytest
from websockets.asyncio.server import ServerConnection, serve

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineUnavailable,
    ProcessError,
    RateLimited,
    Unauthorized,
)
from sovereign_desktop.engines.base import SpeakingStyle, TextToSpeechCapabilities
from sovereign_desktop.engines.remote_voice import VoiceAddress
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from tests.servers.serving import Service

FRAME = AudioFrame(b"\x10\x20" * 240, 24_000)


class Spoken:
    """An utterance that goes on only when the test says a frame."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[AudioFrame | Exception | None] = asyncio.Queue()

    def say(self, *frames: AudioFrame | Exception | None) -> None:
        for frame in frames:
            self._frames.put_nowait(frame)

    async def frames(self) -> AsyncIterator[AudioFrame]:
        while (frame := await self._frames.get()) is not None:
            if isinstance(frame, Exception):
                raise frame
            yield frame


def whole(*frames: AudioFrame) -> AsyncIterator[AudioFrame]:
    spoken = Spoken()
    spoken.say(*frames, None)
    return spoken.frames()


@pytest.fixture
async def service() -> Service:
    return Service()


@pytest.fixture
async def ears(service: Service) -> AsyncIterator[RemoteSpeechToText]:
    ears = RemoteSpeechToText(service, patience_s=10)
    yield ears
    await ears.close()


@pytest.fixture
async def voice(service: Service) -> AsyncIterator[RemoteTextToSpeech]:
    voice = RemoteTextToSpeech(service, patience_s=10)
    yield voice
    await voice.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def test_it_bears_the_name_of_the_engine_that_does_the_work(service: Service, ears: RemoteSpeechToText) -> None:
    assert ears.name == "voice service"
    async with service.running():
        await ears.prepare()
        assert ears.name == "fake ears"
        assert ears.capabilities == service.stt.capabilities
        await ears.close()


async def test_words_arrive_while_somebody_speaks(service: Service, ears: RemoteSpeechToText) -> None:
    spoken = Spoken()
    async with service.running():
        transcripts = ears.transcribe(spoken.frames(), phrases=["what time is it"])
        spoken.say(FRAME, FRAME)
        assert (await anext(transcripts)).text == "what"
        spoken.say(None)
        final = await anext(transcripts)
        assert (final.text, final.is_final, final.alternatives) == ("what time is it now", True, ("what time is it",))
        with pytest.raises(StopAsyncIteration):
            await anext(transcripts)
        assert service.stt.heard[0] == FRAME
        await ears.close()


async def test_silence_without_a_single_frame_is_no_words(service: Service, ears: RemoteSpeechToText) -> None:
    async with service.running():
        assert [one.text async for one in ears.transcribe(whole())] == [""]
        await ears.close()


async def test_one_connection_serves_one_job_after_another(service: Service, voice: RemoteTextToSpeech) -> None:
    async with service.running():
        for _ in range(5):
            async for _ in voice.synthesize("Hello."):
                pass
        assert service.asked == 1
        await voice.close()


async def test_an_utterance_is_heard_whole_by_a_service_that_comes_back(
    service: Service, ears: RemoteSpeechToText
) -> None:
    spoken = Spoken()
    transcripts = ears.transcribe(spoken.frames())
    async with service.running():
        spoken.say(FRAME, FRAME)
        assert (await anext(transcripts)).text == "what"
    spoken.say(FRAME)  # said while nobody listens
    async with service.running():
        spoken.say(FRAME, None)
        assert [one.text async for one in transcripts if one.is_final] == ["what time is it now"]
        assert len(service.stt.heard) == 4
        await ears.close()


async def test_a_text_is_spoken_whole_by_a_service_that_comes_back(service: Service, voice: RemoteTextToSpeech) -> None:
    text = "A sentence that takes some time to say."
    sound = voice.synthesize(text)
    service.tts.frames_before_gate = 2
    service.tts.open_gate.clear()
    async with service.running():
        heard = [await anext(sound), await anext(sound)]
    service.tts.open_gate.set()
    async with service.running():
        heard += [frame async for frame in sound]
        assert b"".join(frame.pcm for frame in heard) == b"".join(frame.pcm for frame in service.tts.sound_of(text))
        await voice.close()


async def test_a_voice_that_never_says_a_thing_twice_alike_is_not_patched(
    service: Service, voice: RemoteTextToSpeech
) -> None:
    service.tts.capabilities = TextToSpeechCapabilities(streaming=True, local=False)  # type: ignore[misc]
    service.tts.frames_before_gate = 1
    service.tts.open_gate.clear()
    sound = voice.synthesize("A sentence that takes some time to say.")
    async with service.running():
        await anext(sound)
    with pytest.raises(BrokenReply, match="mid-sentence"):
        async for _ in sound:
            pass


async def test_a_service_that_stays_away_is_told_within_the_patience(service: Service) -> None:
    service.where = VoiceAddress("http://127.0.0.1:9")  # discard: nobody listens
    service.up.set()
    ears = RemoteSpeechToText(service, patience_s=0.05)
    with pytest.raises(EngineUnavailable, match="does not answer"):
        await ears.prepare()
    assert not await ears.availability()


async def test_a_service_that_does_not_start_is_told_in_its_own_words() -> None:
    class Failing:
        async def address(self) -> VoiceAddress:
            raise ProcessError("It lacks numpy.", remedy="Install it.")

    with pytest.raises(EngineUnavailable, match="It lacks numpy") as raised:
        await RemoteTextToSpeech(Failing()).prepare()
    assert raised.value.remedy == "Install it."


async def test_a_wrong_token_is_told_at_once(service: Service, ears: RemoteSpeechToText) -> None:
    async with service.running() as where:
        service.where = VoiceAddress(where.url, "another")
        with pytest.raises(Unauthorized):
            await ears.prepare()


async def test_the_failure_of_an_engine_keeps_its_kind_and_the_connection(
    service: Service, voice: RemoteTextToSpeech
) -> None:
    async with service.running():
        service.tts.failure = RateLimited("Wait a little.", retry_after_s=3.0)
        with pytest.raises(RateLimited) as raised:
            await anext(voice.synthesize("Hello."))
        assert (raised.value.retry_after_s, raised.value.retryable) == (3.0, True)
        service.tts.failure = None
        assert [frame async for frame in voice.synthesize("Hello.")] == service.tts.sound_of("Hello.")
        assert service.asked == 1
        await voice.close()


async def test_closing_the_iterator_stops_the_engine_and_keeps_the_connection(
    service: Service, voice: RemoteTextToSpeech
) -> None:
    async with service.running():
        service.tts.open_gate.clear()
        sound = cast("Any", voice.synthesize("A long sentence.", SpeakingStyle("two", 1.5)))
        begun = asyncio.create_task(anext(sound))
        await until(lambda: service.tts.running == 1)
        begun.cancel()
        await asyncio.wait([begun])
        await sound.aclose()
        await until(lambda: service.tts.running == 0)
        service.tts.open_gate.set()
        assert [frame async for frame in voice.synthesize("Next.")] == service.tts.sound_of("Next.")
        assert service.asked == 1
        assert service.tts.styles[0] == SpeakingStyle("two", 1.5)
        await voice.close()


async def test_what_is_left_of_an_abandoned_sentence_is_not_heard_in_the_next(
    service: Service, voice: RemoteTextToSpeech
) -> None:
    async with service.running():
        async with aclosing(cast("Any", voice.synthesize("Much to say. " * 50))) as sound:
            await anext(sound)
        assert [frame async for frame in voice.synthesize("Next.")] == service.tts.sound_of("Next.")
        await voice.close()


async def test_a_microphone_that_fails_is_told_as_itself(service: Service, ears: RemoteSpeechToText) -> None:
    async with service.running():
        spoken = Spoken()
        spoken.say(FRAME, LookupError("unplugged"))
        with pytest.raises(LookupError, match="unplugged"):
            async for _ in ears.transcribe(spoken.frames()):
                pass
        await until(lambda: service.stt.running == 0)


async def test_many_can_speak_at_once(service: Service, voice: RemoteTextToSpeech) -> None:
    async def speak(text: str) -> list[AudioFrame]:
        return [frame async for frame in voice.synthesize(text)]

    async with service.running():
        texts = ["One.", "Two is longer.", "Three is the longest of all."]
        assert await asyncio.gather(*map(speak, texts)) == [service.tts.sound_of(text) for text in texts]
        await voice.close()


async def test_voices_are_listed(service: Service, voice: RemoteTextToSpeech) -> None:
    async with service.running():
        assert await voice.voices() == await service.tts.voices()
        await voice.close()


HELLO = '{"type":"hello","protocol":1,"engine":"x","capabilities":{}}'


@asynccontextmanager
async def impostor(behave: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[RemoteSpeechToText]:
    """Ears at something that is no voice service of ours."""
    async with serve(behave, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        class There:
            async def address(self) -> VoiceAddress:
                return VoiceAddress(f"http://127.0.0.1:{port}")

        ears = RemoteSpeechToText(There(), patience_s=5)
        yield ears
        await ears.close()


@pytest.mark.parametrize("greeting", ["garbage", "[1]", '"hello"', '{"type":"hello","protocol":99,"engine":"x"}'])
async def test_something_else_in_its_place_is_told(greeting: str) -> None:
    async def behave(socket: ServerConnection) -> None:
        await socket.send(greeting)
        await socket.wait_closed()

    async with impostor(behave) as ears:
        with pytest.raises((BrokenReply, EngineUnavailable)):
            await ears.prepare()


async def test_an_utterance_that_kills_the_service_every_time_is_given_up() -> None:
    lives = 0

    async def behave(socket: ServerConnection) -> None:
        nonlocal lives
        lives += 1
        await socket.send(HELLO)
        await socket.recv()
        socket.transport.abort()

    async with impostor(behave) as ears:
        with pytest.raises(BrokenReply, match="again and again"):
            async for _ in ears.transcribe(whole(FRAME)):
                pass
    assert lives == 3


def test_the_token_is_not_in_what_is_printed_of_an_address() -> None:
    assert "hush" not in repr(VoiceAddress("http://127.0.0.1:1", "hush"))
