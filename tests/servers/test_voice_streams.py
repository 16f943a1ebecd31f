"""The streams of the voice service, spoken to message by message."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from sovereign_desktop.core.errors import RateLimited
from sovereign_desktop.servers.voice import streams
from sovereign_desktop.servers.voice.service import voice_app
from sovereign_desktop.servers.voice.speech import Desk, Speech
from tests.fakes.engines import FakeSpeechToText, chosen
from tests.servers.serving import Service, serving

SOUND = b"\x10\x20" * 240


@asynccontextmanager
async def stream(service: Service, path: str) -> AsyncIterator[ClientConnection]:
    assert service.where is not None
    headers = {"Authorization": f"Bearer {service.where.token}"}
    async with connect(service.where.websocket_url(path), additional_headers=headers, proxy=None) as socket:
        yield socket


async def hear(socket: ClientConnection) -> Any:
    data = await asyncio.wait_for(socket.recv(), 10)
    return data if isinstance(data, bytes) else json.loads(data)


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def test_words_come_while_somebody_speaks(service: Service) -> None:
    async with stream(service, "/transcribe/stream") as socket:
        hello = await hear(socket)
        assert (hello["type"], hello["engine"], hello["capabilities"]["streaming"]) == ("hello", "fake ears", True)
        await say(socket, type="start", id="a", sample_rate_hz=24_000, phrases=["what time is it"])
        await socket.send(SOUND)
        await socket.send(SOUND)
        assert await hear(socket) == {"type": "partial", "id": "a", "text": "what"}
        await say(socket, type="end", id="a")
        final = await hear(socket)
    assert final == {
        "type": "final",
        "id": "a",
        "text": "what time is it now",
        "alternatives": ["what time is it"],
    }


async def test_several_utterances_fit_on_one_connection(service: Service) -> None:
    async with stream(service, "/transcribe/stream") as socket:
        await hear(socket)
        for job in ("a", "b"):
            await say(socket, type="start", id=job, sample_rate_hz=24_000)
            await socket.send(SOUND)
            await say(socket, type="end", id=job)
        assert [(await hear(socket))["id"] for _ in "ab"] == ["a", "b"]


async def test_a_cancelled_utterance_gets_no_answer_and_stops_the_engine(service: Service) -> None:
    async with stream(service, "/transcribe/stream") as socket:
        await hear(socket)
        await say(socket, type="start", id="a", sample_rate_hz=24_000)
        await socket.send(SOUND)
        await until(lambda: service.stt.running == 1)
        await say(socket, type="cancel", id="a")
        await until(lambda: service.stt.running == 0)
        await say(socket, type="start", id="b", sample_rate_hz=24_000)
        await say(socket, type="end", id="b")
        assert (await hear(socket))["id"] == "b"


async def test_a_client_that_goes_away_stops_the_engine(service: Service) -> None:
    service.tts.open_gate.clear()
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        await say(socket, type="speak", id="a", text="Hello.")
        await until(lambda: service.tts.running == 1)
    await until(lambda: service.tts.running == 0)


async def test_sentences_that_are_sent_ahead_are_spoken_in_order(service: Service) -> None:
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        for job in ("one", "two"):
            await say(socket, type="speak", id=job, text=f"The sentence {job}.")
        for job in ("one", "two"):
            assert await hear(socket) == {"type": "audio", "id": job, "sample_rate_hz": 16_000}
            expected = service.tts.sound_of(f"The sentence {job}.")
            assert [await hear(socket) for _ in expected] == [frame.pcm for frame in expected]
            assert await hear(socket) == {"type": "done", "id": job}


async def test_a_sentence_can_be_cancelled_while_it_waits(service: Service) -> None:
    service.tts.open_gate.clear()
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        for job in ("one", "two", "three"):
            await say(socket, type="speak", id=job, text="A")
        await say(socket, type="cancel", id="two")
        await until(lambda: service.tts.running == 1)
        service.tts.open_gate.set()
        heard = [await hear(socket) for _ in range(6)]
    assert [said["id"] for said in heard if isinstance(said, dict)] == ["one", "one", "three", "three"]


async def test_a_failure_ends_the_job_and_not_the_connection(service: Service) -> None:
    service.tts.failure = RateLimited("Wait a little.", retry_after_s=2.0)
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        await say(socket, type="speak", id="a", text="Hello.")
        error = await hear(socket)
        assert (error["id"], error["kind"], error["retry_after_s"]) == ("a", "RateLimited", 2.0)
        service.tts.failure = None
        await say(socket, type="speak", id="b", text="A")
        assert (await hear(socket))["type"] == "audio"


@pytest.mark.parametrize("message", ["nonsense", "[]", '{"type": "dance"}', '{"type": "speak", "text": 1}'])
async def test_a_message_that_is_none_is_answered_and_passed_over(service: Service, message: str) -> None:
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        await socket.send(message)
        assert (await hear(socket))["type"] == "error"
        await say(socket, type="voices", id="v")
        assert [voice["id"] for voice in (await hear(socket))["voices"]] == ["one", "two"]


async def test_half_a_sample_is_an_error(service: Service) -> None:
    async with stream(service, "/transcribe/stream") as socket:
        await hear(socket)
        await say(socket, type="start", id="a", sample_rate_hz=24_000)
        await socket.send(b"\1\2\3")
        assert (await hear(socket))["kind"] == "BrokenReply"


async def test_an_endless_utterance_is_ended(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_UTTERANCE_BYTES", 1_000)
    async with stream(service, "/transcribe/stream") as socket:
        await hear(socket)
        await say(socket, type="start", id="a", sample_rate_hz=24_000)
        for _ in range(3):
            await socket.send(SOUND)
        heard = [await hear(socket) for _ in range(2)]
    assert heard[-1]["type"] == "error"


async def test_every_line_that_is_logged_about_a_job_can_name_it(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    from sovereign_desktop.core.correlation import AddCorrelation

    caplog.handler.addFilter(correlate := AddCorrelation())
    async with stream(service, "/synthesize/stream") as socket:
        await hear(socket)
        await say(socket, type="speak", id="turn-17", text="A")
        await hear(socket), await hear(socket), await hear(socket)
    caplog.handler.removeFilter(correlate)
    names = [vars(record).get("correlation_id") for record in caplog.records if record.message == "synthesized"]
    assert names == ["turn-17"]


async def test_a_client_that_goes_before_the_hello_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    asked, found = asyncio.Event(), asyncio.Event()

    async def choose() -> Any:
        asked.set()
        await found.wait()
        return chosen(FakeSpeechToText())

    service = Service()
    speech = Speech(Desk("stt", choose), Desk("tts", choose))
    async with speech, serving(voice_app(speech)) as service.where:
        async with stream(service, "/transcribe/stream"):
            await asked.wait()
        found.set()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
