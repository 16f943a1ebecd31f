"""The FastAPI app: what the service answers over HTTP, and the doors to its streams.

GET  /health              engines, versions, whether they are loaded
GET  /voices              the voices to choose from
POST /transcribe          WAV, or raw PCM as audio/pcm;rate=24000  ->  {"text", "alternatives", "engine", "audio_ms"}
POST /synthesize          {"text", "voice", "speed"}  ->  WAV
WS   /transcribe/stream   see engines/voice_protocol.py
WS   /synthesize/stream
"""

from __future__ import annotations

import platform
from typing import Any

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import JSONResponse

from sovereign_desktop import __version__
from sovereign_desktop.core.errors import (
    AudioError,
    EngineTimeout,
    EngineUnavailable,
    NoSpeech,
    RateLimited,
    SovereignError,
)
from sovereign_desktop.engines.voice_protocol import (
    MAX_UTTERANCE_BYTES,
    SYNTHESIZE_PATH,
    TRANSCRIBE_PATH,
    error_fields,
)
from sovereign_desktop.servers.naming import Named
from sovereign_desktop.servers.voice.messages import SpeechRequest
from sovereign_desktop.servers.voice.sound_body import frames, read_body, wav
from sovereign_desktop.servers.voice.speech import Speech
from sovereign_desktop.servers.voice.streams import synthesize_stream, transcribe_stream

BODY_BYTES = {"/transcribe": MAX_UTTERANCE_BYTES}
_STATUS: tuple[tuple[type[SovereignError], int], ...] = (
    (NoSpeech, 422),
    (AudioError, 400),
    (RateLimited, 503),
    (EngineUnavailable, 503),
    (EngineTimeout, 504),
)


def voice_app(speech: Speech) -> FastAPI:
    """The app over these engines. It neither starts nor ends them, and asks nobody for a token: see `hosting.py`."""
    app = FastAPI(title="Sovereign Desktop voice service", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(Named, paths=("/health", "/voices", "/transcribe", "/synthesize"))
    app.add_exception_handler(SovereignError, _explained)
    _add_questions(app, speech)
    _add_work(app, speech)
    return app


def _add_questions(app: FastAPI, speech: Speech) -> None:
    @app.get("/health")
    async def health() -> dict[str, Any]:
        tts = speech.tts.describe()
        voices = await _voices(speech) if tts["chosen"] else []
        return {
            "ready": speech.ready,
            "version": __version__,
            "python": platform.python_version(),
            "stt": speech.stt.describe(),
            "tts": tts | {"voices": voices},
        }

    @app.get("/voices")
    async def voices() -> dict[str, Any]:
        return {"voices": await _voices(speech)}


def _add_work(app: FastAPI, speech: Speech) -> None:
    @app.post("/transcribe")
    async def transcribe(request: Request) -> dict[str, Any]:
        stt = await speech.stt.engine()
        with speech.stt.job():
            pcm, rate_hz = read_body(await request.body(), request.headers.get("content-type", ""))
            heard = [transcript async for transcript in stt.transcribe(frames(pcm, rate_hz))]
        audio_ms = round(500 * len(pcm) / rate_hz)
        final = heard[-1]
        return {"text": final.text, "alternatives": final.alternatives, "engine": stt.name, "audio_ms": audio_ms}

    @app.post("/synthesize")
    async def synthesize(wanted: SpeechRequest) -> Response:
        tts = await speech.tts.engine()
        with speech.tts.job():
            made = [frame async for frame in tts.synthesize(wanted.text, wanted.style)]
        rate_hz = made[0].sample_rate_hz if made else 24_000
        return Response(wav(b"".join(frame.pcm for frame in made), rate_hz), media_type="audio/wav")

    @app.websocket(TRANSCRIBE_PATH)
    async def stream_in(socket: WebSocket) -> None:
        await transcribe_stream(socket, speech)

    @app.websocket(SYNTHESIZE_PATH)
    async def stream_out(socket: WebSocket) -> None:
        await synthesize_stream(socket, speech)


async def _voices(speech: Speech) -> list[dict[str, str]]:
    tts = await speech.tts.engine()
    return [{"id": one.id, "name": one.name, "language": one.language} for one in await tts.voices()]


async def _explained(_: Request, error: Exception) -> Response:
    assert isinstance(error, SovereignError)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 502)
    headers = {"Retry-After": str(round(error.retry_after_s))} if error.retry_after_s else {}
    return JSONResponse({"error": error_fields(error)}, status, headers)
