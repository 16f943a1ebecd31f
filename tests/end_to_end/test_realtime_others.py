"""The whole program against Realtime servers that others wrote: through the devices where they speak, else typed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import running
from tests.end_to_end.test_ask import answer
from tests.end_to_end.test_realtime import settings
from tests.realtime.others.programs import speech_to_speech, started
from tests.realtime.others.speech_to_speech_words import ANSWER, ANSWER_S
from tests.realtime.others.test_aimock import CALLS, DONE, GREETING, answering_with

BARGED_IN_AFTER_S = 2.5
SHARE = 0.25
"""How far the share of the words in the transcript may lie beside the share of the sound that was heard."""


@pytest.mark.desktop
@pytest.mark.slow
def test_speech_into_an_answer_of_speech_to_speech_stops_it_and_the_transcript_holds_what_was_heard(
    desktop: Desktop,
) -> None:
    with (
        started(speech_to_speech()) as server,
        running(desktop, settings(server.port, hands_free=True, detection="server_vad")) as app,
        desktop.record() as recorder,
    ):
        app.wait_for_log("microphone open")
        app.wait_for_log("Realtime session is open")
        asked = desktop.say("tell me a long story")
        wait_until(lambda: recorder.timeline().first_sound(asked.ended_at), 25, "the answer to sound")
        time.sleep(BARGED_IN_AFTER_S)
        said = desktop.say("excuse me please", voice="rms")
        interrupted, answered = app.wait_for_turns(2)
        sound = recorder.timeline()
    assert (interrupted["outcome"], answered["outcome"]) == ("interrupted", "answered"), (interrupted, answered)
    assert (interrupted["backend"], answered["backend"]) == ("realtime", "realtime")
    began, ended = sound.first_sound(asked.ended_at), sound.silent_from(said.started_at, 100)
    assert began is not None
    assert ended is not None, "the answer did not stop"
    words = interrupted["reply"].split()
    assert words == ANSWER.split()[: len(words)]
    assert len(words) / len(ANSWER.split()) == pytest.approx((ended - began) / ANSWER_S, abs=SHARE)
    assert answered["reply"] == ANSWER


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_what_is_typed_is_answered_by_aimock_with_words_and_with_tools(tmp_path: Path) -> None:
    words = {"match": {"userMessage": "how are you"}, "response": {"content": GREETING}}
    calls = {"match": {"userMessage": "timer", "hasToolResult": False}, "response": {"toolCalls": CALLS[1:]}}
    after = {"match": {"hasToolResult": True}, "response": {"content": DONE}}
    with answering_with(tmp_path, words, calls, after) as server:
        env = {"SOVEREIGN_REALTIME_API__URL": server.url}
        greeted = answer("--text", "how are you", "--mode", "realtime", **env)
        counted = answer("--text", "mind the timer and calculate", "--mode", "realtime", **env)
        *_, last = server.asked()
    assert (greeted["backend"], greeted["reply"]) == ("realtime", GREETING)
    assert counted["backend"] == "realtime"
    assert str(counted["reply"]).strip() == DONE
    assert "42" in next(message["content"] for message in last if message["role"] == "tool")
