"""Settings, and a voice process with its two remote engines, for tests over the real service."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from sovereign_desktop.app.voice_process import VoiceProcess
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from sovereign_desktop.metrics.purse import Purse

QUESTION = "What time is it now?"


def settings_with(**voice_service: Any) -> Settings:
    return Settings.model_validate({"voice_service": voice_service})


class Voice:
    """A running voice process and the engines in front of it."""

    def __init__(self, process: VoiceProcess) -> None:
        self.process = process
        self.stt = RemoteSpeechToText(process.connection)
        self.tts = RemoteTextToSpeech(process.connection)

    @property
    def pid(self) -> int:
        child = self.process._voice._supervisor.child  # type: ignore[attr-defined]
        assert child is not None
        return int(child.pid)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    async def say(self, text: str = QUESTION) -> list[AudioFrame]:
        return [frame async for frame in self.tts.synthesize(text)]

    async def hear(self, frames: AsyncIterator[AudioFrame]) -> str:
        finals = [one.text async for one in self.stt.transcribe(frames) if one.is_final]
        assert len(finals) == 1
        return finals[0]


@asynccontextmanager
async def voice_with(
    settings: Settings, keys: dict[str, str] | None = None, purse: Purse | None = None
) -> AsyncIterator[Voice]:
    process = VoiceProcess(settings, keys or {}, purse)
    await process.start()
    voice = Voice(process)
    try:
        yield voice
    finally:
        await voice.stt.close()
        await voice.tts.close()
        await process.stop()


async def each(frames: Iterable[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        yield frame
