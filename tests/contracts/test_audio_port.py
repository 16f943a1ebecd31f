"""What every microphone and loudspeaker keeps to: a recording, and the audio process with the desktop's devices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

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
from tests.desktop import Desktop
from tests.end_to_end.listening import Listening, listening

TONE = AudioFrame((b"\x00\x20" * 12 + b"\x00\xe0" * 12) * 20, 24_000)
"""20 ms of a loud 1 kHz."""
MINUTE = [TONE] * 3000


async def all_told(heard: Listening) -> None:
    """Wait until everything that was asked for so far has been answered: commands are carried out in order."""
    heard.audio.listen("after all", ListenStyle.HOLD)
    heard.audio.stop_listening("after all")
    heard.audio.play("after all", TONE)
    heard.audio.finish("after all")
    await heard.until_that(lambda: any(event.listen_id == "after all" for event in heard.of(UtteranceEnded)))
    await heard.until_that(lambda: any(event.playback_id == "after all" for event in heard.of(PlaybackEnded)))


async def release(heard: Listening, listen_id: str) -> None:
    """The user is done: what is still on its way is waited for, because a new utterance would cut it off."""
    heard.audio.stop_listening(listen_id)
    await heard.until_that(lambda: bool(ends(heard, listen_id)))
    await all_told(heard)


def of_utterance(heard: Listening, listen_id: str) -> list[AudioEvent]:
    return [event for _, event in heard.events if getattr(event, "listen_id", None) == listen_id]


def of_playback(heard: Listening, playback_id: str) -> list[AudioEvent]:
    return [event for _, event in heard.events if getattr(event, "playback_id", None) == playback_id]


def ends(heard: Listening, listen_id: str) -> list[EndReason]:
    return [event.end.reason for event in of_utterance(heard, listen_id) if isinstance(event, UtteranceEnded)]


async def frames_come(heard: Listening, count: int = 1) -> None:
    await heard.until(Captured, count)


class AudioPortContract:
    """The suite; `heard` is a port that has started, and everything that it tells."""

    async def test_it_is_an_audio_port_that_may_be_closed_twice(self, heard: Listening) -> None:
        port: AudioPort = heard.audio
        assert isinstance(await port.devices(), tuple)
        await port.close()
        await port.close()

    async def test_an_utterance_is_frames_of_20_ms_and_one_end_that_comes_last(self, heard: Listening) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        await frames_come(heard, 3)
        await release(heard, "one")
        *frames, end = of_utterance(heard, "one")
        assert all(isinstance(event, Captured) for event in frames)
        assert isinstance(end, UtteranceEnded)
        assert end.end.reason is EndReason.RELEASED
        assert {round(event.frame.duration_ms) for event in heard.of(Captured)[:3]} == {20}

    async def test_a_dropped_utterance_ends_as_cancelled(self, heard: Listening) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        await frames_come(heard)
        heard.audio.cancel_listening("one")
        await all_told(heard)
        assert ends(heard, "one") == [EndReason.CANCELLED]
        assert isinstance(of_utterance(heard, "one")[-1], UtteranceEnded)

    async def test_an_utterance_dropped_at_once_has_an_end_too(self, heard: Listening) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        heard.audio.cancel_listening("one")
        await all_told(heard)
        assert ends(heard, "one") == [EndReason.CANCELLED]

    async def test_what_is_said_of_another_utterance_does_not_touch_the_one_that_runs(self, heard: Listening) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        heard.audio.stop_listening("other")
        heard.audio.cancel_listening("other")
        await frames_come(heard, 2)
        await release(heard, "one")
        assert ends(heard, "one") == [EndReason.RELEASED]
        assert of_utterance(heard, "other") == []

    async def test_listening_again_with_the_same_id_changes_the_style_and_doubles_nothing(
        self, heard: Listening
    ) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        heard.audio.listen("one", ListenStyle.HOLD)
        heard.audio.listen("one", ListenStyle.TAP)
        await frames_come(heard, 40)
        took_ms = 1000 * (loop.time() - began)
        captured_ms = sum(event.frame.duration_ms for event in heard.of(Captured))
        await release(heard, "one")
        assert captured_ms < took_ms + 100
        assert ends(heard, "one") == [EndReason.RELEASED]

    async def test_a_new_utterance_takes_the_place_of_the_one_that_runs(self, heard: Listening) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        await frames_come(heard)
        heard.audio.listen("two", ListenStyle.HOLD)
        await heard.until_that(lambda: any(event.listen_id == "two" for event in heard.of(Captured)))
        await release(heard, "two")
        assert (ends(heard, "one"), ends(heard, "two")) == ([EndReason.CANCELLED], [EndReason.RELEASED])
        order = [event.listen_id for _, event in heard.events if isinstance(event, Captured | UtteranceEnded)]
        assert "one" not in order[order.index("two") :]

    async def test_muting_ends_the_utterance_as_released_and_nothing_is_heard_until_it_is_undone(
        self, heard: Listening
    ) -> None:
        heard.audio.listen("one", ListenStyle.HOLD)
        await frames_come(heard)
        heard.audio.mute(True)
        heard.audio.listen("muted", ListenStyle.HOLD)
        heard.audio.stop_listening("muted")
        await all_told(heard)
        heard.audio.mute(False)
        heard.audio.listen("two", ListenStyle.HOLD)
        await heard.until_that(lambda: any(event.listen_id == "two" for event in heard.of(Captured)))
        heard.audio.cancel_listening("two")
        await all_told(heard)
        assert ends(heard, "one") == [EndReason.RELEASED]
        assert [type(event) for event in of_utterance(heard, "muted")] == [UtteranceEnded]

    async def test_a_playback_starts_tells_how_much_was_heard_and_ends_once(self, heard: Listening) -> None:
        for _ in range(20):
            heard.audio.play("one", TONE)
        heard.audio.finish("one")
        await all_told(heard)
        started, *progress, ended = of_playback(heard, "one")
        assert isinstance(started, PlaybackStarted)
        assert progress
        assert all(isinstance(event, PlaybackProgress) for event in progress)
        assert [event.played_ms for event in progress] == sorted(event.played_ms for event in progress)
        assert isinstance(ended, PlaybackEnded)
        assert (ended.completed, ended.played_ms) == (True, pytest.approx(400, abs=5))

    async def test_playbacks_play_one_after_another(self, heard: Listening) -> None:
        for playback_id in ("one", "two"):
            for _ in range(5):
                heard.audio.play(playback_id, TONE)
            heard.audio.finish(playback_id)
        await all_told(heard)
        marks = [event for _, event in heard.events if isinstance(event, PlaybackStarted | PlaybackEnded)]
        starts = [event.playback_id for event in marks if isinstance(event, PlaybackStarted)]
        ended = [event.playback_id for event in marks if isinstance(event, PlaybackEnded)]
        assert starts == ended == ["one", "two", "after all"]

    async def test_a_playback_without_sound_is_over_when_it_is_finished(self, heard: Listening) -> None:
        heard.audio.finish("one")
        await all_told(heard)
        assert of_playback(heard, "one") == [PlaybackEnded("one", 0.0, completed=True)]

    async def test_flushing_ends_each_playback_and_what_comes_late_for_it_is_dropped(self, heard: Listening) -> None:
        for playback_id in ("one", "two"):
            for _ in range(50):
                heard.audio.play(playback_id, TONE)
        heard.audio.flush()
        heard.audio.play("one", TONE)
        heard.audio.finish("one")
        await all_told(heard)
        ended = [event for event in heard.of(PlaybackEnded) if event.playback_id in ("one", "two")]
        assert [(event.playback_id, event.completed) for event in ended] == [("one", False), ("two", False)]
        assert all(event.played_ms <= 1000 for event in ended)

    async def test_who_has_left_is_told_nothing(self, heard: Listening) -> None:
        told: list[AudioEvent] = []
        heard.audio.subscribe(told.append)()
        await all_told(heard)
        assert heard.events
        assert told == []


class TestRecording(AudioPortContract):
    """The recording that `ask` listens to."""

    @pytest.fixture
    async def heard(self) -> AsyncIterator[Listening]:
        recording = FileAudio(MINUTE, speech_ms=40_000, paced=True)
        await recording.start()
        yield Listening(recording)  # type: ignore[arg-type]  # it needs no more than an AudioPort
        await recording.close()


@pytest.mark.desktop
@pytest.mark.slow
class TestAudioProcess(AudioPortContract):
    """The audio process with the desktop's devices."""

    @pytest.fixture
    async def heard(self, desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Listening]:
        async with listening(desktop, monkeypatch) as told:
            yield told
