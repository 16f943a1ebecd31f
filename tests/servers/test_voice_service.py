"""What the voice service answers over HTTP."""

from __future__ import annotations

import asyncio
import io
import logging
import math
import struct
import wave

import httpx
import pytest

from sovereign_desktop.core.errors import BrokenReply, RateLimited
from sovereign_desktop.servers.voice.service import voice_app
from sovereign_desktop.servers.voice.speech import MOST_AT_ONCE
from tests.servers.serving import Service, serving, speech_of

RATE_HZ = 16_000


def wav(data: bytes, *, layout: int = 1, channels: int = 1, bits: int = 16, rate_hz: int = RATE_HZ) -> bytes:
    step = channels * bits // 8
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, layout, channels, rate_hz, rate_hz * step, step, bits)
    return (
        b"RIFF"
        + struct.pack("<I", 20 + len(head) + len(data))
        + b"WAVE"
        + head
        + struct.pack("<4sI", b"data", len(data))
        + data
    )


def tone(samples: int = 4_000) -> list[float]:
    return [0.5 * math.sin(2 * math.pi * 440 * n / RATE_HZ) for n in range(samples)]


PCM16 = struct.pack("<4000h", *(round(32767 * x) for x in tone()))


async def test_health_says_what_works_and_why(client: httpx.AsyncClient) -> None:
    said = (await client.get("/health")).json()
    assert said["ready"] is True
    assert said["stt"] == {"chosen": "fake ears", "reason": "a test wants it", "remedy": "", "passed_over": []}
    assert said["tts"]["voices"][1] == {"id": "two", "name": "Second", "language": "en-gb"}


async def test_voices_are_listed(client: httpx.AsyncClient) -> None:
    assert [voice["id"] for voice in (await client.get("/voices")).json()["voices"]] == ["one", "two"]


KINDS = {
    "16 bit": wav(PCM16),
    "8 bit": wav(bytes(round(128 + 127 * x) for x in tone()), bits=8),
    "24 bit": wav(b"".join(round(8388607 * x).to_bytes(3, "little", signed=True) for x in tone()), bits=24),
    "32 bit": wav(struct.pack("<4000i", *(round(2147483647 * x) for x in tone())), bits=32),
    "float": wav(struct.pack("<4000f", *tone()), layout=3, bits=32),
    "double": wav(struct.pack("<4000d", *tone()), layout=3, bits=64),
    "stereo": wav(struct.pack("<8000h", *(round(32767 * x) for x in tone() for _ in "lr")), channels=2),
    "open-ended": wav(PCM16).replace(struct.pack("<4sI", b"data", len(PCM16)), b"data\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_common_kind_of_wav_is_heard(client: httpx.AsyncClient, service: Service, kind: str) -> None:
    answer = await client.post("/transcribe", content=KINDS[kind], headers={"Content-Type": "audio/wav"})
    assert answer.json() == {"text": "what time is it now", "alternatives": [], "engine": "fake ears", "audio_ms": 250}
    heard = struct.unpack("<4000h", b"".join(frame.pcm for frame in service.stt.heard))
    furthest = max(abs(mine - 32767 * meant) for mine, meant in zip(heard, tone(), strict=True))
    assert furthest <= (300 if kind == "8 bit" else 3)


async def test_raw_samples_are_heard_at_the_rate_that_is_said(client: httpx.AsyncClient, service: Service) -> None:
    answer = await client.post("/transcribe", content=PCM16, headers={"Content-Type": "audio/pcm; rate=8000"})
    assert answer.json()["audio_ms"] == 500
    assert {frame.sample_rate_hz for frame in service.stt.heard} == {8_000}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "audio/wav"),
        (b"not sound at all", "audio/wav"),
        (wav(PCM16)[:-100], "audio/wav"),
        (b"RIFF\x04\0\0\0WAVE", "audio/wav"),
        (wav(PCM16, layout=85), "audio/wav"),
        (wav(PCM16, rate_hz=10), "audio/wav"),
        (wav(PCM16, channels=0), "audio/wav"),
        (PCM16, "audio/pcm"),
        (PCM16, "audio/pcm;rate=99999999"),
        (PCM16, "audio/pcm;rate=²"),
    ],
)
async def test_what_is_no_sound_is_told_in_a_sentence(
    client: httpx.AsyncClient, body: bytes, content_type: str
) -> None:
    answer = await client.post("/transcribe", content=body, headers={"Content-Type": content_type.encode()})
    assert answer.status_code == 400
    assert answer.json()["error"]["text"].endswith(".")


