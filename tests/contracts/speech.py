"""Every speech engine that runs here, and what it needs around it; the same suite is run over each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sovereign_desktop.engines.base import SpeechToText, TextToSpeech
from sovereign_desktop.engines.stt.pocketsphinx import PocketsphinxSpeechToText
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.pyttsx3 import Pyttsx3TextToSpeech
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech
from tests.servers.serving import Service


@asynccontextmanager
async def alone(engine: Any) -> AsyncIterator[Any]:
    yield engine
    await engine.close()


@asynccontextmanager
async def behind_a_service(stt: Any, tts: Any, remote: Callable[[Service], Any]) -> AsyncIterator[Any]:
    service = Service()
    service.stt, service.tts = stt, tts
    async with service.running():
        engine = remote(service)
        yield engine
        await engine.close()
    await stt.close()
    await tts.close()


EARS: dict[str, Callable[[], AbstractAsyncContextManager[SpeechToText]]] = {
    "fake": lambda: alone(FakeSpeechToText()),
    "pocketsphinx": lambda: alone(PocketsphinxSpeechToText()),
    "remote fake": lambda: behind_a_service(FakeSpeechToText(), FakeTextToSpeech(), RemoteSpeechToText),
    "remote pocketsphinx": lambda: behind_a_service(PocketsphinxSpeechToText(), FakeTextToSpeech(), RemoteSpeechToText),
}
VOICES: dict[str, Callable[[], AbstractAsyncContextManager[TextToSpeech]]] = {
    "fake": lambda: alone(FakeTextToSpeech()),
    "pyttsx3": lambda: alone(Pyttsx3TextToSpeech()),
    "remote fake": lambda: behind_a_service(FakeSpeechToText(), FakeTextToSpeech(), RemoteTextToSpeech),
    "remote pyttsx3": lambda: behind_a_service(FakeSpeechToText(), Pyttsx3TextToSpeech(), RemoteTextToSpeech),
}
