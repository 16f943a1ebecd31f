"""How a session uses the engines that it shares with others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import EngineTimeout, RateLimited, SovereignError
from sovereign_desktop.engines.base import SpeakingStyle
from sovereign_desktop.servers.realtime.orders import Question
from sovereign_desktop.servers.realtime.pipeline import TRIES, PacedVoice, Pipeline, Recognition
from sovereign_desktop.servers.realtime.settings import ResponseSettings, SessionSettings
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech
from tests.servers.realtime.stage import LoudnessVad, Stage, loud

BUSY = RateLimited("All places are taken.", retry_after_s=0.001)


class Busy(FakeTextToSpeech):
    """A voice without a free place for its first calls; or one that loses it in the middle."""

    def __init__(self, calls: int, after_frames: int = 0) -> None:
        super().__init__()
        self.asked = 0
        self._calls = calls
        self._after_frames = after_frames

    async def synthesize(self, text: str, style: SpeakingStyle = SpeakingStyle()) -> AsyncIterator[AudioFrame]:  # noqa: B008
        self.asked += 1
        for number, frame in enumerate(self.sound_of(text)):
            if self.asked <= self._calls and number >= self._after_frames:
                raise BUSY
            yield frame


class BusyEars(FakeSpeechToText):
    def __init__(self, calls: int, error: SovereignError = BUSY) -> None:
        super().__init__()
        self.asked = 0
        self._calls = calls
        self._error = error

    async def transcribe(self, audio: Any, *, phrases: Any = ()) -> AsyncIterator[Transcript]:
        self.asked += 1
        if self.asked <= self._calls:
            raise self._error
        async for transcript in super().transcribe(audio, phrases=phrases):
            yield transcript


async def room() -> None: ...


def pipeline(stage: Stage, **engines: Any) -> Pipeline:
    return Pipeline(stage.stt, stage.tts, stage.responder, LoudnessVad, **engines)


async def test_a_voice_without_a_free_place_is_asked_again() -> None:
    tts = Busy(3)
    frames = [frame async for frame in PacedVoice(tts, room).synthesize("Hello.")]
    assert (frames, tts.asked) == (tts.sound_of("Hello."), 4)


@pytest.mark.parametrize(("tts", "asked"), [(Busy(999), TRIES), (Busy(999, after_frames=1), 1)])
async def test_it_is_not_asked_for_ever_and_never_in_the_middle(tts: Busy, asked: int) -> None:
    with pytest.raises(RateLimited):
        [frame async for frame in PacedVoice(tts, room).synthesize("Hello there.")]
    assert tts.asked == asked


async def test_ears_without_a_free_place_hear_all_of_it_later() -> None:
    stage = Stage(stt=BusyEars(2))
    recognition = Recognition(pipeline(stage))
    words = asyncio.create_task(recognition.words())
    recognition.push(loud(1000))
    recognition.finish()
    assert (await words).text == "what time is it now"
    assert b"".join(frame.pcm for frame in stage.stt.heard) == loud(1000)


async def test_what_failed_in_the_middle_is_tried_again_with_all_that_was_said() -> None:
    stage = Stage(stt=BusyEars(1, EngineTimeout("Too late.")))
    recognition = Recognition(pipeline(stage))
    words = asyncio.create_task(recognition.words())
    recognition.push(loud(300))
    while not stage.stt.asked:  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    assert not words.done()
    recognition.push(loud(300))
    recognition.finish()
    assert (await words).text == "what time is it now"
    assert b"".join(frame.pcm for frame in stage.stt.heard) == loud(600)


async def test_ears_that_fail_are_not_asked_again() -> None:
    ears = BusyEars(1, EngineTimeout("Too late."))
    recognition = Recognition(pipeline(Stage(stt=ears)))
    recognition.finish()
    with pytest.raises(EngineTimeout, match="Too late"):
        await recognition.words()
    assert ears.asked == 1


@pytest.mark.parametrize(
    ("output", "style"),
    [
        ({}, SpeakingStyle("gmw/en", 1.1)),
        ({"voice": "marin"}, SpeakingStyle("marin", 1.1)),
        ({"voice": {"id": "two"}, "speed": 1.5}, SpeakingStyle("two", 1.65)),
        ({"speed": 0.25}, SpeakingStyle("gmw/en", 0.5)),
    ],
)
async def test_an_answer_is_spoken_as_the_session_wants(output: dict[str, Any], style: SpeakingStyle) -> None:
    stage = Stage()
    session = SessionSettings().updated({"type": "realtime", "audio": {"output": output}})
    question = Question((), Transcript("hello", is_final=True))
    settings = ResponseSettings.of(session)
    ours = pipeline(stage, style=SpeakingStyle("gmw/en", 1.1))
    await ours.answer(settings, question, lambda _: None, room)
    [used] = stage.tts.styles
    assert (used.voice, used.speed) == (style.voice, pytest.approx(style.speed))


async def test_a_written_answer_needs_no_voice() -> None:
    stage = Stage()
    settings = ResponseSettings.of(SessionSettings(), {"output_modalities": ["text"]})
    told: list[Any] = []
    await pipeline(stage).answer(settings, Question((), Transcript("hello")), told.append, room)
    assert [type(event).__name__ for event in told] == ["Replying"]
    assert not stage.tts.styles
