"""One turn over a recording or typed words: what `ask` and `bench turn` run instead of the tray app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.context.briefing import Briefer
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.conversation.turns import TurnController
from sovereign_desktop.core.events import EventBus, TurnEnded
from sovereign_desktop.metrics.turns import TurnRecord


async def open_recording(path: Path, longest_s: float, *, paced: bool = False) -> FileAudio:
    """A microphone that hears the file. Raises UnreadableAudio."""
    from sovereign_desktop.audio.wav import read_speech

    speech = await asyncio.to_thread(read_speech, path, longest_s)
    return FileAudio(speech.frames, speech_ms=speech.speech_ms, speech_ended_ms=speech.speech_ended_ms, paced=paced)


async def single_turn(
    audio: FileAudio,
    line: Line,
    bus: EventBus,
    *,
    text: str | None = None,
    mode: Callable[[], str] = lambda: "traditional",
    briefer: Briefer | None = None,
    on_command: Callable[[str], None] = lambda _command: None,
) -> TurnRecord:
    """The record of a turn that asks `text`, or else what `audio` hears. Closes `audio`."""
    ended: asyncio.Future[TurnRecord] = asyncio.get_running_loop().create_future()
    unsubscribe = bus.subscribe(TurnEnded, lambda event: None if ended.done() else ended.set_result(event.turn))
    try:
        async with TurnController(audio, line, bus, mode=mode, briefer=briefer, on_command=on_command) as turns:
            if text is None:
                turns.listen()
            else:
                turns.ask(text)
            return await ended
    finally:
        unsubscribe()
        await audio.close()
