"""`bench turn`: the model that it brings, the sequential way that it compares with, and the sums."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any, cast

import pytest

from sovereign_desktop.app.bench import turn as bench
from sovereign_desktop.app.bench.turn import ANSWER, PacedModel, TurnBench
from sovereign_desktop.conversation.backends.base import TurnRequest
from sovereign_desktop.conversation.sentences import SentenceSplitter
from sovereign_desktop.core.audio import EndReason, Utterance, UtteranceEnd
from sovereign_desktop.core.dialogue import Outcome, Transcript
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings
from tests.conversation.stage import FRAME, settle
from tests.fakes.engines import FakeSpeechToText, FakeTextToSpeech

ASKED = Transcript("go on", is_final=True)
REQUEST = TurnRequest("1", None, transcript=ASKED)


class VirtualTime(asyncio.SelectorEventLoop):
    """A loop on which waiting takes no time: its clock jumps to what is due next."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0

    def time(self) -> float:
        return self._now_s

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._now_s = max(self._now_s, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def in_virtual_time(work: Coroutine[Any, Any, float]) -> float:
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        return runner.run(work)


async def written_at(answer: AsyncIterator[Any], words: int) -> float:
    """The second at which that many words are there."""
    text = ""
    async with aclosing(cast(AsyncGenerator[Any], answer)) as pieces:
        async for piece in pieces:
            text += piece
            if len(text.split()) >= words:
                break
    return asyncio.get_running_loop().time()


def test_the_answer_is_three_sentences_of_about_fifteen_words() -> None:
    splitter = SentenceSplitter()
    sentences = splitter.push(ANSWER) + splitter.finish()
    whole = [sentence for sentence in ANSWER.split(". ") if sentence]
    assert len(whole) == 3
    assert all(13 <= len(sentence.split()) <= 18 for sentence in whole)
    assert " ".join(sentences) == ANSWER


def test_the_model_writes_twenty_tokens_a_second() -> None:
    words = len(ANSWER.split())
    took_s = in_virtual_time(written_at(PacedModel().respond(ASKED, REQUEST), words))
    assert took_s == pytest.approx(words * 4 / 3 / 20)
    assert in_virtual_time(written_at(PacedModel().respond(ASKED, REQUEST), 3)) == pytest.approx(0.2)


def test_the_sequential_model_gives_nothing_before_all_is_written() -> None:
    first_s = in_virtual_time(written_at(bench._AllAtOnce(PacedModel()).respond(ASKED, REQUEST), 1))
    assert first_s == pytest.approx(len(ANSWER.split()) * 4 / 3 / 20)


async def test_the_sequential_recogniser_hears_nothing_before_all_is_said() -> None:
    inner, utterance, heard = FakeSpeechToText(), Utterance(), list[Transcript]()

    async def follow() -> None:
        heard.extend([one async for one in bench._Whole(inner).transcribe(utterance.frames(), phrases=["stop"])])

    following = asyncio.get_running_loop().create_task(follow())
    for _ in range(4):
        utterance.push(FRAME)
    await settle()
    assert inner.heard == []
    utterance.finish(UtteranceEnd(EndReason.RELEASED, 1.0, 80))
    await following
    assert (heard[-1].text, inner.phrases) == ("what time is it now", ["stop"])


async def test_the_sequential_voice_makes_the_whole_answer_before_its_first_sound_and_only_once() -> None:
    inner = FakeTextToSpeech()
    voice = bench._WholeVoice(inner)
    first, second = ANSWER.split(". ")[:2]
    assert [frame async for frame in voice.synthesize(f"{first}.")] == inner.sound_of(ANSWER)
    assert [frame async for frame in voice.synthesize(f"{second}.")] == []
    assert len(inner.styles) == 1


def turn(voice_to_voice_s: float, transcribed_s: float) -> TurnRecord:
    at = {Stage.PRESSED: 0.0, Stage.SPEECH_ENDED: 1.0, Stage.TRANSCRIBED: 1.0 + transcribed_s}
    timings = TurnTimings(at | {Stage.FIRST_SOUND: 1.0 + voice_to_voice_s})
    return TurnRecord("1", 0.0, Outcome.ANSWERED, "", "", "streaming", "traditional", timings)


def test_the_figures_are_medians_over_the_turns() -> None:
    turns = [turn(0.5, 0.1), turn(0.9, 0.2), turn(0.6, 0.3)]
    assert bench._median_voice_to_voice(turns) == pytest.approx(600)
    assert bench._median_stages(turns)["transcribed"] == pytest.approx(200)


def test_the_ratio_is_streaming_over_sequential_in_every_form() -> None:
    result = TurnBench(5, 500.0, 2000.0, {"transcribed": 100.0}, {"transcribed": 400.0})
    assert json.loads(json.dumps(result.as_json()))["ratio"] == 0.25
    lines = result.as_text().splitlines()
    assert lines[1].split() == ["transcribed", "100", "400"]
    assert lines[-1].startswith("Streaming takes 0.25 of the time")
