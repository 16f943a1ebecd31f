"""A voice service over given engines, listening on a real socket inside the test's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sovereign_desktop.engines.remote_voice import VoiceAddress
from sovereign_desktop.servers.loopback import Access, Listener, bind, port_of
from sovereign_desktop.servers.voice.service import BODY_BYTES, voice_app
from sovereign_desktop.servers.voice.speech import Desk, Speech
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech, chosen

TOKEN = "a token of the tests"


def speech_of(stt: Any, tts: Any) -> Speech:
    async def choose(engine: Any) -> Any:
        return chosen(engine)

    return Speech(Desk("stt", lambda: choose(stt)), Desk("tts", lambda: choose(tts)))


@asynccontextmanager
async def serving(app: Any, access: Access | None = None, port: int = 0) -> AsyncIterator[VoiceAddress]:
    """The app's address while it is served."""
    listening = bind(port)
    ready = asyncio.Event()
    listener = Listener(app, listening, access or Access(TOKEN, body_bytes=BODY_BYTES), on_ready=ready.set)
    task = asyncio.create_task(listener.serve_until_told())
    try:
        await ready.wait()
        yield VoiceAddress(f"http://127.0.0.1:{port_of(listening)}", TOKEN)
    finally:
        listener.should_exit = True
        await task
        listening.close()


class Service:
    """Fake engines behind a real service. Also the connection to it, for the remote engines."""

    def __init__(self) -> None:
        self.stt = FakeSpeechToText()
        self.tts = FakeTextToSpeech()
        self.where: VoiceAddress | None = None
        self.up = asyncio.Event()
        self.asked = 0

    async def address(self) -> VoiceAddress:
        self.asked += 1
        await self.up.wait()
        assert self.where is not None
        return self.where

    @asynccontextmanager
    async def running(self) -> AsyncIterator[VoiceAddress]:
        """One life of the service."""
        async with speech_of(self.stt, self.tts) as speech, serving(voice_app(speech)) as self.where:
            self.up.set()
            yield self.where
            self.up.clear()
