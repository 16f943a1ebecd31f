"""Our client and backend against the protocol layer of speech-to-speech, a Realtime server that others wrote.

It differs from OpenAI's in what it may: `conversation.item.created` in place of added and done, no word about
truncation, and a response that was interrupted ends before the speech that interrupted it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.conversation.backends.base import (
    BackendEvent,
    Endpointing,
    Heard,
    Replying,
    Sound,
    SpeechOver,
    TurnRequest,
)
from sovereign_desktop.core.audio import AudioFrame, EndReason, Utterance, UtteranceEnd
from sovereign_desktop.realtime.client import ClientState
from sovereign_desktop.realtime.decisions import Decision, ReplyBegan, ReplyEnded, ReplySound, SpeechBegan
from tests.realtime.others.answering import Answering, answering
from tests.realtime.others.programs import Running, speech_to_speech, started
from tests.realtime.others.speech_to_speech_words import ANSWER, ANSWER_S, HEARD

RATE_HZ = 24_000
FRAME_MS = 20
SERVER_VAD = {"type": "server_vad"}
SETTINGS = RealtimeApi.model_validate({"turn_detection": {"type": "server_vad"}})
PATIENCE_S = 20.0
TRUNCATED = "Accepted conversation.item.truncate"
"""What it logs in place of an answer."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with started(speech_to_speech()) as running:
        yield running


@pytest.fixture
def url(server: Running) -> str:
    return f"ws://127.0.0.1:{server.port}/v1/realtime"


def sound(ms: int, level: float = 0.3) -> list[AudioFrame]:
    """A tone in frames; silence at level 0."""
    samples = RATE_HZ * FRAME_MS // 1000
    tone = level * 32767 * np.sin(2 * np.pi * 250 * np.arange(samples) / RATE_HZ)
    return [AudioFrame(tone.astype("<i2").tobytes(), RATE_HZ)] * (ms // FRAME_MS)


def silence(ms: int) -> list[AudioFrame]:
    return sound(ms, 0)


async def spoken(asked: Answering, turn_id: str) -> None:
    """Answer a question that somebody speaks into the room; recording ends when the backend says so."""
    utterance = Utterance()

    def tell(event: BackendEvent) -> None:
        asked.told.append(event)
        if isinstance(event, SpeechOver):
            utterance.finish(UtteranceEnd(EndReason.RELEASED, 0.0, 800))

    for frame in [*silence(300), *sound(800), *silence(800)]:
        utterance.push(frame)
    await asked.backend.answer(TurnRequest(turn_id, utterance, hands_free=True), tell)
    asked.remember(turn_id)


async def until(asked: Answering, count: int) -> None:
    """Wait for that many pieces of sound."""
    async with asyncio.timeout(PATIENCE_S):
        while len(asked.of(Sound)) < count:
            await asyncio.sleep(0.01)


async def test_a_spoken_question_gets_a_spoken_answer(url: str) -> None:
    async with answering(url, settings=SETTINGS) as asked, asyncio.timeout(PATIENCE_S):
        await spoken(asked, "1")
    assert isinstance(asked.told[0], Endpointing)
    assert len(asked.of(SpeechOver)) == 1
    assert asked.of(Heard)[-1].transcript.text == HEARD
    assert asked.of(Heard)[-1].transcript.is_final
    assert "".join(event.text for event in asked.of(Replying)) == ANSWER
    pcm = b"".join(event.frame.pcm for event in asked.of(Sound))
    assert len(pcm) / 2 / RATE_HZ == pytest.approx(ANSWER_S, abs=0.05)
    assert np.abs(np.frombuffer(pcm, "<i2")).max() > 5000


async def test_an_answer_that_is_interrupted_stops_and_the_next_question_is_answered(url: str) -> None:
    """As the program interrupts: it hears somebody, flushes, cancels, tells what was heard, and asks anew."""
    async with answering(url, settings=SETTINGS) as asked, asyncio.timeout(PATIENCE_S):
        answer = asyncio.create_task(spoken(asked, "1"))
        await until(asked, 5)
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
        pieces = len(asked.of(Sound))
        asked.remember("1")
        asked.backend.heard("1", 120.0)
        await asyncio.sleep(0.3)
        assert len(asked.of(Sound)) == pieces, "sound of a response that was cancelled came out"
        before = len(asked.of(Replying))
        await spoken(asked, "2")
    assert "".join(event.text for event in asked.of(Replying)[before:]) == ANSWER


async def test_it_is_told_what_was_heard_and_its_silence_about_that_is_no_fault(server: Running, url: str) -> None:
    async with answering(url, settings=SETTINGS) as asked, asyncio.timeout(PATIENCE_S):
        answer = asyncio.create_task(spoken(asked, "1"))
        await until(asked, 5)
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
        asked.remember("1")
        truncated = server.output().count(TRUNCATED)
        asked.backend.heard("1", 120.0)
        await spoken(asked, "2")
        assert asked.client.state is ClientState.OPEN
    assert server.output().count(TRUNCATED) == truncated + 1


async def test_a_response_may_end_before_the_speech_that_interrupts_it_is_told(url: str) -> None:
    """The server hears the interruption itself, in one turn of the client."""
    async with answering(url) as asked, asyncio.timeout(PATIENCE_S), asked.client.turn("1") as turn:
        turn.detect_turns(SERVER_VAD)
        for frame in [*silence(300), *sound(800), *silence(800)]:
            turn.hear(frame.pcm)
        seen: list[Decision] = []
        async for decision in turn:
            seen.append(decision)
            if sum(isinstance(one, ReplySound) for one in seen) == 5 and isinstance(decision, ReplySound):
                for frame in [*sound(400), *silence(800)]:
                    turn.hear(frame.pcm)
            if isinstance(decision, ReplyEnded) and decision.status == "completed":
                break
    story = [type(one).__name__ for one in seen if isinstance(one, ReplyBegan | ReplyEnded | SpeechBegan)]
    assert story == ["SpeechBegan", "ReplyBegan", "ReplyEnded", "SpeechBegan", "ReplyBegan", "ReplyEnded"]
    first, second = [one for one in seen if isinstance(one, ReplyEnded)]
    assert (first.status, first.reason) == ("cancelled", "turn_detected")
    of_first = [
        at for at, one in enumerate(seen) if isinstance(one, ReplySound) and one.response_id == first.response_id
    ]
    assert max(of_first) < seen.index(first), "sound came out behind the end of its response"
    assert second.response_id != first.response_id
