"""Three engines as one backend: what happens side by side, in which order, and what a failure of each costs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from sovereign_desktop.conversation.announcement import Announcement
from sovereign_desktop.conversation.backends.base import (
    BackendEvent,
    Consumed,
    Did,
    Heard,
    Replying,
    Sound,
    TurnRequest,
    Unspoken,
)
from sovereign_desktop.conversation.backends.spoken import SpokenBackend, Step
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable, SovereignError
from sovereign_desktop.engines.base import SpeakingStyle, Usage
from tests.conversation.stage import FRAME, settle
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech

ENDED = UtteranceEnd(EndReason.RELEASED, 1.0, 100)


class Writer:
    """A responder that writes what the test lets it, piece by piece."""

    name = "writer"

    def __init__(self) -> None:
        self.pieces: asyncio.Queue[Step | SovereignError | None] = asyncio.Queue()
        self.asked: list[str] = []
        self.available = AVAILABLE
        self.writing = False
        self.prepared = 0

    def writes(self, *pieces: Step | SovereignError | None) -> None:
        for piece in pieces:
            self.pieces.put_nowait(piece)

    async def availability(self) -> Availability:
        return self.available

    async def prepare(self) -> None:
        self.prepared += 1

    async def respond(self, transcript: Transcript, request: TurnRequest) -> AsyncIterator[Step]:
        self.asked.append(transcript.text)
        self.writing = True
        try:
            while (piece := await self.pieces.get()) is not None:
                if isinstance(piece, SovereignError):
                    raise piece
                yield piece
        finally:
            self.writing = False


class Bench:
    """The backend on its three engines, and what it told."""

    def __init__(self) -> None:
        self.stt, self.writer, self.tts = FakeSpeechToText(), Writer(), FakeTextToSpeech()
        self.backend = SpokenBackend(
            "pipeline", self.stt, self.writer, self.tts, style=SpeakingStyle("two", 1.2), phrases=["stop"]
        )
        self.events: list[BackendEvent] = []
        self.utterance = Utterance()

    def answer(self, request: TurnRequest | None = None) -> asyncio.Task[None]:
        request = request or TurnRequest("1", None, transcript=Transcript("go on", is_final=True))
        return asyncio.get_running_loop().create_task(self.backend.answer(request, self.events.append))

    def spoken(self) -> list[str]:
        return [event.begins for event in self.events if isinstance(event, Sound) and event.begins]

    def written(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Replying))

    def kinds(self) -> list[type[Any]]:
        return [type(event) for event in self.events]


@pytest.fixture
async def bench() -> Bench:
    return Bench()


# Listening


async def test_words_are_told_while_they_are_spoken_and_answered_when_all_are_said(bench: Bench) -> None:
    answering = bench.answer(TurnRequest("1", bench.utterance))
    for _ in range(4):
        bench.utterance.push(FRAME)
    await settle()
    assert bench.events == [Heard(Transcript("what")), Heard(Transcript("what time"))]
    assert bench.writer.asked == []
    bench.utterance.finish(ENDED)
    bench.writer.writes(None)
    await answering
    assert bench.writer.asked == ["what time is it now"]
    assert bench.stt.phrases == ("stop",)


async def test_without_words_nothing_is_answered(bench: Bench) -> None:
    bench.stt.words = []
    bench.utterance.push(FRAME)
    bench.utterance.finish(ENDED)
    await bench.answer(TurnRequest("1", bench.utterance))
    assert bench.events == [Heard(Transcript("", is_final=True))]
    assert bench.writer.asked == []


async def test_words_that_are_known_are_not_recognised_again(bench: Bench) -> None:
    bench.writer.writes(None)
    known = Transcript("what was heard", is_final=True)
    await bench.answer(TurnRequest("1", bench.utterance, transcript=known))
    assert bench.stt.heard == []
    assert bench.writer.asked == ["what was heard"]


async def test_a_recogniser_that_fails_fails_the_answer(bench: Bench) -> None:
    bench.stt.failure = EngineUnavailable("No recogniser.")
    bench.utterance.push(FRAME)
    with pytest.raises(EngineUnavailable):
        await bench.answer(TurnRequest("1", bench.utterance))
    assert bench.stt.running == 0


# Answering


async def test_the_first_sentence_sounds_while_the_second_is_being_written(bench: Bench) -> None:
    answering = bench.answer()
    bench.writer.writes("It is noon. ", "The sun")
    await settle()
    assert bench.spoken() == ["It is noon."]
    assert bench.writer.writing
    bench.writer.writes(" is high.", None)
    await answering
    assert bench.spoken() == ["It is noon.", "The sun is high."]
    assert bench.written() == "It is noon. The sun is high."


async def test_a_slow_voice_does_not_hold_up_the_writing(bench: Bench) -> None:
    bench.tts.open_gate.clear()
    answering = bench.answer()
    bench.writer.writes("One. ", "Two. ", "Three.", None)
    await settle()
    assert (bench.written(), bench.spoken(), bench.writer.writing) == ("One. Two. Three.", [], False)
    bench.tts.open_gate.set()
    await answering
    assert bench.spoken() == ["One.", "Two.", "Three."]


async def test_all_sound_of_a_sentence_belongs_to_it_and_only_its_first_frame_says_so(bench: Bench) -> None:
    bench.writer.writes("It is half past nine.", None)
    await bench.answer()
    sounds = [event for event in bench.events if isinstance(event, Sound)]
    assert [sound.frame for sound in sounds] == bench.tts.sound_of("It is half past nine.")
    assert [sound.begins for sound in sounds] == ["It is half past nine.", *[""] * (len(sounds) - 1)]
    assert bench.tts.styles == [SpeakingStyle("two", 1.2)]


async def test_an_error_travels_behind_the_sentences_before_it_and_half_a_sentence_is_not_spoken(
    bench: Bench,
) -> None:
    bench.tts.open_gate.clear()
    answering = bench.answer()
    bench.writer.writes("It is noon. ", "And the sun", BrokenReply("It broke off."))
    await settle()
    assert not answering.done()
    bench.tts.open_gate.set()
    with pytest.raises(BrokenReply):
        await answering
    assert bench.spoken() == ["It is noon."]
    assert bench.written() == "It is noon. And the sun"


async def test_commands_cost_and_better_words_are_passed_on_in_order(bench: Bench) -> None:
    better, did, cost = Heard(Transcript("louder", is_final=True)), Did("louder"), Consumed(Usage(3, 4), "small")
    bench.writer.writes(better, did, "Louder.", cost, None)
    await bench.answer()
    assert [event for event in bench.events if not isinstance(event, Sound)] == [better, did, Replying("Louder."), cost]


async def test_a_voice_that_fails_costs_the_sound_and_is_told_once(bench: Bench) -> None:
    bench.tts.failure = EngineUnavailable("No voice.")
    bench.writer.writes("One. ", "Two. ", "Three.", None)
    await bench.answer()
    assert bench.written() == "One. Two. Three."
    assert bench.kinds().count(Unspoken) == 1
    assert len(bench.tts.styles) == 1


# Cancelling


@pytest.mark.parametrize("where", ["hearing", "writing", "speaking"])
async def test_cancelling_stops_whoever_works(bench: Bench, where: str) -> None:
    request = TurnRequest("1", bench.utterance) if where == "hearing" else None
    bench.utterance.push(FRAME)
    answering = bench.answer(request)
    if where == "speaking":
        bench.tts.frames_before_gate = 1
        bench.tts.open_gate.clear()
        bench.writer.writes("It is noon. ", "The sun")
    await settle()
    at_work: Callable[[], dict[str, bool]] = lambda: {  # noqa: E731
        "hearing": bench.stt.running > 0, "writing": bench.writer.writing, "speaking": bench.tts.running > 0,
    }  # fmt: skip
    assert at_work()[where]
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert not any(at_work().values())
    assert bench.tts.stopped_early == (1 if where == "speaking" else 0)


# About itself


async def test_it_can_answer_when_its_responder_can(bench: Bench) -> None:
    assert await bench.backend.availability()
    bench.writer.available = Availability(False, "no key")
    assert (await bench.backend.availability()).reason == "no key"


async def test_it_names_its_engines_and_leaves_out_what_it_has_not(bench: Bench) -> None:
    assert bench.backend.engines == {"stt": "fake ears", "llm": "writer", "tts": "fake voice"}
    bench.writer.name = ""
    assert bench.backend.engines == {"stt": "fake ears", "tts": "fake voice"}


async def test_an_engine_that_does_not_get_ready_does_not_keep_the_others_from_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails() -> None:
        raise EngineUnavailable("No model.")

    monkeypatch.setattr(bench.stt, "prepare", fails)
    await bench.backend.prepare()
    assert bench.writer.prepared == 1


# Announcements


async def announced(bench: Bench) -> Announcement:
    announcement = Announcement("Time is up: tea.", bench.tts, SpeakingStyle("one"))
    await announcement.answer(TurnRequest("1", None), bench.events.append)
    return announcement


async def test_an_announcement_is_shown_and_said(bench: Bench) -> None:
    announcement = await announced(bench)
    assert bench.events[0] == Replying("Time is up: tea.")
    assert bench.spoken() == ["Time is up: tea."]
    assert bench.tts.styles == [SpeakingStyle("one")]
    assert (announcement.engines, bool(await announcement.availability())) == ({"tts": "fake voice"}, True)


async def test_an_announcement_without_a_voice_is_shown(bench: Bench) -> None:
    bench.tts.failure = EngineUnavailable("No voice.")
    await announced(bench)
    assert bench.kinds() == [Replying, Unspoken]
