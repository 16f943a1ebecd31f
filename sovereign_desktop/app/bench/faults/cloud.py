"""Our Realtime server in the part of the cloud: it hears the question for itself and answers it at some length."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Self

from sovereign_desktop.app.bench.faults.questions import conversation_words, whole_answer
from sovereign_desktop.app.voice_process import VoiceProcess
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.backends.base import TurnRequest
from sovereign_desktop.conversation.backends.spoken import Step
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Role, ToolCall, Transcript
from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.engines.base import ReplyOptions
from sovereign_desktop.engines.stt.remote import RemoteSpeechToText
from sovereign_desktop.engines.tts.remote import RemoteTextToSpeech
from sovereign_desktop.servers.loopback import LOOPBACK_NAMES, Access, bind, port_of
from sovereign_desktop.servers.realtime.hosting import RealtimeServer
from sovereign_desktop.servers.realtime.pipeline import Pipeline

NAME = "the cloud"
TOOL = ToolCall("call_1", "calculate", json.dumps({"expression": "1 + 1"}))


async def patiently(health: Callable[[], Awaitable[object]], tries: int = 6) -> None:
    """Wait for a voice service; on a machine that does much else at once it takes longer than a user would wait."""
    for tried in range(1, tries + 1):
        try:
            await health()
        except ProcessError:
            if tried == tries:
                raise
        else:
            return


class CloudMind:
    """Knows the answers. With `calls_tool` it calls one before it says anything."""

    name = "cloud"

    def __init__(self, options: ReplyOptions, *, calls_tool: bool) -> None:
        self._calls_tool = calls_tool and bool(options.tools)

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        """A call first where one is wanted, then the whole answer."""
        history = [*((one.role.value, one.text) for one in request.history)]
        has_result = bool(request.history) and request.history[-1].role is Role.TOOL
        if transcript.text:
            history.append((Role.USER.value, transcript.text))
        question, _ = conversation_words(history)
        if self._calls_tool and not has_result:
            yield TOOL
        elif question is None:
            yield "I did not understand."
        else:
            yield whole_answer(question, NAME, at_length=True)


class Cloud:
    """The server with a voice service of its own, so that the program's can be killed without it."""

    def __init__(self, settings: Settings, phrases: tuple[str, ...]) -> None:
        self.port = 0
        self.calls_tool = False
        self._voice = VoiceProcess(settings, {})
        self._phrases = phrases
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        from sovereign_desktop.audio.vad import SileroVad, load_model

        closing = self._closing
        await self._voice.start()
        closing.push_async_callback(self._voice.stop)
        vad = await asyncio.to_thread(load_model)
        stt, tts = RemoteSpeechToText(self._voice.connection), RemoteTextToSpeech(self._voice.connection)
        closing.push_async_callback(stt.close)
        closing.push_async_callback(tts.close)
        pipeline = Pipeline(
            stt,
            tts,
            lambda _told, options: CloudMind(options, calls_tool=self.calls_tool),
            lambda: SileroVad(vad),
            phrases=self._phrases,
        )
        listening = bind(0)
        self.port = port_of(listening)
        await closing.enter_async_context(RealtimeServer(pipeline, listening, Access("", LOOPBACK_NAMES, {})))
        await patiently(self._voice.health)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()
