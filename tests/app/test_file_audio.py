"""A recording in place of the microphone, a list in place of the loudspeaker."""

from __future__ import annotations

import asyncio

from sovereign_desktop.app.file_audio import FileAudio
from sovereign_desktop.audio.port import (
    AudioEvent,
    AudioPort,
    Captured,
    ListenStyle,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    UtteranceEnded,
)
from sovereign_desktop.core.audio import AudioFrame, EndReason
from tests.conversation.stage import FRAME, settle

SILENCE = AudioFrame(bytes(960), 24_000)


async def heard(audio: FileAudio) -> list[AudioEvent]:
    events: list[AudioEvent] = []
    ended = asyncio.Event()
    audio.subscribe(events.append)
    audio.subscribe(lambda event: ended.set() if isinstance(event, UtteranceEnded) else None)
    audio.listen("1", ListenStyle.HOLD)
    await asyncio.wait_for(ended.wait(), 5)
    return events


def test_it_is_an_audio_port() -> None:
    port: AudioPort = FileAudio()
    assert port


async def test_a_recording_comes_frame_by_frame_and_ends_as_a_file() -> None:
    *captured, ended = await heard(FileAudio([FRAME] * 120, speech_ms=900))
    assert [event.frame for event in captured if isinstance(event, Captured)] == [FRAME] * 120
    assert isinstance(ended, UtteranceEnded)
    assert (ended.listen_id, ended.end.reason, ended.end.speech_ms) == ("1", EndReason.FILE, 900)


async def test_a_long_recording_lets_others_work_between_its_seconds() -> None:
    audio = FileAudio([FRAME] * 500)
    events: list[AudioEvent] = []
    audio.subscribe(events.append)
    audio.listen("1", ListenStyle.HOLD)
    await asyncio.sleep(0)
    assert 0 < len(events) < 500
    await audio.close()


async def test_a_paced_recording_takes_the_time_of_the_speech_and_knows_where_it_ended() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    events = await heard(FileAudio([FRAME] * 5, speech_ms=60, speech_ended_ms=60, paced=True))
    assert loop.time() - began >= 0.099
    ended = events[-1]
    assert isinstance(ended, UtteranceEnded)
    assert began + 0.059 <= ended.end.speech_ended_at <= loop.time() - 0.039


async def test_cancelling_and_closing_stop_the_recording() -> None:
    audio = FileAudio([FRAME] * 500)
    events: list[AudioEvent] = []
    audio.subscribe(events.append)
    audio.listen("1", ListenStyle.HOLD)
    await asyncio.sleep(0)
    audio.cancel_listening("1")
    await settle()
    *frames, ended = events
    assert len(frames) < 500
    assert isinstance(ended, UtteranceEnded)
    await audio.close()


async def test_sound_begins_with_the_first_sample_that_is_not_silence_and_all_of_it_is_kept() -> None:
    audio = FileAudio()
    events: list[AudioEvent] = []
    unsubscribe = audio.subscribe(events.append)
    audio.play("1", SILENCE)
    audio.play("1", FRAME)
    audio.play("1", FRAME)
    audio.finish("1")
    assert events == []
    await settle()
    unsubscribe()
    assert audio.played == [SILENCE, FRAME, FRAME]
    kinds = [PlaybackProgress, PlaybackStarted, PlaybackProgress, PlaybackProgress, PlaybackEnded]
    assert [type(event) for event in events] == kinds
    assert events[-1] == PlaybackEnded("1", 60.0, completed=True)
