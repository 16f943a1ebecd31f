"""The audio process with real virtual devices: hears, plays, survives what people do with plugs."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import numpy as np
import pytest

from sovereign_desktop.audio.devices import list_devices
from sovereign_desktop.audio.port import (
    AudioRestarted,
    Captured,
    Earcon,
    ListenStyle,
    LoudspeakerLost,
    LoudspeakerReturned,
    MicrophoneClosed,
    MicrophoneLost,
    MicrophoneOpened,
    MicrophoneSounds,
    MicrophoneZeros,
    PlaybackEnded,
    PlaybackProgress,
    PlaybackStarted,
    SpeechStarted,
    UtteranceEnded,
)
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.core.audio import AudioFrame, EndReason
from tests.desktop import Desktop, Timeline, judges
from tests.desktop.waiting import wait_until
from tests.end_to_end.listening import listening

pytestmark = [pytest.mark.desktop, pytest.mark.slow]
ANSWER = "it is nine forty two and the weather is fine"


async def said(desktop: Desktop, text: str) -> float:
    return (await asyncio.to_thread(desktop.say, text)).ended_at


async def test_a_tap_hears_a_question_and_ends_by_itself(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.TAP)
        await heard.until(MicrophoneOpened)
        ended_at = await said(desktop, "what time is it now")
        end = (await heard.until(UtteranceEnded)).end
        sound = Timeline(np.frombuffer(heard.pcm("one"), np.int16), 0.0, 24_000)
    assert end.reason is EndReason.ENDPOINT
    assert end.speech_ms > 800
    assert end.speech_ended_at == pytest.approx(ended_at, abs=0.15)
    assert judges.word_error_rate("what time is it now", judges.transcribe(sound)) <= 0.4


async def test_the_second_press_hears_at_once_and_what_was_said_just_before(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        heard.audio.stop_listening("one")
        await heard.until(UtteranceEnded)
        await asyncio.to_thread(desktop.sound.play, np.zeros(24_000))
        pressed_at = time.monotonic()
        heard.audio.listen("two", ListenStyle.HOLD)
        await heard.until_that(lambda: heard.pcm("two") != b"")
        first = next(event for event in heard.of(Captured) if event.listen_id == "two")
        took_ms = 1000 * (time.monotonic() - pressed_at)
    assert first.frame.at == pytest.approx(pressed_at - 0.3, abs=0.04)
    assert took_ms < 100


async def test_an_unplugged_microphone_keeps_the_utterance_and_comes_back_into_it(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        await said(desktop, "what time")
        before = len(heard.pcm("one"))
        await asyncio.to_thread(desktop.unplug_microphone)
        await heard.until(MicrophoneLost)
        await asyncio.to_thread(desktop.plug_microphone)
        await heard.until(MicrophoneOpened, 2)
        await said(desktop, "is it now")
        heard.audio.stop_listening("one")
        end = (await heard.until(UtteranceEnded)).end
    assert end.reason is EndReason.RELEASED
    assert end.speech_ms > 700
    assert len(heard.pcm("one")) > before + 24_000


async def test_no_microphone_is_said_at_once(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop.unplug_microphone()
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneLost)
        heard.audio.stop_listening("one")
        assert (await heard.until(UtteranceEnded)).end.speech_ms == 0
        assert len(heard.of(MicrophoneLost)) == 1


async def test_a_muted_microphone_is_told_after_a_second_of_zeros(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.mute_microphone()
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneZeros)
        assert len(heard.of(MicrophoneZeros)) == 1


async def test_a_microphone_that_is_muted_in_the_middle_is_told_and_so_is_its_return(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        await said(desktop, "what time")
        await asyncio.to_thread(desktop.mute_microphone)
        await heard.until(MicrophoneZeros)
        await asyncio.to_thread(desktop.sound.mute_microphone, False)
        await said(desktop, "is it now")
        await heard.until(MicrophoneSounds)
        heard.audio.stop_listening("one")
        end = (await heard.until(UtteranceEnded)).end
    assert end.speech_ms > 700
    assert len(heard.of(MicrophoneZeros)) == 1


async def test_muting_closes_the_microphone_and_ends_the_utterance(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        heard.audio.mute(True)
        assert (await heard.until(UtteranceEnded)).end.reason is EndReason.RELEASED
        await heard.until(MicrophoneClosed)


async def test_the_microphone_closes_at_once_when_it_is_not_kept_open(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch, Audio(keep_open_s=0)) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        heard.audio.cancel_listening("one")
        assert (await heard.until(UtteranceEnded)).end.reason is EndReason.CANCELLED
        await heard.until(MicrophoneClosed)


async def test_an_answer_is_heard_whole_and_its_clock_is_true(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        with desktop.record() as recorder:
            heard.say("warm", "hello")
            await heard.until(PlaybackEnded)
            asked_at = time.monotonic()
            whole_ms = heard.say("one", ANSWER)
            ended = await heard.until(PlaybackEnded, 2)
            wait_until(lambda: recorder.timeline().ended_at > time.monotonic() - 0.02, 5, "the recording")
            line = recorder.timeline()
    started = heard.of(PlaybackStarted)[1]
    first, last = line.first_sound(asked_at), line.last_sound(after=asked_at)
    assert first is not None
    assert last is not None
    assert ended.completed
    assert ended.played_ms == pytest.approx(whole_ms, abs=5)
    assert 1000 * (first - asked_at) < 120
    assert started.at == pytest.approx(first, abs=0.03)
    assert 1000 * (last - first) == pytest.approx(whole_ms, abs=60)
    assert len(heard.of(PlaybackProgress)) >= whole_ms / 100


async def test_a_flush_is_silence_within_100_ms(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(desktop, monkeypatch) as heard:
        with desktop.record() as recorder:
            heard.say("one", ANSWER)
            await heard.until_that(lambda: any(event.played_ms > 500 for event in heard.of(PlaybackProgress)))
            flushed_at = time.monotonic()
            heard.audio.flush()
            ended = await heard.until(PlaybackEnded)
            await asyncio.to_thread(desktop.sound.play, np.zeros(14_400))
            last = recorder.timeline().last_sound()
    assert not ended.completed
    assert 450 < ended.played_ms < 1000
    assert last is not None
    assert 1000 * (last - flushed_at) < 100


async def test_an_unplugged_loudspeaker_returns_and_the_answer_goes_on(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        whole_ms = heard.say("one", ANSWER)
        await heard.until(PlaybackStarted)
        await asyncio.to_thread(desktop.unplug_speaker)
        await heard.until(LoudspeakerLost)
        await asyncio.to_thread(desktop.plug_speaker)
        await heard.until(LoudspeakerReturned)
        ended = await heard.until(PlaybackEnded)
    assert ended.completed
    assert ended.played_ms == pytest.approx(whole_ms, abs=5)


async def test_a_loudspeaker_that_vanishes_between_question_and_answer_costs_no_answer(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is open by then, so that the answer need not wait for that."""
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("question", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        await said(desktop, "what time is it")
        heard.audio.stop_listening("question")
        await heard.until(UtteranceEnded)
        await asyncio.to_thread(desktop.unplug_speaker)
        whole_ms = heard.say("one", ANSWER)
        await heard.until_that(lambda: bool(heard.of(LoudspeakerLost) or heard.of(AudioRestarted)))
        await asyncio.to_thread(desktop.plug_speaker)
        ended = await heard.until(PlaybackEnded)
    assert ended.completed
    assert ended.played_ms == pytest.approx(whole_ms, abs=5)


async def test_speech_silences_an_answer_before_anybody_asks_for_it(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.arm_hands_free(True)
        await heard.until(MicrophoneOpened)
        heard.say("one", ANSWER)
        await heard.until(PlaybackStarted)
        await said(desktop, "excuse me please")
        ended = await heard.until(PlaybackEnded)
        order = [type(event) for _, event in heard.events if isinstance(event, SpeechStarted | PlaybackEnded)]
    assert not ended.completed
    assert order[:2] == [SpeechStarted, PlaybackEnded]


async def test_an_answer_without_a_loudspeaker_is_over_in_time(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.unplug_speaker()
    async with listening(desktop, monkeypatch) as heard:
        heard.say("one", "no")
        await heard.until(LoudspeakerLost)
        ended = await heard.until(PlaybackEnded)
    assert not ended.completed
    assert ended.played_ms == 0


async def test_a_killed_audio_process_is_back_in_the_same_utterance(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(desktop, monkeypatch) as heard:
        heard.audio.listen("one", ListenStyle.HOLD)
        await heard.until(MicrophoneOpened)
        await said(desktop, "what time is it")
        assert heard.audio.pid is not None
        os.kill(heard.audio.pid, signal.SIGKILL)
        await heard.until(AudioRestarted)
        await heard.until(MicrophoneOpened, 2)
        heard.audio.stop_listening("one")
        end = (await heard.until(UtteranceEnded)).end
    assert end.speech_ms > 300


async def test_an_earcon_sounds_unless_they_are_off(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    for earcons in (True, False):
        async with listening(desktop, monkeypatch, Audio(earcons=earcons)) as heard:
            with desktop.record() as recorder:
                heard.audio.earcon(Earcon.LISTENING)
                heard.audio.play("after", AudioFrame(bytes(24_000), 24_000))
                heard.audio.finish("after")
                await heard.until(PlaybackEnded)
                assert bool(recorder.timeline().sounds()) is earcons


async def test_devices_are_listed_freshly(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(desktop, monkeypatch) as heard:
        names = {device.name: device for device in await heard.audio.devices()}
        assert names["microphone"].inputs
        assert names["speaker"].outputs
        assert names["default"].is_default_input
        await asyncio.to_thread(desktop.unplug_microphone)
        assert "microphone" not in {device.name for device in await list_devices()}
