"""One turn without a program around it: the same for a recording and for typed words."""

from __future__ import annotations

import asyncio

import pytest

from sovereign_desktop.app.single_turn import open_recording, single_turn
from sovereign_desktop.conversation.backends.base import Emit, Heard, Replying, TurnRequest
from sovereign_desktop.conversation.line import Line
from sovereign_desktop.core.dialogue import Outcome, Transcript
from sovereign_desktop.core.events import EventBus, TurnEnded
from sovereign_desktop.core.resources import resource
from tests.conversation.stage import ScriptedBackend

SAMPLE = resource("samples/what-time-is-it.wav")


def answers(request: TurnRequest, emit: Emit) -> None:
    if request.transcript is None:
        emit(Heard(Transcript("what time is it", is_final=True)))
    emit(Replying("It is noon."))


def whole() -> ScriptedBackend:
    return ScriptedBackend("whole", answers)


async def test_a_recording_is_asked_to_its_end() -> None:
    backend = whole()
    turn = await single_turn(await open_recording(SAMPLE, 60.0), Line((backend,)), EventBus(), mode=lambda: "hybrid")
    utterance = backend.requests[0].utterance
    assert utterance is not None
    assert utterance.end is not None
    assert 0 < utterance.end.speech_ms < utterance.duration_ms
    assert (turn.outcome, turn.transcript, turn.reply) == (Outcome.ANSWERED, "what time is it", "It is noon.")
    assert turn.mode == "hybrid"


async def test_typed_words_are_asked_as_they_are() -> None:
    backend = whole()
    turn = await single_turn(await open_recording(SAMPLE, 60.0), Line((backend,)), EventBus(), text="are you there")
    assert backend.requests[0].utterance is None
    assert turn.transcript == "are you there"


async def test_a_second_turn_on_the_same_bus_is_not_taken_for_the_first() -> None:
    bus = EventBus()
    first = await single_turn(await open_recording(SAMPLE, 60.0), Line((whole(),)), bus)
    second = await single_turn(await open_recording(SAMPLE, 60.0), Line((whole(),)), bus)
    assert first.turn_id != second.turn_id
    assert not bus._subscribers[TurnEnded]


async def test_giving_up_stops_the_recording_that_is_still_being_spoken() -> None:
    audio = await open_recording(SAMPLE, 60.0, paced=True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await single_turn(audio, Line((whole(),)), EventBus())
    assert audio._feeding is not None
    assert audio._feeding.cancelled()