async def test_speech_comes_back_as_wav(client: httpx.AsyncClient, service: Service) -> None:
    answer = await client.post("/synthesize", json={"text": "Hello", "voice": "two", "speed": 1.5})
    with wave.open(io.BytesIO(answer.content)) as reader:
        assert (reader.getframerate(), reader.getnframes()) == (16_000, 800)
    assert (service.tts.styles[0].voice, service.tts.styles[0].speed) == ("two", 1.5)


@pytest.mark.parametrize("wanted", [{}, {"text": 5}, {"text": "a" * 20_001}, {"text": "a", "speed": 9}])
async def test_a_request_that_makes_no_sense_is_refused(client: httpx.AsyncClient, wanted: dict[str, object]) -> None:
    assert (await client.post("/synthesize", json=wanted)).status_code == 422


async def test_a_failing_engine_is_told_with_its_kind(client: httpx.AsyncClient, service: Service) -> None:
    service.tts.failure = RateLimited("Wait a little.", retry_after_s=3.0)
    answer = await client.post("/synthesize", json={"text": "Hello"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert answer.json()["error"]["kind"] == "RateLimited"
    service.tts.failure = BrokenReply("It broke.")
    assert (await client.post("/synthesize", json={"text": "Hello"})).status_code == 502


async def test_more_work_than_fits_is_sent_away(client: httpx.AsyncClient, service: Service) -> None:
    service.tts.open_gate.clear()
    held = [asyncio.create_task(client.post("/synthesize", json={"text": "a"})) for _ in range(MOST_AT_ONCE)]
    while service.tts.running < MOST_AT_ONCE:
        await asyncio.sleep(0)
    answer = await client.post("/synthesize", json={"text": "Hello"})
    service.tts.open_gate.set()
    assert answer.status_code == 503
    assert {(await one).status_code for one in held} == {200}
    assert (await client.post("/synthesize", json={"text": "Hello"})).status_code == 200


async def test_a_correlation_id_is_kept_and_an_unfit_one_replaced(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    kept = await client.get("/health", headers={"X-Correlation-ID": "turn-17"})
    made = await client.get("/health", headers={"X-Correlation-ID": "bad\tid"})
    assert kept.headers["X-Correlation-ID"] == "turn-17"
    assert len(made.headers["X-Correlation-ID"]) == 32


async def test_nothing_that_was_said_is_logged(
    client: httpx.AsyncClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="sovereign_desktop")
    service.stt.words = ["xylophone"]
    await client.post("/synthesize", json={"text": "marzipan"})
    await client.post("/transcribe", content=KINDS["16 bit"])
    await client.get("/marzipan")
    logged = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("sovereign_desktop"))
    assert "request" in logged
    assert not {"xylophone", "marzipan"} & set(logged.replace("'", " ").replace("/", " ").split())


@pytest.mark.expected_errors
async def test_an_engine_that_can_not_even_be_chosen_leaves_the_other_one_working() -> None:
    service = Service()
    speech = speech_of(service.stt, service.tts)

    async def fail() -> object:
        raise ZeroDivisionError

    speech.stt._choose = fail  # type: ignore[assignment]
    async with speech, serving(voice_app(speech)) as where:
        headers = {"Authorization": f"Bearer {where.token}"}
        async with httpx.AsyncClient(base_url=where.url, headers=headers, trust_env=False) as client:
            said = (await client.get("/health")).json()
            assert said["stt"]["chosen"] is None
            assert (await client.post("/transcribe", content=KINDS["16 bit"])).status_code == 503
            assert (await client.post("/synthesize", json={"text": "Hello"})).status_code == 200
